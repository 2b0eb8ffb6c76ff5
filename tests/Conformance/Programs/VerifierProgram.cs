using System.Security.Cryptography.X509Certificates;
using IdentityPlatform.Conformance.Harness.Presentation;
using IdentityPlatform.Conformance.Official;
using IdentityPlatform.Verifier;
using IdentityPlatform.Verifier.AspNetCore;
using IdentityPlatform.Verifier.Presentation;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace IdentityPlatform.Conformance.Programs;

/// <summary>A program that embeds the verifier's package as its guide says: one question, over https, and a page with the verdict.</summary>
internal sealed class VerifierProgram : IAsyncDisposable
{
    private readonly WebApplication _app;

    private VerifierProgram(WebApplication app, string url) => (_app, Url) = (app, url);

    public string Url { get; }

    public static async Task<VerifierProgram> StartAsync(VpVariant variant, SuiteIssuer issuer)
    {
        var url = $"https://localhost:{ChildServer.FreePort()}";
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var tls = X509Certificate2.CreateFromPemFile(Path.Combine(Repository.Keys, "tls", "localhost.pem"), Path.Combine(Repository.Keys, "tls", "localhost.key"));
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenLocalhost(new Uri(url).Port, endpoint => endpoint.UseHttps(tls)));
        builder.Services.AddPresentations(new PresentationOptions
        {
            PublicUrl = url,
            AccessKey = variant.IsSigned ? issuer.Access("localhost") : null,
            Policy = Policy.Haip,
            Trust = () => issuer.Trust,
            IsEncrypted = variant.Encrypted,
            KnownBy = variant.Prefix switch
            {
                VpVariant.X509Hash => ClientIdPrefix.X509Hash,
                VpVariant.X509SanDns => ClientIdPrefix.X509SanDns,
                _ => ClientIdPrefix.RedirectUri,
            },
        });
        var app = builder.Build();
        app.MapPresentations(Question(variant), (_, outcome) => Task.FromResult(Results.Text(Say(outcome))));
        await app.StartAsync();
        return new(app, url);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static DcqlQuery Question(VpVariant variant) => DcqlQuery.For(variant.IsMdoc
        ? CredentialQuery.OfDocType("card", SuiteIssuer.DocType).Asking(SuiteIssuer.NameSpace, "given_name")
        : CredentialQuery.OfType("card", SuiteIssuer.CardType).Asking("given_name"));

    private static string Say(PresentationOutcome outcome) => outcome switch
    {
        PresentationOutcome.Pending => "pending",
        PresentationOutcome.Completed completed => completed.Result.Match(
            _ => "accepted", rejected => $"rejected: {rejected.Verdict.Failure.Check} {rejected.Verdict.Failure.GetType().Name}", _ => "unanswered"),
        PresentationOutcome.Declined declined => $"declined: {declined.Error}",
        _ => "not yours",
    };
}
