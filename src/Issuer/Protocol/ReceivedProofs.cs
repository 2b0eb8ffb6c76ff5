using System.Text.Json;
using IdentityPlatform.Formats;

namespace IdentityPlatform.Issuer.Protocol;

/// <summary>How keys are proved (OpenID4VCI 1.0 Appendix F).</summary>
public enum ProofType
{
    /// <summary>Each key signs.</summary>
    Jwt,

    /// <summary>The wallet's provider attests them all.</summary>
    Attestation,
}

/// <summary>The member <c>proofs</c> of a request: of one type, and not verified.</summary>
public sealed class ReceivedProofs
{
    private ReceivedProofs(ProofType type, IReadOnlyList<string> items) => (Type, Items) = (type, items);

    public ProofType Type { get; }

    /// <summary>At least one; of an attestation exactly one.</summary>
    public IReadOnlyList<string> Items { get; }

    /// <summary>Reads the member (§8.2): an object with one member, named after the type.</summary>
    public static Checked<ReceivedProofs> Parse(JsonElement request)
    {
        if (request.Member("proofs") is not { } member)
        {
            return HolderProofs.Refused(CredentialRule.ProofsPresent, "proofs are missing");
        }

        if (member.ValueKind != JsonValueKind.Object || member.EnumerateObject().Count() != 1)
        {
            return HolderProofs.Refused(CredentialRule.ProofsShape, "proofs is an object with exactly one member, named after the proof type");
        }

        ProofType? type = member.Member("jwt") is not null ? ProofType.Jwt : member.Member("attestation") is not null ? ProofType.Attestation : null;
        return type switch
        {
            ProofType.Jwt => member.StringsMember("jwt") is { Count: > 0 } proofs
                ? new ReceivedProofs(ProofType.Jwt, proofs)
                : HolderProofs.Refused(CredentialRule.ProofsShape, "proofs.jwt is a non-empty array of strings"),
            ProofType.Attestation => member.StringsMember("attestation") is { Count: 1 } attestation
                ? new ReceivedProofs(ProofType.Attestation, attestation)
                : HolderProofs.Refused(CredentialRule.ProofsShape, "proofs.attestation is an array of exactly one string"),
            _ => HolderProofs.Refused(CredentialRule.ProofType, "proofs are of type jwt or attestation"),
        };
    }

    /// <summary>Redacted: proofs carry keys.</summary>
    public override string ToString() => $"{Items.Count} proofs";
}
