using Dapper;
using IdentityPlatform.Hosting.Keys;
using IdentityPlatform.Hosting.Storage;
using IdentityPlatform.Hosting.Tests.Keys;
using Microsoft.Data.Sqlite;

namespace IdentityPlatform.Hosting.Tests.Commands;

public sealed class ServerCommandsTests : IDisposable
{
    private readonly ServerUnderTest _server = new();

    public void Dispose() => _server.Dispose();

    [Theory]
    [InlineData()]
    [InlineData("serve")]
    public async Task A_well_configured_server_starts_and_stops(params string[] verb)
    {
        var (code, _, error) = await ServerUnderTest.RunAsync([.. verb, .. _server.Settings]);
        Assert.Equal((0, ""), (code, error));
        Assert.True(File.Exists(Path.Combine(_server.Folder, "main.db")));
    }

    [Theory]
    [InlineData("serve")]
    [InlineData("migrate")]
    [InlineData("note")]
    [InlineData("audit", "verify")]
    public async Task A_bad_setting_ends_every_verb_with_one_line_that_names_it(params string[] verb)
    {
        var (code, output, error) = await ServerUnderTest.RunAsync([.. verb, .. _server.Settings, "--Storage:Engine=oracle"]);
        Assert.Equal((2, ""), (code, output));
        Assert.Equal("Storage:Engine: is 'oracle'; it is one of sqlite, postgres.", Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries)));
    }

    [Theory]
    [InlineData("migrte", "'migrte' is neither a verb nor a setting")]
    [InlineData("--PublicUrl", "--PublicUrl: has no value")]
    [InlineData("-x", "'-x' is neither a verb nor a setting")]
    public async Task A_misspelled_command_line_is_refused(string argument, string why)
    {
        var (code, _, error) = await ServerUnderTest.RunAsync([.. _server.Settings, argument]);
        Assert.Equal(2, code);
        Assert.StartsWith(why, error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Outside_Development_the_example_keys_are_refused_and_ones_own_accepted()
    {
        IEnumerable<string> production = [.. _server.Settings, "--environment=Production", "--PublicUrl=https://id.example.org"];
        var (code, _, error) = await ServerUnderTest.RunAsync(production);
        Assert.Equal(2, code);
        Assert.Contains("is one of keys.example", error, StringComparison.Ordinal);

        var own = Path.Combine(_server.Folder, "keys");
        Assert.Equal(0, (await ServerUnderTest.RunAsync("keys", "create", "--Keys:Directory", own)).Code);
        Assert.Equal((0, "", ""), await ServerUnderTest.RunAsync([.. production, "--Keys:Directory", own]));
    }

    [Fact]
    public async Task A_server_without_one_of_its_keys_does_not_start()
    {
        var own = Path.Combine(_server.Folder, "keys");
        await ServerUnderTest.RunAsync("keys", "create", "--role", "person-key-wrap", "--Keys:Directory", own);
        var (code, _, error) = await ServerUnderTest.RunAsync([.. _server.Settings, "--Keys:Directory", own]);
        Assert.Equal(2, code);
        Assert.Contains("has no active ES256 key for access-tokens", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Migrate_brings_both_databases_up_to_date_and_may_run_again()
    {
        Assert.Equal((0, "", ""), await ServerUnderTest.RunAsync(["migrate", .. _server.Settings]));
        Assert.Equal((0, "", ""), await ServerUnderTest.RunAsync(["migrate", .. _server.Settings]));
        Assert.Equal(["hosting"], await SetsAsync("main.db"));
        Assert.Equal(["person-keys"], await SetsAsync("person-keys.db"));
    }

    [Fact]
    public async Task Audit_verify_tells_a_whole_log_from_a_changed_one()
    {
        Assert.Equal(0, (await ServerUnderTest.RunAsync(["note", .. _server.Settings])).Code);
        var whole = await ServerUnderTest.RunAsync(["audit", "verify", .. _server.Settings]);
        Assert.Equal((0, "The audit log is whole: 1 entries in 1 chains, 0 signed heads."), (whole.Code, whole.Output.Trim()));

        await using (var database = Open("main.db"))
        {
            await database.WriteAsync((c, t) => c.ExecuteAsync("UPDATE audit_entries SET actor = 'other'", transaction: t), CancellationToken.None);
        }

        var broken = await ServerUnderTest.RunAsync(["audit", "verify", .. _server.Settings]);
        Assert.Equal(1, broken.Code);
        Assert.EndsWith("entry 1: EntryHash", broken.Output.Trim(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Keys_create_makes_what_is_missing_and_prints_no_private_part()
    {
        var own = Path.Combine(_server.Folder, "keys");
        var first = await ServerUnderTest.RunAsync("keys", "create", "--Keys:Directory", own);
        Assert.Equal(3, first.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Equal((0, "", ""), await ServerUnderTest.RunAsync("keys", "create", "--Keys:Directory", own));

        var name = Path.GetFileNameWithoutExtension(Directory.GetFiles(own, "access-tokens-*.json").Single());
        var shown = await ServerUnderTest.RunAsync("keys", "show", "--name", name, "--Keys:Directory", own);
        Assert.Contains("\"x\":", shown.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("\"d\":", shown.Output + first.Output, StringComparison.Ordinal);
        var secret = await ServerUnderTest.RunAsync("keys", "show", "--name", "person-key-wrap", "--Keys:Directory", own);
        Assert.Equal((2, ""), (secret.Code, secret.Output));
    }

    [Fact]
    public async Task Keys_rotate_announces_first_and_changes_over_second()
    {
        var own = Path.Combine(_server.Folder, "keys");
        await ServerUnderTest.RunAsync("keys", "create", "--Keys:Directory", own);
        var old = ActiveKey(own);

        Assert.Equal(0, (await ServerUnderTest.RunAsync("keys", "rotate", "--role", "access-tokens", "--Keys:Directory", own)).Code);
        Assert.Equal((old, 2), (ActiveKey(own), PublishedKeys(own)));

        // Whoever fetched the keys a moment ago does not know the new one yet.
        var early = await ServerUnderTest.RunAsync("keys", "rotate", "--role", "access-tokens", "--Keys:Directory", own);
        Assert.Equal((2, ""), (early.Code, early.Output));
        Assert.Contains("and may sign from", early.Error, StringComparison.Ordinal);
        Assert.Equal(old, ActiveKey(own));

        Assert.Equal(0, (await ServerUnderTest.RunAsync("keys", "rotate", "--role", "access-tokens", "--at-once", "--Keys:Directory", own)).Code);
        Assert.NotEqual(old, ActiveKey(own));
        Assert.Equal(2, PublishedKeys(own));
    }

    [Fact]
    public async Task Keys_create_makes_no_second_key_that_signs_and_an_announced_one()
    {
        var own = Path.Combine(_server.Folder, "keys");
        await ServerUnderTest.RunAsync("keys", "create", "--Keys:Directory", own);
        var second = await ServerUnderTest.RunAsync("keys", "create", "--role", "access-tokens", "--Keys:Directory", own);
        Assert.Equal((2, ""), (second.Code, second.Output));
        Assert.Contains("signs for access-tokens with ES256 already: use 'keys rotate', or --announced", second.Error, StringComparison.Ordinal);
        Assert.Equal(1, PublishedKeys(own));

        Assert.Equal(0, (await ServerUnderTest.RunAsync("keys", "create", "--role", "access-tokens", "--announced", "--Keys:Directory", own)).Code);
        Assert.Equal(0, (await ServerUnderTest.RunAsync("keys", "create", "--role", "access-tokens", "--algorithm", "RS256", "--Keys:Directory", own)).Code);
        Assert.Equal(3, PublishedKeys(own));
    }

    [Theory]
    [InlineData("--bits", "3072", 3072)]
    [InlineData("--bits", "2048", 2048)]
    public async Task Keys_create_makes_RSA_keys_of_the_size_that_is_asked(string option, string value, int bits)
    {
        var own = Path.Combine(_server.Folder, "keys");
        Assert.Equal(0, (await ServerUnderTest.RunAsync("keys", "create", "--role", "access-tokens", "--algorithm", "PS256", option, value, "--Keys:Directory", own)).Code);
        using var signer = Signer.Load(own);
        var key = Assert.Single(signer.Published(KeyRole.AccessTokens));
        Assert.Equal((bits, "PS256"), (key.ModulusBits, key.Algorithm));
    }

    [Fact]
    public async Task Keys_deny_lets_a_successor_sign_and_publishes_the_leaked_key_no_more()
    {
        var own = Path.Combine(_server.Folder, "keys");
        await ServerUnderTest.RunAsync("keys", "create", "--Keys:Directory", own);
        var leaked = ActiveKey(own);
        var name = Path.GetFileNameWithoutExtension(Directory.GetFiles(own, "access-tokens-*.json").Single());
        var denied = await ServerUnderTest.RunAsync("keys", "deny", "--name", name, "--Keys:Directory", own);
        Assert.Equal((0, ""), (denied.Code, denied.Error));
        Assert.NotEqual(leaked, ActiveKey(own));
        Assert.Equal(1, PublishedKeys(own));
        Assert.Equal(2, (await ServerUnderTest.RunAsync("keys", "deny", "--name", "nothing", "--Keys:Directory", own)).Code);
    }

    [Theory]
    [InlineData("Keys:RotateEvery", "3 months", "it is a whole number of days, hours or minutes, such as 90d, 12h or 30m, or off")]
    [InlineData("Keys:RotateEvery", "1d", "is less than twice Keys:AnnounceFor")]
    [InlineData("Keys:AnnounceFor", "1m", "is shorter than 5m")]
    [InlineData("Keys:KeepRetiredFor", "30m", "is shorter than 60m")]
    [InlineData("Keys:Rotate", "90d", "is not a setting")]
    [InlineData("Keys:Pkcs11:Module", "/does/not/exist.so", "does not exist")]
    [InlineData("Keys:Pkcs11:Pin", "1234", "is missing")]
    public async Task A_wrong_setting_of_the_keys_stops_the_server_by_name(string key, string value, string why)
    {
        var (code, _, error) = await ServerUnderTest.RunAsync([.. _server.Settings, $"--{key}", value]);
        Assert.Equal(2, code);
        Assert.Contains(why, error, StringComparison.Ordinal);
        Assert.StartsWith("Keys:", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Keys:RotateEvery", "off")]
    [InlineData("Keys:RotateEvery", "48h")]
    [InlineData("Keys:AnnounceFor", "5m")]
    public async Task A_right_setting_of_the_keys_starts_the_server(string key, string value) =>
        Assert.Equal((0, "", ""), await ServerUnderTest.RunAsync([.. _server.Settings, $"--{key}", value]));

    [Fact]
    public async Task Keys_certify_takes_the_certificate_of_the_key_and_no_other_and_no_anchor()
    {
        var own = Path.Combine(_server.Folder, "keys");
        await ServerUnderTest.RunAsync("keys", "create", "--role", "status", "--name", "status", "--Keys:Directory", own);
        Assert.True(File.Exists(Path.Combine(own, "status.csr")));

        var (code, _, error) = await CertifyAsync("tls/localhost.pem");
        Assert.Equal(2, code);
        Assert.Contains("the first certificate of x5c holds another key", error, StringComparison.Ordinal);
        (code, _, error) = await CertifyAsync("pki/issuer-root.pem");
        Assert.Equal(2, code);
        Assert.Contains("nothing self-signed", error, StringComparison.Ordinal);
        (code, _, error) = await CertifyAsync("pki/nothing.pem");
        Assert.Equal(2, code);
        Assert.Contains("pki/nothing.pem cannot be read", error, StringComparison.Ordinal);

        Task<(int Code, string Output, string Error)> CertifyAsync(string file) => ServerUnderTest.RunAsync(
            "keys", "certify", "--name", "status", "--certificates", ExampleFolder.Of(file), "--Keys:Directory", own);
    }

    private static string ActiveKey(string directory)
    {
        using var signer = Signer.Load(directory);
        return signer.Active(KeyRole.AccessTokens).KeyId;
    }

    private static int PublishedKeys(string directory)
    {
        using var signer = Signer.Load(directory);
        return signer.Published(KeyRole.AccessTokens).Count;
    }

    private async Task<List<string>> SetsAsync(string file)
    {
        await using var database = Open(file);
        return [.. await database.ReadAsync(c => c.QueryAsync<string>("SELECT DISTINCT set_name FROM schema_versions"), CancellationToken.None)];
    }

    private Database Open(string file) =>
        Database.Open(StorageEngine.Sqlite, new SqliteConnectionStringBuilder { DataSource = Path.Combine(_server.Folder, file) }.ToString());
}
