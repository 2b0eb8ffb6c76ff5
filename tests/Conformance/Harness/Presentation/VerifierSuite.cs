using System.Collections.Concurrent;
using IdentityPlatform.Conformance.Official;
using IdentityPlatform.Conformance.Programs;

namespace IdentityPlatform.Conformance.Harness.Presentation;

/// <summary>The verifiers under test, each started when a module first asks for it, and the issuer of the wallet's cards.</summary>
public sealed class VerifierSuite : IAsyncDisposable
{
    private readonly ConcurrentDictionary<VpVariant, Lazy<Task<VerifierProgram>>> _programs = [];

    internal SuiteIssuer Issuer { get; } = new();

    /// <summary>A visitor opens the verifier's page, and a wallet is asked.</summary>
    internal async Task<VpFlow> VisitAsync(VpVariant variant, bool sameDevice = false) =>
        await VpFlow.StartAsync(await ProgramOf(variant), variant, Issuer, sameDevice);

    public async ValueTask DisposeAsync()
    {
        foreach (var program in _programs.Values.Where(program => program.IsValueCreated))
        {
            await (await program.Value).DisposeAsync();
        }

        Issuer.Dispose();
    }

    private Task<VerifierProgram> ProgramOf(VpVariant variant) => _programs.GetOrAdd(variant, key => new(() => VerifierProgram.StartAsync(key, Issuer))).Value;
}
