using System.Net;
using System.Text;

namespace IdentityPlatform.Benchmarks.Tokens;

/// <summary>What the load has to know about a running token server. Holds secrets of the benchmark alone.</summary>
internal sealed class TokenTarget
{
    public const string ClientId = "bench";
    public const string RedirectUri = "https://client.example.org/callback";
    public const string Resource = "https://api.example.org";

    public required IPEndPoint Server { get; init; }

    /// <summary>The path and query of an authorization request, without <c>state</c> and <c>nonce</c>.</summary>
    public string AuthorizePath { get; init; } = "";

    /// <summary>The cookies of the signed-in person.</summary>
    public string Cookie { get; init; } = "";

    /// <summary>One live refresh token a connection.</summary>
    public IReadOnlyList<string> RefreshTokens { get; init; } = [];

    public required string ClientSecret { get; init; }

    /// <summary>The lines of a form post to the token endpoint, up to its length.</summary>
    public byte[] TokenHead()
    {
        var credentials = Convert.ToBase64String(Encoding.ASCII.GetBytes($"{ClientId}:{ClientSecret}"));
        return Encoding.ASCII.GetBytes(
            $"POST /token HTTP/1.1\r\nHost: {Server}\r\nAuthorization: Basic {credentials}\r\nContent-Type: application/x-www-form-urlencoded\r\n");
    }
}
