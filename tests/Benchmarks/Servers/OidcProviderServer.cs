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

    protected override CodeFlow Flow { get; } =
        new("/auth" + Visitor.AuthorizeQuery("openid read"), "/auth" + Visitor.AuthorizeQuery("openid read stay"), "_session");

    // Its interaction signs in and agrees by itself: following the redirects once is all.
    protected override Task SignInAsync(Visitor visitor, CancellationToken ct) => visitor.OpenAsync($"{Flow.StayingPath}&state=s&nonce=n", ct);
}
