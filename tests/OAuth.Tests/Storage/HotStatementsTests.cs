using System.Data.Common;
using System.Reflection;
using System.Text.RegularExpressions;
using Dapper;
using IdentityPlatform.Hosting.Storage;
using IdentityPlatform.Hosting.Tests.Servers;
using IdentityPlatform.OAuth.Storage;
using IdentityPlatform.OAuth.Tests.Server;

namespace IdentityPlatform.OAuth.Tests.Storage;

/// <summary>
/// Each statement that the engine sends for requests and sweeps reaches its rows by an index, on both engines. The texts are
/// those that were really sent: both engines get the same ones.
/// </summary>
public sealed partial class HotStatementsTests(PostgresServer server)
{
    // What a sign-in, a refresh, a revocation and the sweeps have to have shown at least, or the flow below has lost them.
    private static readonly string[] Expected =
    [
        "INSERT INTO oauth_grants", "code_hash = @hash", "SET redeemed_at", "INSERT INTO oauth_refresh_tokens", "FROM oauth_refresh_tokens",
        "UPDATE oauth_refresh_tokens", "FROM oauth_grants", "UPDATE oauth_grants", "INSERT INTO one_time ", "SELECT value FROM one_time", "DELETE FROM one_time",
        "DELETE FROM oauth_grants", "DELETE FROM oauth_refresh_tokens", "DELETE FROM oauth_preauthorized_codes",
    ];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(StorageEngine.Sqlite)]
    [InlineData(StorageEngine.Postgres)]
    public async Task Every_hot_statement_uses_an_index(StorageEngine engine)
    {
        await using var host = await TestServer.StartAsync(new TestSetup
        {
            Engine = engine,
            ConnectionString = engine == StorageEngine.Postgres ? await server.CreateDatabaseAsync() : null,
        });
        await RunAsync(host);
        var statements = Sent(engine);
        Assert.All(Expected, part => Assert.Contains(statements, text => text.Contains(part, StringComparison.Ordinal)));
        var scans = await host.Database.WriteAsync(async (connection, transaction) =>
        {
            var found = new List<string>();
            foreach (var text in statements)
            {
                var plan = engine == StorageEngine.Sqlite ? await SqlitePlanAsync(connection, transaction, text) : await PostgresPlanAsync(connection, transaction, text);
                found.AddRange(plan.Where(IsScan).Select(line => $"{line.Trim()} in: {text}"));
            }

            return found;
        }, Ct);
        Assert.Empty(scans);
    }

    [Fact]
    public async Task A_statement_without_an_index_is_found_out()
    {
        await using var host = await TestServer.StartAsync(new TestSetup { Engine = StorageEngine.Postgres, ConnectionString = await server.CreateDatabaseAsync() });
        await using var lite = await TestServer.StartAsync(new TestSetup());
        const string Slow = "SELECT id FROM oauth_grants WHERE created_at = @now";
        Assert.Contains(await host.Database.WriteAsync((c, t) => PostgresPlanAsync(c, t, Slow), Ct), IsScan);
        Assert.Contains(await lite.Database.WriteAsync((c, t) => SqlitePlanAsync(c, t, Slow), Ct), IsScan);
    }

    // What each statement is for comes once: the flow of a browser, a revocation, and rotation and sweeps by their classes.
    private static async Task RunAsync(TestServer host)
    {
        var client = new TestClient(host, "one", host.Files.ClientOne);
        var tokens = await client.SignInAsync();
        Assert.Equal(200, tokens.Status);
        Assert.Equal(200, (await client.RefreshAsync(tokens.Text("refresh_token"))).Status);
        await client.ResourceAsync(tokens.Text("access_token"));
        var refresh = host.Get<RefreshTokens>();
        var rotating = NewRefreshToken.Rotating("grant", "one", host.Clock.GetUtcNow().AddDays(1));
        await host.Database.WriteAsync((connection, transaction) => RefreshTokens.AddAsync(connection, transaction, rotating), Ct);
        await refresh.RotateAsync(rotating.Text, host.Clock.GetUtcNow(), Ct);
        await host.Database.WriteAsync(
            async (connection, transaction) =>
            {
                await host.Get<StoredGrants>().RevokeEndingWithAsync(connection, transaction, TestOwner.Subject, "session");
                return 0;
            },
            Ct);
        await host.Get<StoredGrants>().RevokeOfSubjectAsync(TestOwner.Subject, "one", Ct);
        await host.Get<StoredGrants>().RevokeAsync("grant", Ct);
        var store = host.Get<OneTimeStore>();
        await store.CountAsync("kind", "key", TimeSpan.FromMinutes(1), Ct);
        host.Clock.Advance(TimeSpan.FromMinutes(2));
        await store.PutAsync("kind", "key", new byte[1], TimeSpan.FromMinutes(1), Ct);
        await host.Get<IEnumerable<Microsoft.Extensions.Hosting.IHostedService>>().OfType<ExpirySweep>().Single().SweepAsync(Ct);
    }

    // Dapper keeps every text of the process, and each prepared statement is a constant of its store. What only one engine sends
    // (its lock clause, the epoch) is for that one; what tests send themselves is not among it.
    private static List<string> Sent(StorageEngine engine) => [.. SqlMapper.GetCachedSQL()
        .Select(entry => entry.Item2)
        .Concat(Prepared(typeof(AuthorizationCodes).Assembly))
        .Distinct(StringComparer.Ordinal)
        .Where(text => Work().IsMatch(text) && Table().IsMatch(text) && !IsOfTests(text))
        .Where(text => engine == StorageEngine.Postgres
            ? !text.Contains("|| '0'", StringComparison.Ordinal) && !text.Contains("PRAGMA", StringComparison.Ordinal)
            : !text.Contains("SKIP LOCKED", StringComparison.Ordinal) && !text.Contains("pg_", StringComparison.Ordinal))];

    private static IEnumerable<string> Prepared(Assembly assembly) => assembly.GetTypes()
        .SelectMany(type => type.GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic))
        .Where(field => field.FieldType == typeof(Statement))
        .Select(field => ((Statement)field.GetValue(null)!).Sql);

    private static bool IsOfTests(string text) => ((string[])["SELECT *", "SELECT COUNT", "SELECT SUM(pg_total_relation_size", "SELECT id FROM oauth_grants WHERE created_at"])
        .Any(start => text.StartsWith(start, StringComparison.Ordinal));

    private static async Task<List<string>> SqlitePlanAsync(DbConnection connection, DbTransaction transaction, string text)
    {
        var rows = await connection.QueryAsync("EXPLAIN QUERY PLAN " + text, Nulls(text), transaction);
        return [.. rows.Select(row => (string)((IDictionary<string, object>)row)["detail"])];
    }

    // A generic plan, as for a statement that is prepared once and run for years; small tables are scanned whatever indexes
    // they have, so a scan is made the last resort.
    private static async Task<List<string>> PostgresPlanAsync(DbConnection connection, DbTransaction transaction, string text)
    {
        var names = Names(text);
        var numbered = names.Select((name, index) => (name, index)).Aggregate(text, (sql, p) => Regex.Replace(sql, $@"@{p.name}\b", $"${p.index + 1}"));
        var arguments = names.Count == 0 ? "" : $"({string.Join(", ", names.Select(_ => "NULL"))})";
        await connection.ExecuteAsync($"SET LOCAL enable_seqscan = off; SET LOCAL plan_cache_mode = force_generic_plan; PREPARE hot AS {numbered}", transaction: transaction);
        var plan = (await connection.QueryAsync<string>($"EXPLAIN EXECUTE hot{arguments}", transaction: transaction)).AsList();
        await connection.ExecuteAsync("DEALLOCATE hot", transaction: transaction);
        return plan;
    }

    private static bool IsScan(string line) => line.Contains("Seq Scan", StringComparison.Ordinal) || SqliteScan().IsMatch(line);

    private static List<string> Names(string text) => [.. Parameter().Matches(text).Select(match => match.Groups[1].Value).Distinct(StringComparer.Ordinal)];

    private static DynamicParameters Nulls(string text)
    {
        var parameters = new DynamicParameters();
        foreach (var name in Names(text))
        {
            parameters.Add(name, null);
        }

        return parameters;
    }

    // Migrations change tables; they run once.
    [GeneratedRegex(@"^\s*(SELECT|INSERT|UPDATE|DELETE)\b(?![^;]*;)")]
    private static partial Regex Work();

    [GeneratedRegex("oauth_(grants|refresh_tokens|preauthorized_codes|client_invitations)|one_time ")]
    private static partial Regex Table();

    [GeneratedRegex(@"@(\w+)")]
    private static partial Regex Parameter();

    // "SCAN t" and "SCAN t USING INDEX" both read all rows; "SEARCH t USING …" does not. A list of values is scanned of course.
    [GeneratedRegex(@"^SCAN (?!\d|CONSTANT)")]
    private static partial Regex SqliteScan();
}
