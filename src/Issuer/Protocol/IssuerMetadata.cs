using System.Text.Json;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Cose;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Issuer.Catalogue;

namespace IdentityPlatform.Issuer.Protocol;

/// <summary>The credential issuer metadata (OpenID4VCI 1.0 §12.2), made from the catalogue.</summary>
public static class IssuerMetadata
{
    /// <summary>The paths under the issuer's URL.</summary>
    public const string NoncePath = "/nonce";

    public const string CredentialPath = "/credential";

    public const string DeferredPath = "/deferred-credential";

    public const string NotificationPath = "/notification";

    public const string OfferPath = "/offers";

    /// <summary>The <c>typ</c> of signed metadata.</summary>
    public const string SignedType = "openidvci-issuer-metadata+jwt";

    /// <summary>Where the metadata of an issuer is (§12.2.2): the well-known string goes between host and path.</summary>
    public static string PathFor(string issuer) => $"/.well-known/openid-credential-issuer{new Uri(issuer).AbsolutePath.TrimEnd('/')}";

    /// <summary>The document as JSON.</summary>
    /// <param name="issuer">The credential issuer identifier.</param>
    /// <param name="deployment">What is issued.</param>
    /// <param name="recipient">The key to which wallets may encrypt; null: nothing is encrypted here.</param>
    /// <param name="keyAttestations">True where attestations of keys can be checked.</param>
    public static byte[] Write(string issuer, Deployment deployment, Jwk? recipient, bool keyAttestations) => JsonText.Write(writer =>
    {
        writer.WriteStartObject();
        WriteMembers(writer, issuer, deployment, recipient, keyAttestations);
        writer.WriteEndObject();
    });

    /// <summary>The document as a signed JWT (§12.2.3), under the certificates of its key.</summary>
    /// <param name="key">A key with certificates.</param>
    /// <param name="document">What <see cref="Write"/> wrote.</param>
    /// <param name="now">The time.</param>
    public static string Sign(SigningKey key, ReadOnlySpan<byte> document, DateTimeOffset now)
    {
        var members = JsonElement.Parse(document);
        return JwtWriter.Sign(
            key,
            SignedType,
            writer =>
            {
                writer.WriteString("sub", members.StringMember("credential_issuer"));
                writer.WriteNumber("iat", now.ToUnixTimeSeconds());
                foreach (var member in members.EnumerateObject())
                {
                    member.WriteTo(writer);
                }
            },
            KeyReference.X5c);
    }

    private static void WriteMembers(Utf8JsonWriter writer, string issuer, Deployment deployment, Jwk? recipient, bool keyAttestations)
    {
        writer.WriteString("credential_issuer", issuer);
        writer.WriteString("credential_endpoint", issuer + CredentialPath);
        writer.WriteString("nonce_endpoint", issuer + NoncePath);
        writer.WriteString("deferred_credential_endpoint", issuer + DeferredPath);
        writer.WriteString("notification_endpoint", issuer + NotificationPath);
        if (deployment.Types.Min(type => type.BatchSize) is > 1 and var batch)
        {
            writer.WriteStartObject("batch_credential_issuance");
            writer.WriteNumber("batch_size", batch);
            writer.WriteEndObject();
        }

        WriteNames(writer, deployment.Name);
        if (recipient is not null)
        {
            WriteEncryption(writer, recipient);
        }

        writer.WriteStartObject("credential_configurations_supported");
        foreach (var configuration in deployment.Configurations)
        {
            writer.WritePropertyName(configuration.Id);
            WriteConfiguration(writer, configuration, keyAttestations);
        }

        writer.WriteEndObject();
    }

    // §12.2.4. Neither direction requires it: TLS ends in this program.
    private static void WriteEncryption(Utf8JsonWriter writer, Jwk recipient)
    {
        writer.WriteStartObject("credential_request_encryption");
        writer.WriteStartObject("jwks");
        writer.WriteStartArray("keys");
        recipient.WriteTo(writer);
        writer.WriteEndArray();
        writer.WriteEndObject();
        WriteEncryptions(writer);
        writer.WriteEndObject();
        writer.WriteStartObject("credential_response_encryption");
        writer.WriteStrings("alg_values_supported", [ResponseEncryption.Algorithm]);
        WriteEncryptions(writer);
        writer.WriteEndObject();
    }

    private static void WriteEncryptions(Utf8JsonWriter writer)
    {
        writer.WriteStrings("enc_values_supported", [.. WalletMessage.Encryptions]);
        writer.WriteStrings("zip_values_supported", [ResponseEncryption.Compression]);
        writer.WriteBoolean("encryption_required", false);
    }

    private static void WriteConfiguration(Utf8JsonWriter writer, CredentialConfiguration configuration, bool keyAttestations)
    {
        writer.WriteStartObject();
        writer.WriteString("scope", configuration.Scope);
        if (configuration.Format == CredentialFormat.SdJwtVc)
        {
            WriteSdJwtVc(writer, configuration.Type);
        }
        else
        {
            WriteMdoc(writer, configuration.Type.Mdoc!);
        }

        writer.WriteStartObject("proof_types_supported");
        WriteProofType(writer, "jwt", configuration.Type.KeyAttestations);
        if (keyAttestations)
        {
            WriteProofType(writer, "attestation", configuration.Type.KeyAttestations);
        }

        writer.WriteEndObject();
        writer.WriteStartObject("credential_metadata");
        WriteDisplay(writer, configuration.Type);
        WriteClaims(writer, configuration);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static void WriteSdJwtVc(Utf8JsonWriter writer, CredentialType type)
    {
        writer.WriteString("format", "dc+sd-jwt");
        writer.WriteString("vct", type.Vct);
        writer.WriteStrings("credential_signing_alg_values_supported", ["ES256"]);
        writer.WriteStrings("cryptographic_binding_methods_supported", ["jwk"]);
    }

    // Appendix A.2.2: algorithms are the numbers of COSE.
    private static void WriteMdoc(Utf8JsonWriter writer, MdocForm mdoc)
    {
        writer.WriteString("format", "mso_mdoc");
        writer.WriteString("doctype", mdoc.DocType);
        writer.WriteStartArray("credential_signing_alg_values_supported");
        writer.WriteNumberValue(JwsAlgorithm.ES256.CoseNumber());
        writer.WriteEndArray();
        writer.WriteStrings("cryptographic_binding_methods_supported", ["cose_key"]);
    }

    // §12.2.4: key_attestations_required must not be there where none is required.
    private static void WriteProofType(Utf8JsonWriter writer, string name, KeyAttestationNeed? need)
    {
        writer.WriteStartObject(name);
        writer.WriteStrings("proof_signing_alg_values_supported", ["ES256"]);
        if (need is not null)
        {
            writer.WriteStartObject("key_attestations_required");
            WriteLevels(writer, "key_storage", need.KeyStorage);
            WriteLevels(writer, "user_authentication", need.UserAuthentication);
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }

    private static void WriteLevels(Utf8JsonWriter writer, string name, IReadOnlyList<string> levels)
    {
        if (levels.Count > 0)
        {
            writer.WriteStrings(name, [.. levels]);
        }
    }

    private static void WriteDisplay(Utf8JsonWriter writer, CredentialType type)
    {
        writer.WriteStartArray("display");
        foreach (var (language, name) in type.Name.All)
        {
            writer.WriteStartObject();
            writer.WriteString("name", name);
            writer.WriteString("locale", language);
            writer.WriteString("description", type.Description.In(language));
            writer.WriteString("background_color", type.BackgroundColor);
            writer.WriteString("text_color", type.TextColor);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteClaims(Utf8JsonWriter writer, CredentialConfiguration configuration)
    {
        var claims = configuration.Format == CredentialFormat.SdJwtVc
            ? configuration.Type.Paths()
            : configuration.Type.MdocPlaces().Select(entry => ((IReadOnlyList<string?>)[entry.Place.NameSpace, entry.Place.Element], entry.Claim, entry.Label));
        writer.WriteStartArray("claims");
        foreach (var (path, claim, label) in claims)
        {
            writer.WriteStartObject();
            TypeMetadata.WritePath(writer, path);
            writer.WriteBoolean("mandatory", claim.Required);
            WriteNames(writer, label);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteNames(Utf8JsonWriter writer, LocalisedText names)
    {
        writer.WriteStartArray("display");
        foreach (var (language, name) in names.All)
        {
            writer.WriteStartObject();
            writer.WriteString("name", name);
            writer.WriteString("locale", language);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }
}
