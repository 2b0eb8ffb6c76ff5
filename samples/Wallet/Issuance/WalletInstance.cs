using System.Security.Cryptography;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Jose;

namespace IdentityPlatform.Wallet.Issuance;

/// <summary>
/// This installation towards an authorization server: its attestation by the wallet's provider and the proof that it holds
/// the attested key (OAuth 2.0 Attestation-Based Client Authentication, as OpenID4VCI 1.0 Annex E pins it).
/// </summary>
/// <param name="provider">The wallet provider's signing key with its chain. A real wallet gets its attestation from the provider's server.</param>
/// <param name="clientId">The client id that all instances of this wallet share (Annex E: no identifier of the instance).</param>
/// <param name="time">The clock.</param>
public sealed class WalletInstance(SigningKey provider, string clientId, TimeProvider time) : IDisposable
{
    private readonly SigningKey _key = SigningKey.From(ECDsa.Create(ECCurve.NamedCurves.nistP256));

    /// <summary>The wallet's client id.</summary>
    public string ClientId { get; } = clientId;

    /// <summary>Adds the two headers of attestation-based client authentication.</summary>
    /// <param name="request">The request to the PAR or token endpoint.</param>
    /// <param name="authorizationServer">The issuer identifier of the authorization server: the audience of the proof.</param>
    public void Authenticate(HttpRequestMessage request, string authorizationServer)
    {
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        request.Headers.Add("OAuth-Client-Attestation", JwtWriter.Sign(provider, "oauth-client-attestation+jwt", claims =>
        {
            claims.WriteString("iss", "https://wallet-provider.example.org");
            claims.WriteString("sub", ClientId);
            claims.WriteNumber("iat", now);
            claims.WriteNumber("exp", now + 3600);
            claims.WriteStartObject("cnf");
            claims.WritePropertyName("jwk");
            _key.PublicKey.WithoutKeyId().WriteTo(claims);
            claims.WriteEndObject();
        }, KeyReference.X5c));
        request.Headers.Add("OAuth-Client-Attestation-PoP", JwtWriter.Sign(_key, "oauth-client-attestation-pop+jwt", claims =>
        {
            claims.WriteString("iss", ClientId);
            claims.WriteString("aud", authorizationServer);
            claims.WriteString("jti", Unique());
            claims.WriteNumber("iat", now);
        }, KeyReference.None));
    }

    /// <inheritdoc/>
    public void Dispose() => _key.Dispose();

    internal static string Unique()
    {
        Span<byte> bytes = stackalloc byte[16];
        RandomNumberGenerator.Fill(bytes);
        return Base64UrlText.Encode(bytes);
    }
}
