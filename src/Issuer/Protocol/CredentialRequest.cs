using System.Text.Json;
using IdentityPlatform.Formats;

namespace IdentityPlatform.Issuer.Protocol;

/// <summary>A credential request (OpenID4VCI 1.0 §8.2): well formed, nothing more. Members that we do not know are ignored (§8.2).</summary>
public sealed class CredentialRequest
{
    /// <summary>The bound on a request: fifty proofs of two kilobytes fit.</summary>
    public const int MaxBytes = 128 * 1024;

    private CredentialRequest(string? identifier, string? configurationId, IReadOnlyList<string> proofs) =>
        (CredentialIdentifier, ConfigurationId, Proofs) = (identifier, configurationId, proofs);

    /// <summary>The <c>credential_identifier</c>; exactly one of this and <see cref="ConfigurationId"/> is there.</summary>
    public string? CredentialIdentifier { get; }

    /// <summary>The <c>credential_configuration_id</c>.</summary>
    public string? ConfigurationId { get; }

    /// <summary>The proofs of type <c>jwt</c>, at least one.</summary>
    public IReadOnlyList<string> Proofs { get; }

    /// <summary>Parses a request body.</summary>
    public static Checked<CredentialRequest> Parse(ReadOnlySpan<byte> body)
    {
        if (StrictJson.ParseObject(body, MaxBytes).Failed(out var malformed, out var json))
        {
            return Invalid(CredentialRule.Json, malformed.Fact);
        }

        var (identifier, configuration) = (json.Element.Member("credential_identifier"), json.Element.Member("credential_configuration_id"));
        if (identifier is null == configuration is null || (identifier ?? configuration) is not { ValueKind: JsonValueKind.String })
        {
            return Invalid(CredentialRule.OneCredential, "exactly one of credential_identifier and credential_configuration_id is expected, as a string");
        }

        if (json.Element.Member("credential_response_encryption") is not null)
        {
            // OpenID4VCI 1.0 §8.2: only where the metadata offers it; ours does not.
            return new CredentialFailure(CredentialError.InvalidEncryptionParameters, CredentialRule.NoEncryption, "responses are not encrypted by this issuer");
        }

        return Proven(json.Element).Failed(out var failure, out var proofs)
            ? failure
            : new CredentialRequest(identifier?.GetString(), configuration?.GetString(), proofs);
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
