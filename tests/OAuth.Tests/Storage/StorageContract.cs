using System.Text.Json;
using Dapper;
using IdentityPlatform.Hosting.Storage;
using IdentityPlatform.Hosting.Tests.Servers;
using IdentityPlatform.OAuth.Storage;
using IdentityPlatform.OAuth.Tests.Server;
using IdentityPlatform.OAuth.Tokens;

namespace IdentityPlatform.OAuth.Tests.Storage;

/// <summary>What the stores promise, on every engine.</summary>
public abstract class StorageContract : IAsyncLifetime
{
    private static readonly DateTimeOffset Now = DateTimeOffset.UtcNow;

    private protected TestServer Server { get; private set; } = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private AuthorizationCodes Codes => Server.Get<AuthorizationCodes>();

    [Fact]
    public async Task A_code_is_redeemed_once_and_then_replayed()
    {
        var (code, grantId) = await AddAsync();
        var found = await Codes.FindAsync(new(code, "one", Now), Ct);
        Assert.Equal((grantId, "https://one.example/callback", "challenge", "key"), (found!.Id, found.Binding.RedirectUri, found.Binding.CodeChallenge, found.Binding.DpopThumbprint));

        using var opened = await Server.Get<StoredGrants>().OpenAsync(found, Ct);
        Assert.Equal("Ada", opened!.Grant.Content.Extra!.Value.GetProperty("name").GetString());
        Assert.IsType<CodeSpending.Spent>(await SpendAsync(code, "one", Now));
        Assert.Null(await Codes.FindAsync(new(code, "one", Now), Ct));
        Assert.Equal(grantId, Assert.IsType<CodeSpending.Replayed>(await SpendAsync(code, "one", Now)).GrantId);
        Assert.Null(await Server.Get<StoredGrants>().FindAsync(grantId, Ct));
    }

    [Fact]
    public async Task A_code_is_unknown_to_another_client_after_its_time_and_when_invented()
    {
        var (code, _) = await AddAsync();
        Assert.IsType<CodeSpending.Unknown>(await SpendAsync(code, "two", Now));
        Assert.IsType<CodeSpending.Unknown>(await SpendAsync(code, "one", Now.AddSeconds(60)));
        Assert.IsType<CodeSpending.Unknown>(await SpendAsync("invented", "one", Now));
        Assert.IsType<CodeSpending.Unknown>(await SpendAsync(code[..12] + "invented", "one", Now));
        Assert.Null(await Codes.FindAsync(new(code, "two", Now), Ct));
        Assert.Null(await Codes.FindAsync(new(code, "one", Now.AddSeconds(60)), Ct));
        Assert.IsType<CodeSpending.Spent>(await SpendAsync(code, "one", Now.AddSeconds(59)));
    }

    [Fact]
    public async Task A_code_of_a_revoked_grant_is_worth_nothing()
    {
        var (code, grantId) = await AddAsync();
        await Server.Get<StoredGrants>().RevokeAsync(grantId, Ct);
        Assert.Null(await Codes.FindAsync(new(code, "one", Now), Ct));
        Assert.IsType<CodeSpending.Unknown>(await SpendAsync(code, "one", Now));
    }

    [Fact]
    public async Task Of_64_parallel_redemptions_exactly_one_wins()
    {
        for (var round = 0; round < 5; round++)
        {
            var (code, _) = await AddAsync();
            var all = await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => Task.Run(() => SpendAsync(code, "one", Now), Ct)));
            Assert.Single(all.OfType<CodeSpending.Spent>());
            Assert.Equal(63, all.OfType<CodeSpending.Replayed>().Count());
        }
    }

    [Fact]
    public async Task Of_64_parallel_redemptions_of_a_desk_code_exactly_one_wins()
    {
        var codes = Server.Get<PreAuthorizedCodes>();
        var offer = await codes.OfferAsync(new() { Subject = TestOwner.Subject, Scopes = ["card"], TxCodeDigits = null }, Ct);
        var attempt = Try(offer, null, TimeSpan.FromMinutes(5));
        var all = await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => Task.Run(() => codes.RedeemAsync(attempt, Ct), Ct)));
        Assert.Single(all.OfType<PreAuthorizedRedemption.Redeemed>());
        Assert.All(all.OfType<PreAuthorizedRedemption.Refused>(), refused => Assert.Equal(PreAuthorizedFault.Unknown, refused.Fault));
    }

    [Fact]
    public async Task Redeeming_a_desk_code_binds_the_grant_to_its_client()
    {
        var codes = Server.Get<PreAuthorizedCodes>();
        var offer = await codes.OfferAsync(new() { Subject = TestOwner.Subject, Scopes = ["card"], TxCodeDigits = 8 }, Ct);
        Assert.Equal(8, offer.TxCode!.Length);
        Assert.Null((await Server.Get<StoredGrants>().FindAsync(offer.GrantId, Ct))!.ClientId);
        var attempt = Try(offer, "instance", TimeSpan.FromHours(1));
        Assert.IsType<PreAuthorizedRedemption.Redeemed>(await codes.RedeemAsync(attempt, Ct));
        var grant = await Server.Get<StoredGrants>().FindAsync(offer.GrantId, Ct);
        Assert.Equal(("one", "instance"), (grant!.ClientId, grant.InstanceThumbprint));
        Server.Clock.Advance(TimeSpan.FromMinutes(59));
        Assert.NotNull(await Server.Get<StoredGrants>().FindAsync(offer.GrantId, Ct));
    }

    [Fact]
    public async Task Of_64_parallel_uses_of_a_rotating_token_there_is_exactly_one_successor()
    {
        var tokens = Server.Get<RefreshTokens>();
        for (var round = 0; round < 5; round++)
        {
            var (_, grantId) = await AddAsync();
            var token = await AddAsync(NewRefreshToken.Rotating(grantId, "one", Now.AddDays(1)));
            var all = await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => Task.Run(() => tokens.RotateAsync(token, Now, Ct), Ct)));
            Assert.NotEqual(token, Assert.Single(all.Distinct()));
            Assert.NotNull(await tokens.FindAsync(all[0]!, Now, Ct));
        }
    }

    [Fact]
    public async Task Of_64_parallel_uses_of_a_spent_token_none_gets_anything_and_the_grant_ends()
    {
        var tokens = Server.Get<RefreshTokens>();
        var (_, grantId) = await AddAsync();
        var token = await AddAsync(NewRefreshToken.Rotating(grantId, "one", Now.AddDays(1)));
        var next = await tokens.RotateAsync(token, Now, Ct);
        Assert.Equal(next, await tokens.RotateAsync(token, Now.AddSeconds(29), Ct));
        var all = await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => Task.Run(() => tokens.RotateAsync(token, Now.AddSeconds(30), Ct), Ct)));
        Assert.All(all, Assert.Null);
        Assert.Null(await tokens.FindAsync(next!, Now.AddSeconds(30), Ct));
        Assert.Null(await Server.Get<StoredGrants>().FindAsync(grantId, Ct));
    }

    [Fact]
    public async Task The_database_holds_no_secret_and_no_personal_value()
    {
        var (code, _) = await AddAsync();
        var refresh = await AddAsync(NewRefreshToken.Staying("grant", "one", new TokenBinding.Dpop("key"), Now.AddDays(1)));
        var rotated = await AddAsync(NewRefreshToken.Rotating("grant", "one", Now.AddDays(1)));
        var successor = await Server.Get<RefreshTokens>().RotateAsync(rotated, Now, Ct);
        string[] rotating = [.. rotated.Split('.'), .. successor!.Split('.')];
        var offer = await Server.Get<PreAuthorizedCodes>().OfferAsync(new() { Subject = TestOwner.Subject, Scopes = ["card"] }, Ct);
        foreach (var table in (string[])["oauth_grants", "oauth_refresh_tokens", "oauth_preauthorized_codes"])
        {
            foreach (IDictionary<string, object?> row in await Server.Database.ReadAsync(c => c.QueryAsync($"SELECT * FROM {table}"), Ct))
            {
                var text = string.Join('|', row.Values.Select(value => value is byte[] bytes ? System.Text.Encoding.Latin1.GetString(bytes) : value?.ToString()));
                Assert.All((string[])[code, refresh, .. rotating, offer.Code, offer.TxCode!, "Ada", "the-nonce"], secret => Assert.DoesNotContain(secret, text, StringComparison.Ordinal));
            }
        }
    }

    [Fact]
    public async Task The_sweep_deletes_what_expired_and_nothing_else()
    {
        var sweep = Server.Get<IEnumerable<Microsoft.Extensions.Hosting.IHostedService>>().OfType<ExpirySweep>().Single();
        var (code, grantId) = await AddAsync();
        await AddAsync(NewRefreshToken.Staying(grantId, "one", new TokenBinding.Dpop("key"), Now.AddDays(1)));
        await Server.Get<PreAuthorizedCodes>().OfferAsync(new() { Subject = TestOwner.Subject, Scopes = ["card"] }, Ct);
        Assert.Equal(0, await sweep.SweepAsync(Ct));

        // The desk's code and its grant go ten minutes after their ten; an ordinary code stays with its grant.
        Server.Clock.Advance(TimeSpan.FromMinutes(12));
        Assert.Equal(0, await sweep.SweepAsync(Ct));
        Server.Clock.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(2, await sweep.SweepAsync(Ct));
        Assert.NotNull(await Server.Get<StoredGrants>().FindAsync(grantId, Ct));
        Server.Clock.Advance(TimeSpan.FromDays(2));
        Assert.Equal(2, await sweep.SweepAsync(Ct));
        Assert.IsType<CodeSpending.Unknown>(await SpendAsync(code, "one", Now));
    }

    [Fact]
    public async Task Migrating_again_changes_nothing() =>
        await Server.Database.MigrateAsync([MigrationSet.Hosting, AuthorizationServer.Migrations], Ct);

    public async ValueTask InitializeAsync() => Server = await TestServer.StartAsync(await SetupAsync());

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await Server.DisposeAsync();
    }

    private protected abstract Task<TestSetup> SetupAsync();

    private async Task<string> AddAsync(NewRefreshToken token)
    {
        await Server.Database.WriteAsync((connection, transaction) => RefreshTokens.AddAsync(connection, transaction, token), Ct);
        return token.Text;
    }

    private Task<CodeSpending> SpendAsync(string code, string clientId, DateTimeOffset at) => Codes.SpendAsync(new(code, clientId, at), Ct);

    private static PreAuthorizedTry Try(PreAuthorizedOffer offer, string? instance, TimeSpan lifetime) => new()
    {
        Code = offer.Code,
        TxCode = offer.TxCode,
        ClientId = "one",
        InstanceThumbprint = instance,
        GrantLifetime = lifetime,
    };

    private async Task<(string Code, string GrantId)> AddAsync()
    {
        var content = new GrantContent { Scopes = ["openid"], Nonce = "the-nonce", Extra = JsonSerializer.SerializeToElement(new { name = "Ada" }) };
        var grant = await Server.Get<StoredGrants>().CloseAsync(TestOwner.Subject, "one", null, content, Ct);
        var code = new NewCode
        {
            Grant = grant,
            Binding = new("https://one.example/callback", "challenge", "key", null),
            ExpiresAt = Now.AddSeconds(60),
            GrantExpiresAt = Now.AddDays(1),
        };
        return (await Codes.AddAsync(code, Now, Ct), grant.Id);
    }
}

public sealed class SqliteStorageTests : StorageContract
{
    private protected override Task<TestSetup> SetupAsync() => Task.FromResult(new TestSetup());
}

public sealed class PostgresStorageTests(PostgresServer server) : StorageContract
{
    private protected override async Task<TestSetup> SetupAsync() =>
        new() { Engine = StorageEngine.Postgres, ConnectionString = await server.CreateDatabaseAsync() };
}
