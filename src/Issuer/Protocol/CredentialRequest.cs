using System.Text.Json;
using IdentityPlatform.Formats;

namespace IdentityPlatform.Issuer.Protocol;

/// <summary>A credential request (OpenID4VCI 1.0 §8.2): well formed, nothing more. Members that we do not know are ignored (§8.2).</summary>
public sealed class CredentialRequest
{
    private CredentialRequest(string? identifier, string? configurationId, ReceivedProofs proofs, ResponseEncryption? responseEncryption) =>
        (CredentialIdentifier, ConfigurationId, Proofs, ResponseEncryption) = (identifier, configurationId, proofs, responseEncryption);

    /// <summary>The <c>credential_identifier</c>; exactly one of this and <see cref="ConfigurationId"/> is there.</summary>
    public string? CredentialIdentifier { get; }

    /// <summary>The <c>credential_configuration_id</c>.</summary>
    public string? ConfigurationId { get; }

    /// <summary>The proofs.</summary>
    public ReceivedProofs Proofs { get; }

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

        if (ResponseEncryption.IsWrong(message, out var failure, out var encryption) || ReceivedProofs.Parse(message.Json).Failed(out failure, out var proofs))
        {
            return failure;
        }

        return new CredentialRequest(identifier?.GetString(), configuration?.GetString(), proofs, encryption);
    }

    /// <summary>Redacted: proofs carry keys.</summary>
    public override string ToString() => $"credential request with {Proofs}";

    private static CredentialFailure Invalid(CredentialRule rule, string description) => new(CredentialError.InvalidCredentialRequest, rule, description);
}
