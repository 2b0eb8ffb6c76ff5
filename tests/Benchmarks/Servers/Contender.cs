using System.Net;
using IdentityPlatform.Benchmarks.Tokens;

namespace IdentityPlatform.Benchmarks.Servers;

/// <summary>One of the programs that are measured side by side.</summary>
internal abstract class Contender
{
    /// <summary>What the tables call it.</summary>
    public abstract string Name { get; }

    /// <summary>What has to be there before the first start: keys, registrations.</summary>
    public virtual Task PrepareAsync(CancellationToken ct) => Task.CompletedTask;

    /// <summary>False for one that treats everybody as signed in.</summary>
    public virtual bool KnowsPeople => true;

    /// <summary>How it is started.</summary>
    public abstract Launch LaunchAt(IPEndPoint address);

    /// <summary>How a client speaks to it: enough for <c>client_credentials</c>.</summary>
    public abstract TokenTarget Target(IPEndPoint address);

    /// <summary>The same with people who have signed in and agreed, one for each connection, and a refresh token of each.</summary>
    public async Task<TokenTarget> TargetWithPeopleAsync(IPEndPoint address, int people, CancellationToken ct)
    {
        var (plain, target, prepared) = (Target(address), Flow, new List<Prepared>());
        while (prepared.Count < people)
        {
            using var visitor = new Visitor(address, Origin(address));
            await SignInAsync(visitor, ct);
            prepared.Add(new(visitor.Cookie(target.Cookie), await visitor.RefreshTokenAsync(target.StayingPath, plain.ClientSecret, ct)));
        }

        return new()
        {
            Server = address,
            ClientSecret = plain.ClientSecret,
            AuthorizePath = target.Path,
            Cookies = [.. prepared.Select(one => one.Cookie)],
            RefreshTokens = [.. prepared.Select(one => one.RefreshToken)],
        };
    }

    /// <summary>How a browser comes to a code here.</summary>
    protected virtual CodeFlow Flow => throw new BenchmarkException($"{Name} knows no people.");

    /// <summary>The address by which browsers would know the server.</summary>
    protected virtual string Origin(IPEndPoint address) => $"http://{address}";

    /// <summary>Lets a new person sign in and agree, once and for all later visits.</summary>
    protected virtual Task SignInAsync(Visitor visitor, CancellationToken ct) => throw new BenchmarkException($"{Name} knows no people.");

    private sealed record Prepared(string Cookie, string RefreshToken);
}

/// <summary>How a browser comes to a code.</summary>
/// <param name="Path">The authorization request that is measured, without <c>state</c> and <c>nonce</c>.</param>
/// <param name="StayingPath">The one whose code also gives a refresh token.</param>
/// <param name="Cookie">The name of the session's cookie.</param>
internal sealed record CodeFlow(string Path, string StayingPath, string Cookie);
