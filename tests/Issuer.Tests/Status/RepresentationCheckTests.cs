using System.Security.Cryptography;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Formats.SdJwt;
using IdentityPlatform.Formats;
using IdentityPlatform.Hosting.Keys;
using IdentityPlatform.Issuer.Status;
using IdentityPlatform.Issuer.Tests.Desk;
using IdentityPlatform.Verifier.Bundle;
using IdentityPlatform.Verifier.Presentation;
using IdentityPlatform.Verifier;

namespace IdentityPlatform.Issuer.Tests.Status;

/// <summary>A guardian's credential, checked by who has the bundle and nothing else: as whom and for what somebody acts cannot be hidden.</summary>
public sealed class RepresentationCheckTests : IAsyncLifetime
{
    private const string Vct = "https://example.org/vct/representation/1";
    private const string Audience = "x509_hash:provider";
    private readonly SigningKey _holder = SigningKey.From(ECDsa.Create(ECCurve.NamedCurves.nistP256));
    private DeskHost _host = null!;
    private GuardianStory _story = null!;
    private string _number = "";
    private string _credential = "";

    public async ValueTask InitializeAsync()
    {
        _host = await DeskHost.StartAsync();
        _story = await GuardianStory.StartAsync(_host);
        _number = await _story.ApproveAsync();
        _credential = (await _story.CollectAsync(_number, _holder.PublicKey))[0];
    }

    public async ValueTask DisposeAsync()
    {
        _holder.Dispose();
        await _host.DisposeAsync();
    }

    [Fact]
    [Trait("Safeguard", "SG17")]
    public async Task Shown_without_any_claim_it_still_says_as_whom_for_what_and_until_when()
    {
        var claims = Assert.IsType<VerificationResult.Accepted>(await CheckAsync()).Credential.Claims;
        Assert.Equal(("parent", "2027-05-25"), (claims.StringMember("nature_of_representation"), claims.StringMember("valid_until")));
        Assert.Equal(["services", "cards"], claims.StringsMember("powers")!);
        Assert.Null(claims.Member("represented"));
        Assert.Null(claims.Member("account"));
    }

    [Fact]
    public async Task What_a_provider_needs_to_let_a_guardian_act_is_disclosed_to_it_alone()
    {
        var accepted = Assert.IsType<VerificationResult.Accepted>(await CheckAsync("account", "represented_account"));
        Assert.Equal(("yulia", "misha"), (Subject(accepted, "account"), Subject(accepted, "represented_account")));
        Assert.Null(accepted.Credential.Claims.Member("represented"));
    }

    [Fact]
    public async Task Once_the_child_is_gone_it_is_revoked()
    {
        await (await _host.PersonAsync("misha")).PostAsync("/erase", """{"sure":true}""");
        Assert.IsType<Failure.Revoked>(Assert.IsType<VerificationResult.Rejected>(await CheckAsync()).Failure);
    }

    [Fact]
    public async Task A_card_is_no_guardians_credential()
    {
        var query = CredentialQuery.OfType("card", "https://example.org/vct/compatriot-card/1");
        Assert.IsType<VerificationResult.Rejected>(Check(await BundleAsync(), query, []));
        Assert.IsType<VerificationResult.Accepted>(await CheckAsync());
    }

    private static string? Subject(VerificationResult.Accepted accepted, string account) => accepted.Credential.Claims.ObjectMember(account)?.StringMember("sub");

    private async Task<VerificationResult> CheckAsync(params string[] claims) =>
        Check(await BundleAsync(), claims.Aggregate(CredentialQuery.OfType("guardian", Vct), (query, claim) => query.Asking(claim)), claims);

    private VerificationResult Check(OfflineBundle bundle, CredentialQuery query, string[] claims)
    {
        var shown = HeldSdJwt.Parse(_credential).OrThrow().Present(claims.Select(claim => ClaimPath.Of(claim)));
        var expectation = new Expectation { Query = query, Nonce = "nonce", Audience = Audience };
        return CredentialVerifier.Verify(HeldSdJwt.Bind(shown, _holder, Audience, "nonce", _host.Clock.Now), expectation, Policy.Haip, Trust.From(bundle), _host.Clock.Now);
    }

    private async Task<OfflineBundle> BundleAsync() => OfflineBundle.Parse(
        await _host.Get<BundlePublisher>().BuildAsync(TestContext.Current.CancellationToken),
        _host.Get<Signer>().Active(KeyRole.BundleRoot).PublicKey).OrThrow();
}
