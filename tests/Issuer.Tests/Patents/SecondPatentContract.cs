using Dapper;
using IdentityPlatform.Formats;
using IdentityPlatform.Hosting.Storage;
using IdentityPlatform.Hosting.Tests.Servers;
using IdentityPlatform.Issuer.Patents;
using IdentityPlatform.Issuer.Tests.Desk;

namespace IdentityPlatform.Issuer.Tests.Patents;

/// <summary>A second patent beside the first: for a region that the first is not valid in, and for no other.</summary>
public abstract class SecondPatentContract : IAsyncLifetime
{
    private DeskHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Each_is_paid_for_and_ends_by_itself_and_a_region_of_the_same_agreement_needs_none()
    {
        var (first, holder) = await PatentStory.DecidedAsync(_host);
        await _host.PayAsync(TestTreasury.Fact(first, "2026-11-23"));
        Assert.Equal((409, "already_there"), (await holder.PostAsync("/applications", PatentStory.Application("RU-SPE"))).Brief);
        Assert.Equal((409, "already_there"), (await holder.PostAsync("/applications", PatentStory.Application("RU-LEN"))).Brief);

        var (second, _) = await PatentStory.DecidedAsync(_host, region: "RU-MOW");
        Assert.Equal("active", (await holder.GetAsync($"/card?number={first}", "application/json")).Json.StringMember("patent"));
        Assert.Equal("decided", (await holder.GetAsync($"/card?number={second}", "application/json")).Json.StringMember("patent"));
        await _host.PayAsync(TestTreasury.Fact(second, "2026-11-23", PriceOfMoscow * 2, reference: "moscow"));
        Assert.Equal(["RU-MOW", "RU-MOS"], (await PatentAsync(second)).Term!.Regions);
        Assert.Equal(["RU-SPE", "RU-LEN"], (await PatentAsync(first)).Term!.Regions);
        Assert.Equal((409, "already_there"), (await holder.PostAsync("/applications", PatentStory.Application("RU-MOS"))).Brief);

        _host.Clock.Now = _host.Provider.Now = new DateTimeOffset(2026, 12, 24, 6, 0, 0, TimeSpan.Zero);
        Assert.Equal((PatentState.Lapsed, PatentState.Active), ((await PatentAsync(first)).State, (await PatentAsync(second)).State));
        Assert.NotNull((await (await _host.PersonAsync("farrukh")).PostAsync("/applications", PatentStory.Application("RU-SPE"))).Json.StringMember("id"));
    }

    [Fact]
    public async Task To_give_up_one_leaves_the_other()
    {
        var (first, holder) = await PatentStory.DecidedAsync(_host);
        var (second, _) = await PatentStory.DecidedAsync(_host, region: "RU-MOW");
        Assert.Equal((200, "revoked"), (await holder.PostAsync("/card/revoke", $$"""{"number":"{{second}}"}""")).Brief);
        Assert.Equal((PatentState.Decided, PatentState.Closed), ((await PatentAsync(first)).State, (await PatentAsync(second)).State));
    }

    [Fact]
    [Trait("Safeguard", "SG18")]
    public async Task The_database_does_not_say_where_somebody_may_work_nor_who_may_work_in_the_same_place()
    {
        await PatentStory.DecidedAsync(_host);
        await PatentStory.DecidedAsync(_host, "nodir");
        var slots = (await _host.Get<Database>().ReadAsync(connection => connection.QueryAsync<string>("SELECT slot FROM cards"), TestContext.Current.CancellationToken)).ToList();
        Assert.Equal(2, slots.Distinct(StringComparer.Ordinal).Count());
        Assert.All(slots, slot => Assert.Matches("^[A-Za-z0-9_-]{43}$", slot));
    }

    private protected abstract Task<DeskHost> StartAsync();

    private static long PriceOfMoscow => Catalogue.CatalogueFiles.Patents().Regions["RU-MOW"].PriceOn(new DateOnly(2026, 11, 23))!.Value;

    private async Task<Patent> PatentAsync(string number) => (await _host.Get<PatentRegister>().FindAsync(number, TestContext.Current.CancellationToken))!.Patent;
}

public sealed class SqliteSecondPatentTests : SecondPatentContract
{
    private protected override Task<DeskHost> StartAsync() => DeskHost.StartAsync(patents: true);
}

public sealed class PostgresSecondPatentTests(PostgresServer server) : SecondPatentContract
{
    private protected override Task<DeskHost> StartAsync() => DeskHost.StartAsync(server, patents: true);
}
