using System.Globalization;
using System.Security.Cryptography;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Formats.Mdoc;
using IdentityPlatform.Formats.Status;
using IdentityPlatform.Formats.Trust;
using IdentityPlatform.Verifier.AspNetCore;
using IdentityPlatform.Verifier.Bundle;
using IdentityPlatform.Verifier.Presentation;
using IdentityPlatform.Verifier.Proximity;
using IdentityPlatform.Verifier.Refresh;
using IdentityPlatform.Verifier.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace IdentityPlatform.Verifier.Tests.Readme;

/// <summary>The code of the packages' pages and of the guides, letter by letter, each between the marks of its file.</summary>
internal static class GuideExamples
{
    public static void Check(string presented, string nonce, string clientId, Jwk pinnedRoot)
    {
        #region src/Verifier/README.md
        var bundle = OfflineBundle.Parse(File.ReadAllBytes("bundle.json"), pinnedRoot).OrThrow();
        var over18 = CredentialQuery.OfType("card", "https://example.org/vct/compatriot-card/1").Asking("age_equal_or_over", "18");
        var expectation = new Expectation { Query = over18, Nonce = nonce, Audience = clientId };

        var verdict = CredentialVerifier.Verify(presented, expectation, Policy.Haip, Trust.From(bundle), DateTimeOffset.UtcNow);
        Console.WriteLine(verdict.Explain(CultureInfo.CurrentUICulture));
        #endregion
    }

    public static void Test(DateTimeOffset now)
    {
        #region src/Verifier.Testing/README.md
        using var issuer = new TestIssuer(now);                        // keys, certificates, status list, bundle

        TestCases.Accepted(issuer).Verify();                           // accepted
        TestCases.Rejected<Failure.Revoked>(issuer).Verify();          // rejected for this reason, and for no other
        #endregion
    }

    public static async Task<Trust> RefreshAsync(Jwk pinnedRoot, CancellationToken cancellationToken)
    {
        #region src/Verifier.Refresh/README.md
        var bundles = BundleStore.Open("bundle", [pinnedRoot], TimeProvider.System);
        await new BundleRefresher(bundles, new Uri("https://mirror.example.org/bundle.json")).RefreshAsync(cancellationToken);
        Trust trust = bundles.Trust;
        #endregion
        return trust;
    }

    public static void Serve(WebApplicationBuilder builder, WebApplication app, Jwk pinnedRoot, SigningKey accessKey, CredentialQuery over18)
    {
        #region src/Verifier.AspNetCore/README.md
        builder.Services.AddBundle(new BundleSource { Directory = "bundle", Roots = [pinnedRoot], Address = new Uri("https://mirror.example.org/bundle") });
        builder.Services.AddPresentations(services => new PresentationOptions
        {
            PublicUrl = "https://door.example.org",
            AccessKey = accessKey,
            Policy = Policy.Haip,
            Trust = () => services.GetRequiredService<KeptBundle>().Trust,
        });

        app.MapPresentations(DcqlQuery.For(over18), (http, outcome) => Task.FromResult(Answer(outcome)));
        #endregion
    }

    public static async Task<VerificationResult?> MeetAsync(string qrText, CredentialQuery query, SigningKey readerKey, BundleStore store, DateTimeOffset now)
    {
        #region docs/proximity.md
        var engagement = DeviceEngagement.ParseUri(qrText).OrThrow();          // its key, and the ways to reach it
        using var meeting = ReaderSession.Open(engagement, ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256)).OrThrow();
        var answer = meeting.Receive(await SendAsync(meeting.Ask(query, readerKey)));
        var verdict = answer.Match<VerificationResult?>(
            presented => meeting.Verify(presented, query, Policy.Haip, store.Trust, now),
            ended => null,
            malformed => null);
        #endregion
        return verdict;
    }

    public static IReadOnlyList<NfcCarrier> Touch(ReadOnlyMemory<byte> select, ushort random, Guid service)
    {
        #region docs/proximity.md, a touch
        var asked = NfcHandoverRequest.Create(random, new NfcCarrier.Ble(BleRole.PeripheralPreferred) { Service = service });   // sent as asked.Encoded
        var met = NfcHandover.Parse(select, asked).OrThrow();                                                                   // without `asked` where the device's message came unasked
        using var meeting = ReaderSession.Open(met, ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256)).OrThrow();
        #endregion
        return met.Carriers;
    }

    public static void Ask(IServiceCollection services, WebApplication app, SigningKey accessKey, BundleStore store, CredentialQuery over18)
    {
        #region docs/presentations.md
        services.AddPresentations(new PresentationOptions { PublicUrl = "https://door.example.org", AccessKey = accessKey, Policy = Policy.Haip, Trust = () => store.Trust });
        app.MapPresentations(DcqlQuery.For(over18), (http, outcome) => Task.FromResult(Answer(outcome)));
        #endregion
    }

    public static VerificationResult Read(string text, Policy policy, BundleStore store, DateTimeOffset now)
    {
        #region docs/printed.md
        var verdict = CredentialVerifier.VerifyPrinted(text, ["https://example.org/vct/work-patent/1"], policy, store.Trust, now);
        #endregion
        return verdict;
    }

    public static Trust Listed(string jws, Jwk operatorKey, AnchorList more, IReadOnlyList<StatusListToken> statusLists, IReadOnlyList<CwtStatusListToken> cwtStatusLists)
    {
        #region docs/trust.md
        var list = TrustedEntityList.Parse(jws, operatorKey).OrThrow();
        var anchors = AnchorList.From(list, new TrustedServiceRule
        {
            ServiceType = "http://uri.etsi.org/19602/SvcType/PID/Issuance",
            Roles = [AnchorRole.Credentials],
            Types = ["urn:eudi:pid:1"],
        });
        var trust = Trust.From(anchors.And(more), TimeSpan.FromDays(1), statusLists, cwtStatusLists);
        #endregion
        return trust;
    }

    private static IResult Answer(PresentationOutcome outcome) => Results.Text(outcome.GetType().Name);

    private static Task<byte[]> SendAsync(byte[] message) => Task.FromResult(message);
}
