using System.Text;
using IdentityPlatform.Benchmarks.Load;

namespace IdentityPlatform.Benchmarks.Tokens;

/// <summary><c>refresh_token</c>: every request brings the newest token that the server gave.</summary>
internal sealed class RefreshCaller(TokenTarget target, string first) : Caller
{
    private readonly byte[] _head = target.TokenHead();
    private byte[] _form = Form(Encoding.ASCII.GetBytes(first));

    public override ReadOnlySpan<byte> Begin() => Compose(_head, _form);

    public override ReadOnlySpan<byte> Continue(Response response)
    {
        if (response.Status != 200 || response.Body.IndexOf("\"access_token\":\"ey"u8) < 0)
        {
            throw Unexpected(response);
        }

        var next = Response.After(response.Body, "\"refresh_token\":\""u8, "\""u8);
        if (next.Length > 0)
        {
            _form = Form(next);
        }

        return default;
    }

    private static byte[] Form(ReadOnlySpan<byte> token) => [.. "grant_type=refresh_token&refresh_token="u8, .. token];
}
