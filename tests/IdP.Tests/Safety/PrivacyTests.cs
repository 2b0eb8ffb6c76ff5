using System.Text;
using Dapper;
using IdentityPlatform.Formats;
using IdentityPlatform.Hosting.Audit;
using IdentityPlatform.Hosting.Storage;
using IdentityPlatform.IdP.Services;
using IdentityPlatform.IdP.SignIn;
using IdentityPlatform.IdP.Tests.Harness;
using IdentityPlatform.OAuth.RelyingParty;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;

namespace IdentityPlatform.IdP.Tests.Safety;

/// <summary>SG1, SG6, SG7, SG10: what the provider's own database tells whoever reads it.</summary>
public sealed class PrivacyTests : IDisposable
{
    private static readonly string[] Forbidden =
    [
        "ethnicity", "religion", "opinion", "party", "union", "health", "biometric", "face", "fingerprint", "location", "latitude", "longitude", "ip_address",
        "address", "phone", "email", "employer", "activity", "gender", "sex", "race", "nationality", "snils", "inn", "passport", "document_number", "given_name",
        "family_name", "birthdate", "user_agent",
    ];

    private readonly IdpHost _host = new();
    private readonly CardIssuer _issuer;

    public PrivacyTests() => _issuer = new CardIssuer(_host);

    public void Dispose()
    {
        _issuer.Dispose();
        _host.Dispose();
    }

    [Fact]
    [Trait("Safeguard", "SG1")]
    [Trait("Safeguard", "SG18")]
    public void No_table_has_a_forbidden_field()
    {
        using var connection = _host.OpenDatabase();
        var columns = Rows(connection, "SELECT m.name || '.' || p.name FROM sqlite_master m JOIN pragma_table_info(m.name) p WHERE m.type = 'table'").ToList();
        Assert.Contains("accounts.display_name", columns);
        Assert.DoesNotContain(columns, column => Array.Exists(Forbidden, name => column.Split('.')[1].Split('_').Contains(name) || column.Split('.')[1] == name));
    }

    [Fact]
    [Trait("Safeguard", "SG7")]
    public async Task Nothing_personal_stands_in_clear_in_the_files()
    {
        using var service = _host.Service("service-one");
        using var person = await Person.WithAccountAsync(_host, "Серебряков-Имя");
        await _issuer.PresentAsync(person, _issuer.Card(await _issuer.SubjectOfAsync(person), givenName: "Аполлинария"), withName: true);
        var subject = (await service.SignInAsync(person, new SignInRequest("openid profile"))).Subject;
        var everything = ReadFiles();
        foreach (var secret in new[] { "Серебряков-Имя", "Аполлинария", "Щеглова", "1990-05-26", "Firefox", subject, person.Browser.Cookies["idp-session"] })
        {
            Assert.False(everything.AsSpan().IndexOf(Encoding.UTF8.GetBytes(secret)) >= 0, "a personal value or a secret stands in clear");
        }

        // The twin: what may stand there is found by the same search.
        Assert.True(everything.AsSpan().IndexOf("service.used"u8) >= 0);
    }

    [Fact]
    [Trait("Safeguard", "SG7")]
    public async Task After_a_session_ended_no_row_names_person_and_service_together()
    {
        using var service = _host.Service("service-one");
        using var person = await Person.WithAccountAsync(_host);
        await service.SignInAsync(person);
        await person.Browser.SubmitAsync("/signout");
        await ExpireTokensAsync();

        using var connection = _host.OpenDatabase();
        var account = Assert.Single(Rows(connection, "SELECT account_id FROM accounts"));
        foreach (var table in Rows(connection, "SELECT name FROM sqlite_master WHERE type = 'table'").ToList())
        {
            foreach (var row in Rows(connection, $"SELECT * FROM \"{table}\""))
            {
                Assert.False(row.Contains(account, StringComparison.Ordinal) && row.Contains("service-one", StringComparison.Ordinal), $"{table} joins a person and a service");
            }
        }

        // The twin: both are in the database, each alone.
        Assert.Equal("service-one", Assert.Single(Rows(connection, "SELECT sector_id FROM sectors WHERE sector_id = 'service-one'")));
    }

    [Fact]
    [Trait("Safeguard", "SG16")]
    public async Task The_way_back_from_a_card_tells_nothing_about_who_has_one()
    {
        using var withCard = await Person.WithAccountAsync(_host);
        using var without = await Person.WithAccountAsync(_host);
        await _issuer.SubjectOfAsync(withCard);
        using var connection = _host.OpenDatabase();
        Assert.Equal(["1", "1"], Rows(connection, "SELECT count(*) FROM card_subjects GROUP BY account_id"));
    }

    [Fact]
    [Trait("Safeguard", "SG10")]
    public async Task A_closed_account_leaves_nothing_readable_and_the_audit_chain_whole()
    {
        using var service = _host.Service("service-one");
        using var person = await Person.WithAccountAsync(_host, "Юля");
        await service.SignInAsync(person);
        var session = await _host.Services.GetRequiredService<Sessions>().FindAsync(person.Browser.Cookies["idp-session"], CancellationToken.None);
        var account = session!.AccountId;
        await person.Browser.SubmitAsync("/account/close");

        using var connection = _host.OpenDatabase();
        foreach (var table in new[] { "accounts", "sessions", "consents", "identities", "card_subjects", "passkeys" })
        {
            Assert.Equal("0", Assert.Single(Rows(connection, $"SELECT count(*) FROM {table}")));
        }

        using var keys = IdpHost.Open(_host.PersonKeysFile);
        Assert.Equal("0", Assert.Single(Rows(keys, "SELECT count(*) FROM person_keys")));
        var audit = _host.Services.GetRequiredService<AuditLog>();
        Assert.DoesNotContain(await audit.ReadForHolderAsync(account, CancellationToken.None), entry => entry.Details.StringMember("service") is not null);
        Assert.IsType<AuditVerdict.Whole>(await audit.VerifyAsync(CancellationToken.None));
    }

    [Fact]
    [Trait("Safeguard", "SG6")]
    public async Task A_removed_service_ends_every_link_to_its_subjects()
    {
        using var service = _host.Service("service-one");
        using var person = await Person.WithAccountAsync(_host);
        var before = (await service.SignInAsync(person)).Subject;
        Assert.Equal(SectorRemoval.Destroyed, await _host.Services.GetRequiredService<Sectors>().RemoveAsync("service-one", CancellationToken.None));
        Assert.NotEqual(before, (await service.SignInAsync(person)).Subject);
    }

    // What the sweeps do in time, done now.
    private async Task ExpireTokensAsync()
    {
        _host.Time.Advance(TimeSpan.FromHours(2));
        await _host.Services.GetRequiredService<SessionEnds>().SweepAsync(CancellationToken.None);
        var now = _host.Time.GetUtcNow().ToUnixTimeSeconds();
        await _host.Services.GetRequiredService<Database>().WriteAsync(
            (connection, transaction) => connection.ExecuteAsync("DELETE FROM oauth_grants WHERE expires_at < @now", new { now }, transaction),
            CancellationToken.None);
    }

    private byte[] ReadFiles()
    {
        using var all = new MemoryStream();
        foreach (var file in Directory.EnumerateFiles(_host.Folder, "*.db*"))
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            stream.CopyTo(all);
        }

        return all.ToArray();
    }

    private static List<string> Rows(SqliteConnection connection, string sql)
    {
        var rows = connection.Query(sql).Cast<IDictionary<string, object?>>();
        return [.. rows.Select(row => string.Join(' ', row.Values.Select(value => value is byte[] bytes ? Encoding.UTF8.GetString(bytes) : value?.ToString())))];
    }
}
