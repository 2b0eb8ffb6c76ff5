using System.Net;
using IdentityPlatform.Benchmarks.Tokens;

namespace IdentityPlatform.Benchmarks.Servers;

/// <summary>The npm package oidc-provider, everything in its process's memory: <c>peers/oidc-provider.mjs</c>.</summary>
internal sealed class OidcProviderServer(Places places) : Contender
{
    private const string Secret = "0pZV7uYt3Rk9WqLxS2bN8mHcJ5fGdA1sEoTiUyQwXvB";

    public override string Name => "oidc-provider";

    public override Launch LaunchAt(IPEndPoint address) => new(
        "node",
        ["oidc-provider.mjs", $"{address.Port}", TokenTarget.ClientId, Secret, TokenTarget.RedirectUri, TokenTarget.Resource],
        places.Peers,
        new Dictionary<string, string> { ["NODE_ENV"] = "production" });

    public override TokenTarget Target(IPEndPoint address) => new() { Server = address, ClientSecret = Secret };

    // Its interaction signs in and agrees by itself: following the redirects once is all.
    public override async Task<TokenTarget> TargetWithPersonAsync(IPEndPoint address, int refreshTokens, CancellationToken ct)
    {
        using var visitor = new Visitor(address, origin: $"http://{address}");
        var (plain, staying) = (AuthorizePath("openid read"), AuthorizePath("openid read stay"));
        await visitor.OpenAsync($"{staying}&state=s&nonce=n", ct);
        return new()
        {
            Server = address,
            ClientSecret = Secret,
            AuthorizePath = plain,
            Cookie = visitor.Cookie("_session"),
            RefreshTokens = await visitor.RefreshTokensAsync(staying, Secret, refreshTokens, ct),
        };
    }

    private static string AuthorizePath(string scope) => "/auth" + Visitor.AuthorizeQuery(scope);
}
