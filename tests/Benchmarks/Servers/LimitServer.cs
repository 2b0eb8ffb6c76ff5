using System.Net;
using IdentityPlatform.Benchmarks.Measuring;
using IdentityPlatform.Benchmarks.Tokens;

namespace IdentityPlatform.Benchmarks.Servers;

/// <summary>The bare endpoints of <c>Limit/</c>.</summary>
internal sealed class LimitServer(Places places) : Contender
{
    private const string Secret = "kq1S6OAPZ3T1xA9y5cU2ZbE8mJp0wVt4RnHdLfGsXiM";

    public override string Name => "limit";

    public override bool KnowsPeople => false;

    public override Launch LaunchAt(IPEndPoint address) => new("dotnet", [places.Limit], Path.GetDirectoryName(places.Limit)!, new Dictionary<string, string>
    {
        ["Urls"] = $"http://{address}",
        ["Client__Id"] = TokenTarget.ClientId,
        ["Client__Secret"] = Secret,
    });

    public override TokenTarget Target(IPEndPoint address) => new()
    {
        Server = address,
        ClientSecret = Secret,
        AuthorizePath = "/authorize" + Visitor.AuthorizeQuery("openid"),
        Cookies = [.. Enumerable.Range(0, Plan.Connections).Select(number => $"session={number}")],
        RefreshTokens = [.. Enumerable.Range(0, Plan.Connections).Select(number => $"refresh-{number}")],
    };
}
