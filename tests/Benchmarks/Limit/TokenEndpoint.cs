using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace IdentityPlatform.Benchmarks.Limit;

/// <summary>
/// A token request answered with the least work that still parses it and signs its tokens. It looks nothing up, keeps nothing and
/// believes every code: no server can be faster and be right.
/// </summary>
internal sealed class TokenEndpoint(string clientId, string secret) : IDisposable
{
    private const string Issuer = "https://id.example.org";

    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly string _header = Base64Url.EncodeToString("""{"alg":"ES256","typ":"at+jwt","kid":"limit"}"""u8);
    private readonly byte[] _credentials = Encoding.ASCII.GetBytes($"{clientId}:{secret}");

    /// <summary>A browser that comes is sent back with a code.</summary>
    public static void Visit(HttpContext http)
    {
        var query = http.Request.Query;
        var code = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        http.Response.Redirect($"{query["redirect_uri"]}?code={code}&state={Uri.EscapeDataString(query["state"].ToString())}&iss={Uri.EscapeDataString(Issuer)}");
    }

    public async Task HandleAsync(HttpContext http)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        var forPerson = form["grant_type"] != "client_credentials";
        if (!IsClient(http.Request.Headers.Authorization) || (form["code_verifier"] is [{ } verifier] && !IsVerifier(verifier)))
        {
            http.Response.StatusCode = StatusCodes.Status400BadRequest;
            return;
        }

        var token = Sign(form["scope"].ToString());
        var answer = Json(writer =>
        {
            writer.WriteString("access_token", token);
            writer.WriteString("token_type", "Bearer");
            writer.WriteNumber("expires_in", 300);
            if (forPerson)
            {
                writer.WriteString("id_token", Sign(""));
            }
        });
        http.Response.ContentType = "application/json";
        http.Response.ContentLength = answer.Length;
        http.Response.Headers.CacheControl = "no-store";
        await http.Response.Body.WriteAsync(answer, http.RequestAborted);
    }

    public void Dispose() => _key.Dispose();

    private bool IsClient(string? authorization) =>
        authorization?.StartsWith("Basic ", StringComparison.Ordinal) == true
        && CryptographicOperations.FixedTimeEquals(Convert.FromBase64String(authorization[6..]), _credentials);

    // RFC 7636 §4.6, as far as it costs anything: what it should be is written down nowhere.
    private static bool IsVerifier(string verifier) => Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(verifier))).Length == 43;

    private string Sign(string scope)
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var claims = Json(writer =>
        {
            writer.WriteString("iss", Issuer);
            writer.WriteString("sub", clientId);
            writer.WriteString("aud", Issuer);
            writer.WriteString("client_id", clientId);
            writer.WriteString("scope", scope);
            writer.WriteNumber("iat", now);
            writer.WriteNumber("exp", now + 300);
            writer.WriteString("jti", Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(16)));
        });
        var input = $"{_header}.{Base64Url.EncodeToString(claims.Span)}";
        return $"{input}.{Base64Url.EncodeToString(_key.SignData(Encoding.ASCII.GetBytes(input), HashAlgorithmName.SHA256))}";
    }

    private static ReadOnlyMemory<byte> Json(Action<Utf8JsonWriter> members)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using var writer = new Utf8JsonWriter(buffer);
        writer.WriteStartObject();
        members(writer);
        writer.WriteEndObject();
        writer.Flush();
        return buffer.WrittenMemory;
    }
}
