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

    /// <summary>The cookie of a signed-in person for each connection: nobody signs in at sixteen services at once.</summary>
    public IReadOnlyList<string> Cookies { get; init; } = [];

    /// <summary>A live refresh token for each connection.</summary>
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
