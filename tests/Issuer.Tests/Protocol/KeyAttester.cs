using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using IdentityPlatform.Formats.Jose;

namespace IdentityPlatform.Issuer.Tests.Protocol;

/// <summary>Attests keys under a root of its own; each attestation is good but for what a test changes.</summary>
internal sealed class KeyAttester
{
    private readonly ECDsa _leafKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public KeyAttester(DateTimeOffset? ends = null)
    {
        using var rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN=Attester root {Guid.NewGuid():N}", rootKey, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, true));
        var (from, to) = (ProofMaker.Now.AddYears(-1), ProofMaker.Now.AddYears(1));
        Anchor = request.CreateSelfSigned(from, to);
        var leaf = new CertificateRequest("CN=Attester", _leafKey, HashAlgorithmName.SHA256);
        leaf.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        leaf.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        using var certificate = leaf.Create(Anchor, from, ends ?? to, Guid.NewGuid().ToByteArray());
        Key = SigningKey.From(_leafKey, chain: [certificate.RawData]);
    }

    public X509Certificate2 Anchor { get; }

    public SigningKey Key { get; }

    public static string Make(SigningKey attester, IEnumerable<Jwk> keys, string? nonce, Change? change = null)
    {
        change ??= new Change();
        return JwtWriter.Sign(
            attester,
            change.Type,
            writer =>
            {
                Write(writer, "iat", change.IssuedAt);
                Write(writer, "exp", change.Ends);
                Write(writer, "nonce", nonce);
                Write(writer, "key_storage", change.KeyStorage);
                Write(writer, "user_authentication", change.UserAuthentication);
                Write(writer, "unknown", 1);
                writer.WritePropertyName("attested_keys");
                writer.WriteStartArray();
                foreach (var key in keys)
                {
                    key.WriteTo(writer);
                }

                writer.WriteEndArray();
            },
            change.Reference);
    }

    public string Make(IEnumerable<Jwk> keys, Change? change = null) => Make(Key, keys, change is { NoNonce: true } ? null : ProofMaker.Nonce, change);

    private static void Write(Utf8JsonWriter writer, string name, object? value)
    {
        if (value is not null)
        {
            writer.WritePropertyName(name);
            JsonSerializer.Serialize(writer, value);
        }
    }

    internal sealed record Change
    {
        public string Type { get; init; } = "key-attestation+jwt";

        public KeyReference Reference { get; init; } = KeyReference.X5c;

        public object? IssuedAt { get; init; } = ProofMaker.Now.ToUnixTimeSeconds();

        public object? Ends { get; init; } = ProofMaker.Now.ToUnixTimeSeconds() + 3600;

        public bool NoNonce { get; init; }

        public string[]? KeyStorage { get; init; }

        public string[]? UserAuthentication { get; init; }
    }
}
