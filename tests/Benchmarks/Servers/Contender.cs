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

    /// <summary>How it is started.</summary>
    public abstract Launch LaunchAt(IPEndPoint address);

    /// <summary>How a client speaks to it: enough for <c>client_credentials</c>.</summary>
    public abstract TokenTarget Target(IPEndPoint address);

    /// <summary>The same with a person who has signed in and agreed, and a refresh token for each connection.</summary>
    public virtual Task<TokenTarget> TargetWithPersonAsync(IPEndPoint address, int refreshTokens, CancellationToken ct) =>
        throw new BenchmarkException($"{Name} knows no people.");
}
