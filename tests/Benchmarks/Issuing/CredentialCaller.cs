using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using IdentityPlatform.Benchmarks.Load;
using IdentityPlatform.Benchmarks.Servers;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Jose;

namespace IdentityPlatform.Benchmarks.Issuing;

/// <summary>A wallet that refills: a <c>c_nonce</c>, then a request with DPoP and a proof for each of ten keys, answered with ten credentials.</summary>
internal sealed class CredentialCaller : Caller, IDisposable
{
    /// <summary>Copies of one request.</summary>
    public const int Batch = 10;

    private const string ConfigurationId = "compatriot-card";

    private readonly IssuerPrograms _issuer;
    private readonly SigningKey _dpop = SigningKey.From(ECDsa.Create(ECCurve.NamedCurves.nistP256));
    private readonly SigningKey[] _holder = [.. Enumerable.Range(0, Batch).Select(_ => SigningKey.From(ECDsa.Create(ECCurve.NamedCurves.nistP256)))];
    private readonly byte[] _nonceHead;
    private string _accessToken = "";
    private bool _collecting;

    public CredentialCaller(IssuerPrograms issuer) =>
        (_issuer, _nonceHead) = (issuer, Encoding.ASCII.GetBytes($"POST /nonce HTTP/1.1\r\nHost: {issuer.Address}\r\n"));

    /// <summary>Redeems an offer for an access token, which lives for five minutes.</summary>
    public async Task RedeemAsync(string preAuthorizedCode, string spoken, CancellationToken ct)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri($"http://{_issuer.Address}/token"));
        request.Content = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["grant_type"] = "urn:ietf:params:oauth:grant-type:pre-authorized_code",
            ["pre-authorized_code"] = preAuthorizedCode,
            ["tx_code"] = spoken,
            ["client_id"] = IssuerPrograms.WalletId,
        });
        request.Headers.Add("DPoP", DpopProof.Create(_dpop, "POST", $"{_issuer.Url}/token", DateTimeOffset.UtcNow, Unique()));
        using var answer = await http.SendAsync(request, ct);
        var body = await answer.Content.ReadAsStringAsync(ct);
        _accessToken = answer.IsSuccessStatusCode && JsonElement.Parse(body).StringMember("access_token") is { } token
            ? token
            : throw new BenchmarkException($"The offer gave no token: {(int)answer.StatusCode} {body}");
    }

    public override ReadOnlySpan<byte> Begin()
    {
        _collecting = false;
        return Compose(_nonceHead, default);
    }

    public override ReadOnlySpan<byte> Continue(Response response)
    {
        if (_collecting)
        {
            return response.Status == 200 && response.Body.Count("\"credential\":\"ey"u8) == Batch ? default : throw Unexpected(response);
        }

        _collecting = true;
        var nonce = Response.After(response.Body, "\"c_nonce\":\""u8, "\""u8);
        return nonce.Length > 0 ? Compose(Head(), Body(Encoding.ASCII.GetString(nonce))) : throw Unexpected(response);
    }

    public void Dispose()
    {
        _dpop.Dispose();
        Array.ForEach(_holder, key => key.Dispose());
    }

    private byte[] Head()
    {
        var proof = DpopProof.Create(_dpop, "POST", $"{_issuer.Url}/credential", DateTimeOffset.UtcNow, Unique(), _accessToken);
        return Encoding.ASCII.GetBytes(
            $"POST /credential HTTP/1.1\r\nHost: {_issuer.Address}\r\nContent-Type: application/json\r\nAuthorization: DPoP {_accessToken}\r\nDPoP: {proof}\r\n");
    }

    private byte[] Body(string nonce) => JsonText.Write(json =>
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        json.WriteStartObject();
        json.WriteString("credential_configuration_id", ConfigurationId);
        json.WriteStartObject("proofs");
        json.WriteStartArray("jwt");
        foreach (var key in _holder)
        {
            json.WriteStringValue(Proof(key, nonce, now));
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndObject();
    });

    private string Proof(SigningKey key, string nonce, long now) => JwtWriter.Sign(
        key,
        "openid4vci-proof+jwt",
        claims =>
        {
            claims.WriteString("iss", IssuerPrograms.WalletId);
            claims.WriteString("aud", _issuer.Url);
            claims.WriteNumber("iat", now);
            claims.WriteString("nonce", nonce);
        },
        KeyReference.Jwk);

    private static string Unique() => Base64UrlText.Encode(RandomNumberGenerator.GetBytes(16));
}
