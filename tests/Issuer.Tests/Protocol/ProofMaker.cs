using System.Security.Cryptography;
using System.Text.Json;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Issuer.Protocol;

namespace IdentityPlatform.Issuer.Tests.Protocol;

/// <summary>A good proof of possession, with knobs to break one thing.</summary>
internal sealed class ProofMaker
{
    public const string Issuer = "https://issuer.example";
    public const string Client = "wallet";
    public const string Nonce = "a-nonce";

    public static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_795_219_200);

    /// <summary>What the issuer asks where it trusts nobody to attest keys.</summary>
    public static ProofTerms Terms { get; } = new(Issuer, Client, 10, [], null);

    /// <summary>Proofs as a request brings them.</summary>
    public static ReceivedProofs Received(string type, params string[] proofs) =>
        ReceivedProofs.Parse(JsonSerializer.SerializeToElement(new { proofs = new Dictionary<string, string[]> { [type] = proofs } }))
            .Match(passed => passed, failure => throw new InvalidOperationException(failure.ToString()));

    public SigningKey Key { get; init; } = SigningKey.From(ECDsa.Create(ECCurve.NamedCurves.nistP256));

    public string Type { get; init; } = "openid4vci-proof+jwt";

    public KeyReference Reference { get; init; } = KeyReference.Jwk;

    public Action<Utf8JsonWriter>? Header { get; init; }

    public string? Audience { get; init; } = Issuer;

    public bool AudienceAsArray { get; init; }

    public string? IssuerClaim { get; init; } = Client;

    public object? IssuedAt { get; init; } = Now.ToUnixTimeSeconds();

    public string? NonceClaim { get; init; } = Nonce;

    public string Make() => JwtWriter.Sign(Key, Type, WriteClaims, Reference, Header);

    private void WriteClaims(Utf8JsonWriter writer)
    {
        if (AudienceAsArray)
        {
            writer.WriteStartArray("aud");
            writer.WriteStringValue(Audience);
            writer.WriteEndArray();
        }
        else if (Audience is not null)
        {
            writer.WriteString("aud", Audience);
        }

        if (IssuerClaim is not null)
        {
            writer.WriteString("iss", IssuerClaim);
        }

        if (IssuedAt is not null)
        {
            writer.WritePropertyName("iat");
            JsonSerializer.Serialize(writer, IssuedAt);
        }

        if (NonceClaim is not null)
        {
            writer.WriteString("nonce", NonceClaim);
        }
    }
}
