using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Issuer.Issuance;
using IdentityPlatform.Issuer.Tests.Catalogue;
using IdentityPlatform.Wallet;
using IdentityPlatform.Wallet.Issuance;

namespace IdentityPlatform.Issuer.Tests.Issuance;

/// <summary>The sample wallet, with its provider's attestation, against the issuer as it runs.</summary>
public sealed class SampleWalletTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_sample_wallet_collects_a_batch_across_the_desk()
    {
        await using var host = await IssuerHost.StartAsync(attested: true);
        await host.Register.AddAsync("ann");
        var made = await host.Get<OfferService>().OfferAcrossTheDeskAsync("ann", "card-of-ann", host.Signer.Type, Ct);
        var offer = (await CredentialOffer.ReadAsync(made.LinkByReference, host.Http, Ct)).OrThrow();
        Assert.True(offer.NeedsTransactionCode);
        using var instance = new WalletInstance(Provider(), "playground-wallet", host.Time);
        var collector = new Collector(host.Http, instance, "http://localhost:5110/callback", host.Time);
        var outcome = await collector.CollectAsync(offer, made.TransactionCode, Ct);
        Assert.Equal(10, Assert.IsType<CollectionOutcome.Collected>(outcome, exactMatch: false).Copies.Count);
    }

    private static SigningKey Provider() => KeyFile.Read(Path.GetFullPath(Path.Combine(
        CatalogueFiles.Directory, "..", "..", "..", "..", "keys.example", "wallet-provider", "wallet-provider.json")));
}
