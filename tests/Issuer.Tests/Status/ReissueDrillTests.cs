using IdentityPlatform.Formats.SdJwt;
using IdentityPlatform.Formats.Status;
using IdentityPlatform.Hosting.Keys;
using IdentityPlatform.Issuer.Status;
using IdentityPlatform.Issuer.Tests.Issuance;

namespace IdentityPlatform.Issuer.Tests.Status;

/// <summary>The drill: the key of all cards is denied, every copy ends, and every wallet refills under the next key from the same decisions.</summary>
public sealed class ReissueDrillTests : IAsyncLifetime
{
    private static readonly string[] People = ["ann", "bob", "vera", "gor", "aida"];
    private IssuerHost _host = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _host = await IssuerHost.StartAsync();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    [Trait("Safeguard", "SG19")]
    public async Task After_a_key_is_denied_every_wallet_gets_copies_under_the_next_one()
    {
        var (wallets, before) = (new List<TestWallet>(), new List<HeldSdJwt>());
        foreach (var person in People)
        {
            await _host.Register.AddAsync(person);
            wallets.Add(await new TestWallet(_host).RedeemAsync(person));
            before.AddRange((await wallets[^1].CollectAsync(3)).Select(Parse));
        }

        var denied = _host.Signer.Keys.Active(KeyRole.Credentials).KeyId;
        _host.ReplaceKey("credentials");
        Assert.NotEqual(denied, _host.Signer.Keys.Active(KeyRole.Credentials).KeyId);

        // Between denial and job a wallet has already come: what it got is not taken again.
        var early = (await wallets[0].CollectAsync(1)).Select(Parse).ToList();
        await _host.Get<Reissues>().StartAsync(denied, null, RevocationGround.KeyCompromise, Ct);
        Assert.Equal(People.Length, await _host.Get<Reissues>().RunAsync(Ct));
        _host.Time.Now += TimeSpan.FromMinutes(3);
        Assert.Equal(0, await _host.Get<Reissues>().RunAsync(Ct));
        var job = Assert.Single(await _host.Get<Reissues>().LastAsync(Ct));
        Assert.Equal((100, People.Length, 3L * People.Length), (job.Percent, job.Batches, job.Copies));
        Assert.NotNull(job.FinishedAt);

        foreach (var wallet in wallets)
        {
            early.AddRange((await wallet.CollectAsync(3)).Select(Parse));
        }

        await _host.Get<StatusPublisher>().PublishAsync(Ct);
        Assert.All(before, copy => Assert.Equal(1, StatusOf(copy)));
        Assert.All(early, copy => Assert.Equal(0, StatusOf(copy)));
    }

    private static HeldSdJwt Parse(string credential) => HeldSdJwt.Parse(credential).OrThrow();

    private int StatusOf(HeldSdJwt copy)
    {
        var entry = StatusReference.Parse(copy.Received.IssuerJwt.UnverifiedClaims).OrThrow();
        var list = _host.Get<StatusPublisher>().Find(long.Parse(entry.Uri.Split('/')[^1], System.Globalization.CultureInfo.InvariantCulture))!;
        return StatusListToken.Parse(list.Token).OrThrow().List[(int)entry.Index];
    }
}
