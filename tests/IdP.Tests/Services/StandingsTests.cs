using IdentityPlatform.Hosting.PersonKeys;
using IdentityPlatform.IdP.Accounts;
using IdentityPlatform.IdP.Services;
using IdentityPlatform.IdP.Tests.Harness;
using IdentityPlatform.OAuth.Clients;
using Microsoft.Extensions.DependencyInjection;
using AccountStore = IdentityPlatform.IdP.Accounts.Accounts;

namespace IdentityPlatform.IdP.Tests.Services;

/// <summary>What stands is what the database says now, also where the sector's key of last time is tried first.</summary>
public sealed class StandingsTests : IDisposable
{
    private readonly IdpHost _host = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_consent_stands_until_it_is_withdrawn()
    {
        var (account, service) = await OpenAsync();
        Assert.Null((await FindAsync(account, service))!.Consent);
        await GiveAsync(account, service);
        Assert.Equal(["openid"], (await FindAsync(account, service))!.Consent!.Scopes);
        Assert.True(await Get<Consents>().WithdrawAsync(account, service.Id, Ct));
        Assert.Null((await FindAsync(account, service))!.Consent);
    }

    [Fact]
    public async Task A_sector_whose_key_was_destroyed_is_another_one_at_the_next_look()
    {
        var (account, service) = await OpenAsync();
        await GiveAsync(account, service);
        var before = (await FindAsync(account, service))!;
        Assert.Equal(before.Sector.SubjectOf(account), (await FindAsync(account, service))!.Sector.SubjectOf(account));

        Assert.Equal(SectorRemoval.Destroyed, await Get<Sectors>().RemoveAsync(service.Id, Ct));
        var after = (await FindAsync(account, service))!;
        Assert.NotEqual(before.Sector.SubjectOf(account), after.Sector.SubjectOf(account));
        Assert.Null(after.Consent);
    }

    [Fact]
    public async Task For_an_account_that_was_closed_nothing_stands()
    {
        var (account, service) = await OpenAsync();
        using var key = await Get<PersonKeys>().FindAsync(account, Ct);
        Assert.NotNull(await Get<Standings>().FindAsync(account, service, null, key!, Ct));
        await Get<AccountStore>().CloseAsync(account, Ct);
        Assert.Null(await Get<Standings>().FindAsync(account, service, null, key!, Ct));
        Assert.Null(await Get<PersonKeys>().FindAsync(account, Ct));
    }

    public void Dispose() => _host.Dispose();

    private async Task<(string Account, Client Service)> OpenAsync()
    {
        var account = Account.NewId();
        await Get<AccountStore>().OpenAsync(account, null, Ct);
        return (account, (await Get<Clients>().FindAsync("service-one", Ct))!);
    }

    private async Task<Standing?> FindAsync(string account, Client service)
    {
        using var key = await Get<PersonKeys>().FindAsync(account, Ct);
        return await Get<Standings>().FindAsync(account, service, null, key!, Ct);
    }

    private async Task GiveAsync(string account, Client service) =>
        await Get<Consents>().GiveAsync(account, await Get<Sectors>().OfAsync(service, Ct), new Consent(service.Id, ["openid"], [], _host.Time.GetUtcNow()), Ct);

    private T Get<T>()
        where T : notnull => _host.Services.GetRequiredService<T>();
}
