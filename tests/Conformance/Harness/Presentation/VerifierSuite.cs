using System.Collections.Concurrent;
using IdentityPlatform.Conformance.Official;
using IdentityPlatform.Conformance.Programs;

namespace IdentityPlatform.Conformance.Harness.Presentation;

/// <summary>The verifiers under test, each started when a module first asks for it, and the issuer of the wallet's cards.</summary>
public sealed class VerifierSuite : IAsyncDisposable
{
    private readonly ConcurrentDictionary<VpVariant, Lazy<Task<VerifierProgram>>> _programs = [];

    internal static VpVariant SdJwtVc { get; } = new(VpVariant.SdJwtVc, VpVariant.X509Hash);

    internal static VpVariant IsoMdl { get; } = new(VpVariant.IsoMdl, VpVariant.X509Hash);

    internal SuiteIssuer Issuer { get; } = new();

    /// <summary>A visitor opens the verifier's page, and a wallet is asked.</summary>
    internal async Task<VpFlow> VisitAsync(VpVariant variant, bool sameDevice = false) =>
        await VpFlow.StartAsync(await ProgramOf(variant), variant, Issuer, sameDevice);

    /// <summary>A whole visit with a changed card as SD-JWT VC, and what the page then says.</summary>
    internal async Task<string> ShowAsync(Action<SuiteSdJwt> change, VpVariant? variant = null, bool sameDevice = false)
    {
        using var flow = await VisitAsync(variant ?? SdJwtVc, sameDevice);
        var request = await flow.FetchAsync();
        var card = new SuiteSdJwt(Issuer);
        change(card);
        return await flow.AnswerAsync(request, card.Present(request.Nonce, request.ClientId));
    }

    /// <summary>A whole visit with a changed card as mdoc, and what the page then says.</summary>
    internal async Task<string> ShowMdocAsync(Action<SuiteMdoc> change)
    {
        using var flow = await VisitAsync(IsoMdl);
        var request = await flow.FetchAsync();
        var card = new SuiteMdoc(Issuer);
        change(card);
        return await flow.AnswerAsync(request, card.Present(request));
    }

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
