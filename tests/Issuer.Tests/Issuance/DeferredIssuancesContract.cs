using System.Reflection;
using System.Security.Cryptography;
using Dapper;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Hosting.PersonKeys;
using IdentityPlatform.Hosting.Storage;
using IdentityPlatform.Hosting.Tests;
using IdentityPlatform.Hosting.Tests.Servers;
using IdentityPlatform.Issuer.Issuance;

namespace IdentityPlatform.Issuer.Tests.Issuance;

/// <summary>What keeping deferred issuances promises, on every engine and over two nodes.</summary>
public abstract class DeferredIssuancesContract : IAsyncLifetime
{
    private readonly SettableTime _time = new();
    private Database _first = null!;
    private Database _second = null!;
    private DeferredIssuances[] _nodes = [];
    private PersonKeys _keys = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        (_first, _second) = await OpenTwiceAsync();
        await _first.MigrateAsync([MigrationSet.Hosting, PersonKeys.Migrations, new MigrationSet("issuer", Assembly.Load("IdentityPlatform.Issuer"))], Ct);
        _keys = new PersonKeys(_first, RandomNumberGenerator.GetBytes(32), _time);
        await _keys.CreateAsync("ann", Ct);
        _nodes = [new(_first, _keys, _time), new(_second, _keys, _time)];
    }

    public virtual async ValueTask DisposeAsync()
    {
        await _first.DisposeAsync();
        await _second.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task An_order_comes_back_as_it_was_kept_and_ends_once()
    {
        var order = Order(new("batch", [new(7, 12345), new(9, 1)], new(20_000, 20_090)));
        var id = (await _nodes[0].AddAsync(order, "grant", "ann", Ct))!;
        var taken = Assert.IsType<DeferredClaim.Taken>(await _nodes[1].ClaimAsync(id, "grant", Ct)).Order;
        Assert.Equal(order.Write(), taken.Write());
        Assert.IsType<DeferredClaim.Busy>(await _nodes[0].ClaimAsync(id, "grant", Ct));
        await _nodes[1].KeepAsync(id, taken with { Reserved = null }, "ann", Ct);
        Assert.Null(Assert.IsType<DeferredClaim.Taken>(await _nodes[0].ClaimAsync(id, "grant", Ct)).Order.Reserved);
        Assert.True(await _nodes[0].EndAsync(id, Ct));
        Assert.False(await _nodes[1].EndAsync(id, Ct));
        Assert.IsType<DeferredClaim.Unknown>(await _nodes[0].ClaimAsync(id, "grant", Ct));
    }

    [Fact]
    public async Task Of_many_who_claim_at_once_one_gets_it_and_a_lost_claim_comes_free()
    {
        var id = (await _nodes[0].AddAsync(Order(null), "grant", "ann", Ct))!;
        var claims = await Task.WhenAll(Enumerable.Range(0, 32).Select(caller => Task.Run(() => _nodes[caller % 2].ClaimAsync(id, "grant", Ct))));
        Assert.Single(claims.OfType<DeferredClaim.Taken>());
        Assert.Equal(31, claims.OfType<DeferredClaim.Busy>().Count());
        _time.Now += TimeSpan.FromMinutes(1);
        Assert.IsType<DeferredClaim.Taken>(await _nodes[1].ClaimAsync(id, "grant", Ct));
    }

    [Fact]
    public async Task Another_grant_an_erased_person_and_the_end_of_its_time_find_nothing()
    {
        var id = (await _nodes[0].AddAsync(Order(null), "grant", "ann", Ct))!;
        Assert.IsType<DeferredClaim.Unknown>(await _nodes[0].ClaimAsync(id, "other", Ct));
        await _keys.DestroyAsync("ann", Ct);
        Assert.IsType<DeferredClaim.Unknown>(await _nodes[0].ClaimAsync(id, "grant", Ct));
        _time.Now += TimeSpan.FromDays(15);
        Assert.IsType<DeferredClaim.Unknown>(await _nodes[0].ClaimAsync(id, "grant", Ct));
        await _keys.CreateAsync("bob", Ct);
        Assert.NotNull(await _nodes[0].AddAsync(Order(null), "grant", "bob", Ct));
        Assert.Equal(1, (await Task.WhenAll(_nodes[0].SweepAsync(Ct), _nodes[1].SweepAsync(Ct))).Sum());
        Assert.Equal(1, await _first.ReadAsync(connection => connection.ExecuteScalarAsync<long>("SELECT count(*) FROM deferred_issuances"), Ct));
    }

    [Fact]
    public async Task A_grant_keeps_three()
    {
        for (var i = 0; i < 3; i++)
        {
            Assert.NotNull(await _nodes[i % 2].AddAsync(Order(null), "grant", "ann", Ct));
        }

        Assert.Null(await _nodes[0].AddAsync(Order(null), "grant", "ann", Ct));
        Assert.NotNull(await _nodes[0].AddAsync(Order(null), "another", "ann", Ct));
    }

    /// <summary>The database, as two nodes open it.</summary>
    private protected abstract Task<(Database First, Database Second)> OpenTwiceAsync();

    private static DeferredOrder Order(Reservation? reserved) =>
        new("compatriot-card", [Jwk.Of(ECDsa.Create(ECCurve.NamedCurves.nistP256)), Jwk.Of(ECDsa.Create(ECCurve.NamedCurves.nistP256))], reserved);
}

public sealed class SqliteDeferredIssuancesTests : DeferredIssuancesContract
{
    private readonly TemporaryFolder _folder = new();

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _folder.Dispose();
    }

    private protected override Task<(Database First, Database Second)> OpenTwiceAsync()
    {
        var connectionString = _folder.Sqlite("issuer.db");
        return Task.FromResult((Database.Open(StorageEngine.Sqlite, connectionString), Database.Open(StorageEngine.Sqlite, connectionString)));
    }
}

public sealed class PostgresDeferredIssuancesTests(PostgresServer server) : DeferredIssuancesContract
{
    private protected override async Task<(Database First, Database Second)> OpenTwiceAsync()
    {
        var connectionString = await server.CreateDatabaseAsync();
        return (Database.Open(StorageEngine.Postgres, connectionString), Database.Open(StorageEngine.Postgres, connectionString));
    }
}
