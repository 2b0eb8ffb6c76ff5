using IdentityPlatform.Hosting.Storage;
using Microsoft.Extensions.Configuration;

namespace IdentityPlatform.Hosting.Tests.Settings;

public sealed class ServerSettingsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Good_settings_are_read()
    {
        var settings = Read();
        Assert.Equal("https://id.example.org", settings.PublicUrl);
        Assert.Equal("id.example.org", settings.RpId);
        Assert.True(settings.IsHttps);
        Assert.Equal(StorageEngine.Sqlite, settings.Engine);
        Assert.Equal(SharedStateEngine.Memory, settings.SharedState);
        Assert.Null(settings.SharedStateConnectionString);
        Assert.Equal(_folder.Path, settings.KeysDirectory);
    }

    [Theory]
    [InlineData("PublicUrl", null)]
    [InlineData("PublicUrl", "")]
    [InlineData("PublicUrl", "id.example.org")]
    [InlineData("PublicUrl", "/")]
    [InlineData("PublicUrl", "ftp://id.example.org")]
    [InlineData("PublicUrl", "https://id.example.org/")]
    [InlineData("PublicUrl", "https://id.example.org/path")]
    [InlineData("PublicUrl", "https://ID.example.org")]
    [InlineData("PublicUrl", "https://id.example.org:443")]
    [InlineData("PublicUrl", "https://user@id.example.org")]
    [InlineData("PublicUrl", "http://id.example.org")]
    [InlineData("PublicUrl", "http://localhost:5101")]
    [InlineData("Storage:Engine", null)]
    [InlineData("Storage:Engine", "oracle")]
    [InlineData("Storage:Engine", "0")]
    [InlineData("Storage:Engine", "Sqlite")]
    [InlineData("Storage:ConnectionString", null)]
    [InlineData("Storage:ConnectionString", "Data Source=")]
    [InlineData("Storage:ConnectionString", "Host=db;Database=x")]
    [InlineData("Storage:ConnectionString", "nonsense")]
    [InlineData("Storage:Enigne", "sqlite")]
    [InlineData("PersonKeys:ConnectionString", null)]
    [InlineData("PersonKeys:ConnectionString", "Data Source=main.db")]
    [InlineData("PersonKeys:Engine", "sqlite")]
    [InlineData("SharedState:Engine", null)]
    [InlineData("SharedState:Engine", "etcd")]
    [InlineData("Keys:Directory", null)]
    [InlineData("Keys:Directory", "/does/not/exist")]
    [InlineData("Clients:Directory", null)]
    [InlineData("Clients:Directory", "/does/not/exist")]
    [InlineData("Clients:Folder", "/")]
    public void A_bad_value_is_refused_by_its_key(string key, string? value)
    {
        var refused = Assert.Throws<SettingsException>(() => Read((key, value)));
        Assert.Equal(key, refused.Key);
        Assert.StartsWith($"{key}: ", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData(null)]
    [InlineData("abortConnect=nonsense")]
    public void Redis_needs_a_server(string? connectionString)
    {
        var refused = Assert.Throws<SettingsException>(() => Read(("SharedState:Engine", "redis"), ("SharedState:ConnectionString", connectionString)));
        Assert.Equal("SharedState:ConnectionString", refused.Key);
        Assert.Equal("localhost:6379", Read(("SharedState:Engine", "redis"), ("SharedState:ConnectionString", "localhost:6379")).SharedStateConnectionString);
    }

    [Fact]
    public void PostgreSQL_needs_a_host()
    {
        var refused = Assert.Throws<SettingsException>(() => Read(("Storage:Engine", "postgres"), ("Storage:ConnectionString", "Database=x")));
        Assert.Equal("Storage:ConnectionString", refused.Key);
        var settings = Read(
            ("Storage:Engine", "postgres"), ("Storage:ConnectionString", "Host=db;Database=main"), ("PersonKeys:ConnectionString", "Host=keys;Database=keys"));
        Assert.Equal(StorageEngine.Postgres, settings.Engine);
    }

    [Fact]
    public void A_refusal_shows_no_password()
    {
        var refused = Assert.Throws<SettingsException>(() => Read(("Storage:ConnectionString", "Password=hunter2;Nonsense=1")));
        Assert.DoesNotContain("hunter2", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Plain_http_is_for_localhost_in_Development_only()
    {
        Assert.Equal("http://localhost:5101", Read(development: true, ("PublicUrl", "http://localhost:5101")).PublicUrl);
        Assert.Equal("PublicUrl", Assert.Throws<SettingsException>(() => Read(development: true, ("PublicUrl", "http://id.example.org"))).Key);
        Assert.Equal("PublicUrl", Assert.Throws<SettingsException>(() => Read(development: true, ("PublicUrl", "http://127.0.0.1:5101"))).Key);
    }

    private ServerSettings Read(params (string Key, string? Value)[] changes) => Read(development: false, changes);

    private ServerSettings Read(bool development, params (string Key, string? Value)[] changes)
    {
        var values = new Dictionary<string, string?>
        {
            ["PublicUrl"] = "https://id.example.org",
            ["Storage:Engine"] = "sqlite",
            ["Storage:ConnectionString"] = "Data Source=main.db",
            ["PersonKeys:ConnectionString"] = "Data Source=person-keys.db",
            ["SharedState:Engine"] = "memory",
            ["Keys:Directory"] = _folder.Path,
            ["Clients:Directory"] = _folder.Path,
        };
        foreach (var (key, value) in changes)
        {
            values[key] = value;
        }

        return ServerSettings.Read(new ConfigurationBuilder().AddInMemoryCollection(values).Build(), development);
    }
}
