using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using IdentityPlatform.Benchmarks.Load;

namespace IdentityPlatform.Benchmarks.Tokens;

/// <summary>
/// The authorization code with PKCE: the browser of a signed-in person is sent to the server and comes back with a code, and
/// the client redeems it for an access token and an ID token.
/// </summary>
internal sealed class CodeCaller(TokenTarget target, string cookie) : Caller
{
    // 32 random bytes as base64url (RFC 7636 §4.1). One for all exchanges: the server computes the same hash every time anyway.
    public const string Verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

    private readonly byte[] _visit = Encoding.ASCII.GetBytes($"GET {target.AuthorizePath}");
    private readonly byte[] _visitEnd = Encoding.ASCII.GetBytes($" HTTP/1.1\r\nHost: {target.Server}\r\nCookie: {cookie}\r\n\r\n");
    private readonly byte[] _tokenHead = target.TokenHead();
    private readonly byte[] _form =
        Encoding.ASCII.GetBytes($"grant_type=authorization_code&redirect_uri={Uri.EscapeDataString(TokenTarget.RedirectUri)}&code_verifier={Verifier}&code=");

    private readonly byte[] _buffer = new byte[4 * 1024];
    private long _number = RandomNumberGenerator.GetInt32(int.MaxValue);
    private bool _redeeming;

    public static string Challenge { get; } = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(Verifier)));

    public override ReadOnlySpan<byte> Begin()
    {
        _redeeming = false;
        _number++;
        var at = Put(0, _visit);
        at = PutNumber(Put(at, "&state="u8));
        at = PutNumber(Put(at, "&nonce="u8));
        return _buffer.AsSpan(0, Put(at, _visitEnd));
    }

    public override ReadOnlySpan<byte> Continue(Response response)
    {
        if (_redeeming)
        {
            return response.Status == 200 && response.Body.IndexOf("\"id_token\":\"ey"u8) >= 0 ? default : throw Unexpected(response);
        }

        _redeeming = true;
        var code = response.Status is 302 or 303 ? Response.After(response.Head, "code="u8, "&\r"u8) : default;
        return code.Length > 0 ? Compose(_tokenHead, _buffer.AsSpan(0, Put(Put(0, _form), code))) : throw Unexpected(response);
    }

    private int Put(int at, ReadOnlySpan<byte> text)
    {
        text.CopyTo(_buffer.AsSpan(at));
        return at + text.Length;
    }

    private int PutNumber(int at)
    {
        Utf8Formatter.TryFormat(_number, _buffer.AsSpan(at), out var digits);
        return at + digits;
    }
}
