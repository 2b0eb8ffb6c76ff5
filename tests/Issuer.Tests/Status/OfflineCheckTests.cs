using System.Security.Cryptography;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Formats.Mdoc;
using IdentityPlatform.Formats.SdJwt;
using IdentityPlatform.Hosting.Keys;
using IdentityPlatform.Issuer.Status;
using IdentityPlatform.Issuer.Tests.Issuance;
using IdentityPlatform.Verifier;
using IdentityPlatform.Verifier.Bundle;
using IdentityPlatform.Verifier.Presentation;

namespace IdentityPlatform.Issuer.Tests.Status;

/// <summary>What this issuer mints and publishes, checked by a verifier that has the bundle and nothing else.</summary>
public sealed class OfflineCheckTests : IAsyncLifetime
{
    private const string Audience = "x509_hash:door";
    private readonly SigningKey _holder = SigningKey.From(ECDsa.Create(ECCurve.NamedCurves.nistP256));
    private IssuerHost _host = null!;
    private string _card = "";

    public async ValueTask InitializeAsync()
    {
        _host = await IssuerHost.StartAsync();
        await _host.Register.AddAsync("ann");
        var wallet = await new TestWallet(_host).RedeemAsync("ann");
        _card = TestWallet.Credentials(await wallet.RequestAsync(wallet.Proof(await wallet.NonceAsync(), _holder)))[0];
    }

    public async ValueTask DisposeAsync()
    {
        _holder.Dispose();
        await _host.DisposeAsync();
    }

    [Fact]
    [Trait("Safeguard", "SG2")]
    public async Task Over_16_is_accepted_and_nothing_else_is_shown()
    {
        var accepted = Assert.IsType<VerificationResult.Accepted>(Check(await BundleAsync(), "16"));
        Assert.Equal(["age_equal_or_over"], accepted.Credential.Claims.EnumerateObject().Select(claim => claim.Name).Except(Plain));
    }

    [Fact]
    public async Task A_card_shown_without_any_claim_is_accepted() =>
        Assert.IsType<VerificationResult.Accepted>(Check(await BundleAsync(), null));

    [Fact]
    public async Task A_lost_card_is_still_valid_in_the_old_bundle_and_revoked_in_the_new_one()
    {
        var old = await BundleAsync();
        await _host.Get<CardStatus>().RevokeOutstandingAsync("card-of-ann", RevocationGround.Suspension, TestContext.Current.CancellationToken);
        Assert.IsType<VerificationResult.Accepted>(Check(old, "16"));
        Assert.IsType<Failure.Revoked>(Assert.IsType<VerificationResult.Rejected>(Check(await BundleAsync(), "16")).Failure);
    }

    [Fact]
    public async Task A_copy_ends_after_ninety_days()
    {
        _host.Time.Now = new DateTimeOffset(2027, 2, 18, 23, 59, 0, TimeSpan.Zero);
        Assert.IsType<VerificationResult.Accepted>(Check(await BundleAsync(), "16"));
        _host.Time.Now = new DateTimeOffset(2027, 2, 19, 0, 2, 0, TimeSpan.Zero);
        Assert.IsType<Failure.Expired>(Assert.IsType<VerificationResult.Rejected>(Check(await BundleAsync(), "16")).Failure);
    }

    [Fact]
    [Trait("Safeguard", "SG3")]
    public async Task The_card_as_mdoc_is_checked_with_the_same_bundle_and_lists()
    {
        var wallet = await new TestWallet(_host).RedeemAsync("ann");
        var card = TestWallet.Credentials(await wallet.RequestForAsync("compatriot-card-mdoc", wallet.Proof(await wallet.NonceAsync(), _holder)))[0];
        var old = await BundleAsync();

        var accepted = Assert.IsType<VerificationResult.Accepted>(CheckMdoc(old, card));
        Assert.True(accepted.Credential.Find("org.iso.23220.1", "age_over_16").Single().GetBoolean());
        Assert.Equal("org.example.compatriotcard.1", accepted.Credential.Type);
        await _host.Get<CardStatus>().RevokeOutstandingAsync("card-of-ann", RevocationGround.Suspension, TestContext.Current.CancellationToken);
        Assert.IsType<Failure.Revoked>(Assert.IsType<VerificationResult.Rejected>(CheckMdoc(await BundleAsync(), card)).Failure);
    }

    private VerificationResult CheckMdoc(OfflineBundle bundle, string card)
    {
        var transcript = SessionTranscript.ForOpenId4Vp(Audience, "nonce", null, "https://door.example/response");
        var held = HeldMdoc.Parse(Base64UrlText.Parse(card, "the card").OrThrow()).OrThrow();
        var presented = Base64UrlText.Encode(held.Present([("org.iso.23220.1", "age_over_16")], _holder, transcript));
        var expectation = new Expectation
        {
            Query = CredentialQuery.OfDocType("card", "org.example.compatriotcard.1").Asking("org.iso.23220.1", "age_over_16"),
            Nonce = "nonce",
            Audience = Audience,
            Transcript = transcript,
        };
        return CredentialVerifier.Verify(presented, expectation, Policy.Haip, Trust.From(bundle), _host.Time.Now);
    }

    private static readonly string[] Plain = ["iss", "vct", "vct#integrity", "nbf", "exp", "cnf", "status"];

    private VerificationResult Check(OfflineBundle bundle, string? age)
    {
        var query = CredentialQuery.OfType("card", "https://example.org/vct/compatriot-card/1");
        if (age is not null)
        {
            query = query.Asking("age_equal_or_over", age);
        }

        var shown = HeldSdJwt.Parse(_card).OrThrow().Present(age is null ? [] : [ClaimPath.Of("age_equal_or_over", age)]);
        var presented = HeldSdJwt.Bind(shown, _holder, Audience, "nonce", _host.Time.Now);
        var expectation = new Expectation { Query = query, Nonce = "nonce", Audience = Audience };
        return CredentialVerifier.Verify(presented, expectation, Policy.Haip, Trust.From(bundle), _host.Time.Now);
    }

    private async Task<OfflineBundle> BundleAsync() => OfflineBundle.Parse(
        await _host.Get<BundlePublisher>().BuildAsync(TestContext.Current.CancellationToken),
        _host.Get<Signer>().Active(KeyRole.BundleRoot).PublicKey).OrThrow();
}
