using System.Text.Json;
using IdentityPlatform.Formats;

namespace IdentityPlatform.Issuer.Protocol;

/// <summary>A credential request (OpenID4VCI 1.0 §8.2): well formed, nothing more. Members that we do not know are ignored (§8.2).</summary>
public sealed class CredentialRequest
{
    private CredentialRequest(string? identifier, string? configurationId, IReadOnlyList<string> proofs, ResponseEncryption? responseEncryption) =>
        (CredentialIdentifier, ConfigurationId, Proofs, ResponseEncryption) = (identifier, configurationId, proofs, responseEncryption);

    /// <summary>The <c>credential_identifier</c>; exactly one of this and <see cref="ConfigurationId"/> is there.</summary>
    public string? CredentialIdentifier { get; }

    /// <summary>The <c>credential_configuration_id</c>.</summary>
    public string? ConfigurationId { get; }

    /// <summary>The proofs of type <c>jwt</c>, at least one.</summary>
    public IReadOnlyList<string> Proofs { get; }

    /// <summary>How the answer is to be encrypted, or null.</summary>
    public ResponseEncryption? ResponseEncryption { get; }

    /// <summary>Parses a request.</summary>
    public static Checked<CredentialRequest> Parse(WalletMessage message)
    {
        var (identifier, configuration) = (message.Json.Member("credential_identifier"), message.Json.Member("credential_configuration_id"));
        if (identifier is null == configuration is null || (identifier ?? configuration) is not { ValueKind: JsonValueKind.String })
        {
            return Invalid(CredentialRule.OneCredential, "exactly one of credential_identifier and credential_configuration_id is expected, as a string");
        }

        if (ResponseEncryption.IsWrong(message, out var failure, out var encryption) || Proven(message.Json).Failed(out failure, out var proofs))
        {
            return failure;
        }

        return new CredentialRequest(identifier?.GetString(), configuration?.GetString(), proofs, encryption);
    }

    /// <summary>Redacted: proofs carry keys.</summary>
    public override string ToString() => $"credential request with {Proofs.Count} proofs";

    private static Checked<IReadOnlyList<string>> Proven(JsonElement json)
    {
        if (json.Member("proofs") is not { } member)
        {
            return Proof(CredentialRule.ProofsPresent, "proofs are missing");
        }

        if (member.ValueKind != JsonValueKind.Object || member.EnumerateObject().Count() != 1)
        {
            return Proof(CredentialRule.ProofsShape, "proofs is an object with exactly one member, named after the proof type");
        }

        if (member.Member("jwt") is null)
        {
            return Proof(CredentialRule.ProofType, "only proofs of type jwt are supported");
        }

        return member.StringsMember("jwt") is { Count: > 0 } proofs
            ? new List<string>(proofs)
            : Proof(CredentialRule.ProofsShape, "proofs.jwt is a non-empty array of strings");
    }

    private static CredentialFailure Invalid(CredentialRule rule, string description) => new(CredentialError.InvalidCredentialRequest, rule, description);

    private static CredentialFailure Proof(CredentialRule rule, string description) => new(CredentialError.InvalidProof, rule, description);
}
