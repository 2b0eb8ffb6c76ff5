using Dapper;
using IdentityPlatform.Hosting.PersonKeys;
using IdentityPlatform.Hosting.Storage;
using IdentityPlatform.Hosting.Tests.Servers;
using IdentityPlatform.IdP.Accounts;
using IdentityPlatform.IdP.Guardians;
using IdentityPlatform.IdP.Services;
using IdentityPlatform.IdP.Tests.Harness;
using IdentityPlatform.OAuth;
using IdentityPlatform.OAuth.Clients;
using IdentityPlatform.OAuth.Tokens;
using Microsoft.Extensions.DependencyInjection;

namespace IdentityPlatform.IdP.Tests.Accounts;

/// <summary>What the provider keeps about guardians, and what it answers when one wants to act; on both engines.</summary>
public abstract class GuardianExchangeContract : IAsyncLifetime
{
    private CardIssuer _issuer = null!;
    private string _guardian = "";
    private string _child = "";

    private protected IdpHost Host { get; private set; } = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private Guardianships Guardianships => Host.Services.GetRequiredService<Guardianships>();

    [Fact]
    public async Task A_guardian_acts_for_a_child_and_nobody_else_does()
    {
        await AddAsync();
        var allowed = Assert.IsType<ExchangeDecision.Allowed>(await DecideAsync(_guardian, _child));
        Assert.Equal(["openid"], allowed.Scopes);
        Assert.IsType<ExchangeDecision.Refused>(await DecideAsync(_child, _guardian));
        Assert.IsType<ExchangeDecision.Refused>(await DecideAsync(await OpenAsync(), _child));
    }

    [Fact]
    public async Task The_child_sees_it_in_its_log()
    {
        await AddAsync();
        await DecideAsync(_guardian, _child);
        var log = await Host.Services.GetRequiredService<HolderLog>().ReadAsync(_child, Ct);
        Assert.Contains(log, entry => entry.Name == HolderLog.GuardianActed);
    }

    [Fact]
    public async Task Without_the_power_nothing_is_allowed()
    {
        await AddAsync(GuardianPower.Cards);
        Assert.IsType<ExchangeDecision.Refused>(await DecideAsync(_guardian, _child));
    }

    [Fact]
    public async Task It_ends_when_it_is_ended()
    {
        await AddAsync();
        Assert.True(await Guardianships.EndAsync(_guardian, _child, Ct));
        Assert.False(await Guardianships.EndAsync(_guardian, _child, Ct));
        Assert.IsType<ExchangeDecision.Refused>(await DecideAsync(_guardian, _child));
    }

    [Fact]
    public async Task It_rests_when_the_credential_is_withdrawn()
    {
        await AddAsync();
        Assert.IsType<ExchangeDecision.Allowed>(await DecideAsync(_guardian, _child));
        _issuer.RevokeAll();
        Assert.IsType<ExchangeDecision.Refused>(await DecideAsync(_guardian, _child));
        await AddAsync();
        Assert.IsType<ExchangeDecision.Allowed>(await DecideAsync(_guardian, _child));
    }

    [Fact]
    public async Task The_childs_word_outlives_that_it_is_shown_again()
    {
        await AddAsync(turns14In: TimeSpan.FromDays(-1));
        await Guardianships.SetConsentAsync(_guardian, _child, childAgrees: true, Ct);
        await AddAsync(turns14In: TimeSpan.FromDays(-1));
        Assert.IsType<ExchangeDecision.Allowed>(await DecideAsync(_guardian, _child));
        await Guardianships.SetConsentAsync(_guardian, _child, childAgrees: false, Ct);
        await AddAsync(turns14In: TimeSpan.FromDays(-1));
        Assert.IsType<ExchangeDecision.Refused>(await DecideAsync(_guardian, _child));

        // Whoever gave it up begins anew.
        await Guardianships.SetConsentAsync(_guardian, _child, childAgrees: true, Ct);
        await Guardianships.EndAsync(_guardian, _child, Ct);
        await AddAsync(turns14In: TimeSpan.FromDays(-1));
        Assert.IsType<ExchangeDecision.Refused>(await DecideAsync(_guardian, _child));
    }

    [Fact]
    public async Task Both_find_it_in_their_own_list_and_in_no_other()
    {
        await AddAsync();
        Assert.Equal(_child, Assert.Single(await Guardianships.OfGuardianAsync(_guardian, Ct)).Guardianship.ChildId);
        Assert.Equal(_guardian, Assert.Single(await Guardianships.OfChildAsync(_child, Ct)).Guardianship.GuardianId);
        Assert.Empty(await Guardianships.OfGuardianAsync(_child, Ct));
        Assert.Empty(await Guardianships.OfChildAsync(_guardian, Ct));
        await Host.Services.GetRequiredService<IdP.Accounts.Accounts>().CloseAsync(_child, Ct);
        Assert.Empty(await Guardianships.OfGuardianAsync(_guardian, Ct));
        Assert.False(await Guardianships.AddAsync(Of(_guardian, _child, GuardianPower.Services, TimeSpan.FromDays(900)), Ct));
    }

    [Fact]
    public async Task From_14_on_it_rests_until_the_child_agrees()
    {
        await AddAsync(GuardianPower.Services, turns14In: TimeSpan.FromDays(-1));
        Assert.IsType<ExchangeDecision.Refused>(await DecideAsync(_guardian, _child));
        Assert.True(await Guardianships.SetConsentAsync(_guardian, _child, childAgrees: true, Ct));
        Assert.IsType<ExchangeDecision.Allowed>(await DecideAsync(_guardian, _child));
        Assert.True(await Guardianships.SetConsentAsync(_guardian, _child, childAgrees: false, Ct));
        Assert.IsType<ExchangeDecision.Refused>(await DecideAsync(_guardian, _child));
    }

    [Fact]
    public async Task Erasing_either_ends_it()
    {
        await AddAsync();
        await Host.Services.GetRequiredService<IdP.Accounts.Accounts>().CloseAsync(_guardian, Ct);
        Assert.IsType<ExchangeDecision.Refused>(await DecideAsync(_guardian, _child));
        await Host.Services.GetRequiredService<IdP.Accounts.Accounts>().CloseAsync(_child, Ct);
        Assert.Equal(0, await CountAsync());
    }

    [Fact]
    public async Task Nobody_is_their_own_guardian() =>
        await Assert.ThrowsAsync<ArgumentException>(() => Guardianships.AddAsync(Of(_child, _child, GuardianPower.Services, TimeSpan.Zero), Ct));

    [Fact]
    public async Task The_table_tells_neither_the_guardian_nor_the_birthday_and_is_swept()
    {
        await AddAsync();
        var row = Assert.Single(await Host.Services.GetRequiredService<Database>().ReadAsync(c => c.QueryAsync("SELECT * FROM guardianships"), Ct));
        var values = ((IDictionary<string, object>)row).Values.Select(value => value is byte[] bytes ? System.Text.Encoding.Latin1.GetString(bytes) : $"{value}").ToList();
        Assert.DoesNotContain(values, value => value.Contains(_guardian, StringComparison.Ordinal));
        var ward = Assert.Single(await Host.Services.GetRequiredService<Database>().ReadAsync(c => c.QueryAsync("SELECT * FROM wards"), Ct));
        var own = ((IDictionary<string, object>)ward).Values.Select(value => value is byte[] bytes ? System.Text.Encoding.Latin1.GetString(bytes) : $"{value}").ToList();
        Assert.DoesNotContain(own, value => value.Contains(_child, StringComparison.Ordinal));
        Assert.Contains(_guardian, own);
        Assert.Empty(own.Intersect(values.Where(value => value.Length > 12)));
        var end = DateTimeOffset.FromUnixTimeSeconds((long)((IDictionary<string, object>)row)["sweep_after"]);
        Assert.Equal((1, 1, TimeSpan.Zero), (end.Month, end.Day, end.TimeOfDay));
        Assert.Equal(0, await Guardianships.SweepAsync(Ct));
        Host.Time.Advance(end - Host.Time.GetUtcNow());
        Assert.Equal(1, await Guardianships.SweepAsync(Ct));
    }

    [Fact]
    public async Task Two_resources_know_a_person_by_two_subjects_and_neither_by_the_clients()
    {
        var (sectors, clients) = (Host.Services.GetRequiredService<Sectors>(), Host.Services.GetRequiredService<Clients>());
        var client = (await clients.FindAsync("service-one", Ct))!;
        await Host.Services.GetRequiredService<Consents>().GiveAsync(_child, await sectors.OfAsync(client.Id, Ct), NewConsent(), Ct);
        var subjects = new List<string>();
        using var key = (await Host.Services.GetRequiredService<PersonKeys>().FindAsync(_child, Ct))!;
        foreach (var resource in new[] { null, await clients.FindAsync("resource-one", Ct), await clients.FindAsync("resource-two", Ct) })
        {
            using var scope = Host.Services.CreateScope();
            var content = await scope.ServiceProvider.GetRequiredService<ITokenContent>().ForAsync(GrantOf(client, resource, key), Ct);
            subjects.Add(content!.Subject);
        }

        Assert.Equal(3, subjects.Distinct().Count());
        Assert.Equal((await sectors.OfAsync("resource-two", Ct)).SubjectOf(_child), subjects[2]);
    }

    public async ValueTask InitializeAsync()
    {
        Host = await StartAsync();
        foreach (var resource in new[] { "resource-one", "resource-two" })
        {
            Host.Register(resource, "openid", $"\"resource\": \"https://{resource}.test\", \"resource_scopes\": \"{resource}\",");
        }

        _issuer = new CardIssuer(Host);
        (_guardian, _child) = (await OpenAsync(), await OpenAsync());
    }

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        _issuer.Dispose();
        return Host.DisposeAsync();
    }

    private protected abstract Task<IdpHost> StartAsync();

    private async Task<string> OpenAsync()
    {
        var id = Account.NewId();
        await Host.Services.GetRequiredService<IdP.Accounts.Accounts>().OpenAsync(id, null, Ct);
        return id;
    }

    private Task<bool> AddAsync(GuardianPower power = GuardianPower.Services, TimeSpan? turns14In = null) =>
        Guardianships.AddAsync(Of(_guardian, _child, power, turns14In ?? TimeSpan.FromDays(900)), Ct);

    private Guardianship Of(string guardian, string child, GuardianPower power, TimeSpan turns14In) => new()
    {
        GuardianId = guardian,
        ChildId = child,
        Nature = Representation.Parent,
        Powers = [power],
        ChildTurns14At = Host.Time.GetUtcNow() + turns14In,
        ChildTurns18At = Host.Time.GetUtcNow() + turns14In + TimeSpan.FromDays(4 * 365.25),
        Until = Host.Time.GetUtcNow() + TimeSpan.FromDays(365),
        ShownUntil = Host.Time.GetUtcNow() + TimeSpan.FromDays(365),
        Status = _issuer.FreeStatus(),
    };

    private async Task<ExchangeDecision> DecideAsync(string actor, string subject)
    {
        var client = (await Host.Services.GetRequiredService<Clients>().FindAsync("service-one", Ct))!;
        return await Host.Services.GetRequiredService<ITokenExchange>().DecideAsync(
            new() { Actor = actor, Subject = subject, Client = client, Scopes = ["openid", "offline_access"] }, Ct);
    }

    private Task<long> CountAsync() =>
        Host.Services.GetRequiredService<Database>().ReadAsync(c => c.ExecuteScalarAsync<long>("SELECT count(*) FROM guardianships"), Ct);

    private TokenGrant GrantOf(Client client, Client? resource, PersonKey key) => new()
    {
        Client = client,
        Resource = resource,
        Subject = _child,
        Key = key,
        Scopes = ["openid"],
        GrantType = GrantTypes.RefreshToken,
        AuthorizationId = "grant",
        Binding = TokenBinding.Unbound,
    };

    private Consent NewConsent() => new("service-one", ["openid"], [], Host.Time.GetUtcNow());
}

public sealed class SqliteGuardianTests : GuardianExchangeContract
{
    private protected override Task<IdpHost> StartAsync() => Task.FromResult(new IdpHost());
}

public sealed class PostgresGuardianTests(PostgresServer server) : GuardianExchangeContract, IClassFixture<PostgresServer>
{
    private protected override async Task<IdpHost> StartAsync() => IdpHost.OnPostgres(await server.CreateDatabaseAsync(), await server.CreateDatabaseAsync());
}
