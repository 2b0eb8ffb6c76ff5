using System.Security.Cryptography;
using Dapper;
using IdentityPlatform.Hosting.Audit;
using IdentityPlatform.Hosting.Keys;
using IdentityPlatform.Hosting.Storage;
using People = IdentityPlatform.Hosting.PersonKeys.PersonKeys;

namespace IdentityPlatform.Hosting.Tests.Audit;

/// <summary>The audit log on every engine: three days of two nodes, two of them sealed, then one change.</summary>
public abstract class AuditContract : IAsyncLifetime
{
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly TemporaryFolder _folder = new();
    private readonly SettableTime _time = new();
    private Database _database = null!;
    private Database _keyDatabase = null!;
    private Signer _signer = null!;
    private People _people = null!;
    private AuditLog _log = null!;
    private AuditLog _otherNode = null!;

    public async ValueTask InitializeAsync()
    {
        (_database, _keyDatabase) = await OpenAsync(_folder);
        await _database.MigrateAsync([MigrationSet.Hosting], None);
        await _keyDatabase.MigrateAsync([People.Migrations], None);
        KeyDirectory.OpenOrCreate(_folder.File("keys")).CreateKey(KeyRole.AuditHead, Formats.Jose.JwsAlgorithm.ES256, KeyState.Active, null);
        _signer = Signer.Load(_folder.File("keys"));
        _people = new People(_keyDatabase, RandomNumberGenerator.GetBytes(32), _time);
        _log = new AuditLog(_database, _people, _signer, _time, "node-a");
        _otherNode = new AuditLog(_database, _people, _signer, _time, "node-b");
        await FillAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _database.DisposeAsync();
        await _keyDatabase.DisposeAsync();
        _signer.Dispose();
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    [Trait("Safeguard", "SG14")]
    public async Task An_untouched_log_is_whole()
    {
        var whole = Assert.IsType<AuditVerdict.Whole>(await _log.VerifyAsync(None));
        Assert.Equal((18, 6, 4), (whole.Entries, whole.Chains, whole.Heads));
    }

    [Theory]
    [InlineData("UPDATE audit_entries SET actor = 'someone else' WHERE node = 'node-a' AND day = '2026-03-01' AND number = 2", AuditRule.EntryHash)]
    [InlineData("UPDATE audit_entries SET name = 'other' WHERE node = 'node-a' AND day = '2026-03-01' AND number = 2", AuditRule.EntryHash)]
    [InlineData("UPDATE audit_entries SET at = at + 1 WHERE node = 'node-a' AND day = '2026-03-01' AND number = 2", AuditRule.EntryHash)]
    [InlineData("UPDATE audit_entries SET person_id = NULL, content = NULL WHERE node = 'node-a' AND day = '2026-03-01' AND number = 2", AuditRule.EntryHash)]
    [InlineData("UPDATE audit_entries SET content_hash = 'other' WHERE node = 'node-a' AND day = '2026-03-01' AND number = 2", AuditRule.EntryHash)]
    [InlineData("UPDATE audit_entries SET content = (SELECT content FROM audit_entries e WHERE e.node = 'node-b' AND e.day = '2026-03-01' AND e.number = 2) WHERE node = 'node-a' AND day = '2026-03-01' AND number = 2", AuditRule.Content)]
    [InlineData("UPDATE audit_entries SET content = NULL WHERE node = 'node-a' AND day = '2026-03-01' AND number = 2", AuditRule.ContentRemoved)]
    [InlineData("UPDATE audit_entries SET content = NULL WHERE node = 'node-a' AND day = '2026-03-01' AND number = 3", AuditRule.ContentRemoved)]
    [InlineData("DELETE FROM audit_entries WHERE node = 'node-a' AND day = '2026-03-01' AND number = 2", AuditRule.Sequence)]
    [InlineData("DELETE FROM audit_entries WHERE node = 'node-a' AND day = '2026-03-01' AND number = 3", AuditRule.Tail)]
    [InlineData("DELETE FROM audit_entries WHERE node = 'node-a' AND day = '2026-03-03' AND number = 3", AuditRule.Tail)]
    [InlineData("UPDATE audit_chains SET head = NULL WHERE node = 'node-a' AND day = '2026-03-01'", AuditRule.HeadMissing)]
    [InlineData("UPDATE audit_chains SET head = replace(head, 'e', 'f') WHERE node = 'node-a' AND day = '2026-03-01'", AuditRule.HeadSignature)]
    [InlineData("UPDATE audit_chains SET head = (SELECT head FROM audit_chains c WHERE c.node = 'node-b' AND c.day = '2026-03-01') WHERE node = 'node-a' AND day = '2026-03-01'", AuditRule.HeadContent)]
    public async Task A_change_is_found_and_named(string change, AuditRule rule)
    {
        await ExecuteAsync(change);
        var broken = Assert.IsType<AuditVerdict.Broken>(await _log.VerifyAsync(None));
        Assert.Equal(rule, broken.Faults[0].Rule);
        Assert.Equal("node-a", broken.Faults[0].Node);
    }

    [Fact]
    [Trait("Safeguard", "SG14")]
    public async Task Two_entries_that_changed_places_are_found()
    {
        const string place = "WHERE node = 'node-a' AND day = '2026-03-01' AND number =";
        await ExecuteAsync($"UPDATE audit_entries SET number = 9 {place} 1");
        await ExecuteAsync($"UPDATE audit_entries SET number = 1 {place} 2");
        await ExecuteAsync($"UPDATE audit_entries SET number = 2 {place} 9");
        var broken = Assert.IsType<AuditVerdict.Broken>(await _log.VerifyAsync(None));
        Assert.Equal(new AuditFault(AuditRule.EntryHash, "node-a", "2026-03-01", 1), broken.Faults[0]);
    }

    [Fact]
    [Trait("Safeguard", "SG14")]
    public async Task A_day_that_vanished_from_the_middle_is_found_at_the_next()
    {
        await ExecuteAsync("DELETE FROM audit_entries WHERE node = 'node-a' AND day = '2026-03-02'");
        await ExecuteAsync("DELETE FROM audit_chains WHERE node = 'node-a' AND day = '2026-03-02'");
        var broken = Assert.IsType<AuditVerdict.Broken>(await _log.VerifyAsync(None));
        Assert.Equal([new AuditFault(AuditRule.EntryHash, "node-a", "2026-03-03", 1)], broken.Faults);
    }

    [Fact]
    [Trait("Safeguard", "SG14")]
    public async Task A_day_whose_hashes_were_all_computed_anew_disagrees_with_its_signed_head()
    {
        var rows = (await _database.ReadAsync(
            c => c.QueryAsync<AuditRow>(
                "SELECT day AS Day, node AS Node, number AS Number, at AS At, name AS Name, actor AS Actor, person_id AS PersonId, content AS Content, content_hash AS ContentHash, hash AS Hash FROM audit_entries WHERE node = 'node-a' AND day = '2026-03-01' ORDER BY number"),
            None)).ToList();
        var before = AuditChain.Beginning;
        foreach (var row in rows.Take(2))
        {
            row.Hash = before = AuditChain.Hash(before, row);
        }

        await ExecuteAsync("DELETE FROM audit_entries WHERE node = 'node-a' AND day = '2026-03-01' AND number = 3");
        await _database.WriteAsync((c, t) => c.ExecuteAsync("UPDATE audit_chains SET entries = 2, hash = @before WHERE node = 'node-a' AND day = '2026-03-01'", new { before }, t), None);
        var broken = Assert.IsType<AuditVerdict.Broken>(await _log.VerifyAsync(None));
        Assert.Equal(new AuditFault(AuditRule.HeadContent, "node-a", "2026-03-01", null), broken.Faults[0]);
    }

    [Fact]
    [Trait("Safeguard", "SG14")]
    public async Task Erasing_a_person_leaves_the_log_whole_and_the_persons_log_empty()
    {
        Assert.Equal(6, (await _log.ReadForHolderAsync("anna", None)).Count);
        await _people.DestroyAsync("anna", None);
        Assert.Empty(await _log.ReadForHolderAsync("anna", None));
        Assert.IsType<AuditVerdict.Whole>(await _log.VerifyAsync(None));

        await _log.EraseAsync("anna", None);
        await _log.AppendAsync(new AuditEvent("late", "officer-1", "anna"), None);
        Assert.Equal(19, Assert.IsType<AuditVerdict.Whole>(await _log.VerifyAsync(None)).Entries);
        Assert.Equal(6, (await _log.ReadForHolderAsync("boris", None)).Count);
    }

    [Fact]
    public async Task Nobody_is_erased_from_the_log_whose_key_still_stands() =>
        await Assert.ThrowsAsync<InvalidOperationException>(() => _log.EraseAsync("anna", None));

    [Fact]
    public async Task The_holder_reads_what_happened_and_the_database_shows_no_detail()
    {
        var entry = (await _log.ReadForHolderAsync("anna", None))[0];
        Assert.Equal(("sign-in", "holder"), (entry.Name, entry.Actor));
        Assert.Equal("the library", entry.Details.GetProperty("service").GetString());
        var stored = await _database.ReadAsync(c => c.QueryAsync<byte[]>("SELECT content FROM audit_entries WHERE person_id IS NOT NULL"), None);
        Assert.All(stored, content => Assert.Equal(-1, content.AsSpan().IndexOf("library"u8)));
    }

    [Fact]
    public async Task Parallel_events_of_one_node_make_one_chain_from_the_first_of_a_day_on()
    {
        for (var day = 0; day < 4; day++)
        {
            await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => _log.AppendAsync(new AuditEvent("sign-in", "holder", "anna"), None)));
            _time.Advance(TimeSpan.FromDays(1));
            await _log.SealAsync(None);
        }

        Assert.Equal(18 + (4 * 64), Assert.IsType<AuditVerdict.Whole>(await _log.VerifyAsync(None)).Entries);
    }

    [Fact]
    public async Task An_event_falls_with_the_unit_of_work_that_it_is_part_of()
    {
        await Assert.ThrowsAsync<InvalidOperationException>(() => _database.WriteAsync<int>(
            async (connection, transaction) =>
            {
                await _log.AppendAsync(connection, transaction, new AuditEvent("decided", "officer-1"), None);
                throw new InvalidOperationException();
            },
            None));
        Assert.Equal(18, Assert.IsType<AuditVerdict.Whole>(await _log.VerifyAsync(None)).Entries);
    }

    private protected abstract Task<(Database Main, Database Keys)> OpenAsync(TemporaryFolder folder);

    private async Task FillAsync()
    {
        await _people.CreateAsync("anna", None);
        await _people.CreateAsync("boris", None);
        for (var day = 0; day < 3; day++)
        {
            foreach (var log in new[] { _log, _otherNode })
            {
                await log.AppendAsync(new AuditEvent("sign-in", "holder", "anna", new Dictionary<string, string> { ["service"] = "the library" }), None);
                await log.AppendAsync(new AuditEvent("application.decided", "officer-1", "boris"), None);
                await log.AppendAsync(new AuditEvent("key.rotated", "custodian", null, new Dictionary<string, string> { ["role"] = "status" }), None);
            }

            _time.Advance(day < 2 ? TimeSpan.FromDays(1) : TimeSpan.Zero);
            await _log.SealAsync(None);
        }
    }

    private Task<int> ExecuteAsync(string sql) => _database.WriteAsync((c, t) => c.ExecuteAsync(sql, transaction: t), None);
}
