using System.Reflection;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using IdentityPlatform.Formats;
using IdentityPlatform.Hosting;
using IdentityPlatform.Hosting.Pages;
using IdentityPlatform.Hosting.Storage;
using IdentityPlatform.Issuer.Issuance;
using IdentityPlatform.Issuer.People;
using IdentityPlatform.Issuer.Sessions;
using IdentityPlatform.Issuer.Tests.Catalogue;
using IdentityPlatform.Issuer.Tests.Signing;
using IdentityPlatform.OAuth;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace IdentityPlatform.Issuer.Tests.Issuance;

/// <summary>The wallet-facing half of the issuer as it runs, over SQLite files of its own, with a register in memory.</summary>
internal sealed class IssuerHost : IAsyncDisposable
{
    public const string Url = "http://localhost:5102";

    private readonly DirectoryInfo _folder;
    private readonly WebApplication _app;

    private IssuerHost(DirectoryInfo folder, WebApplication app, TestSigner signer)
    {
        (_folder, _app, Signer) = (folder, app, signer);
        Http = app.Services.GetRequiredService<IServer>() is TestServer ? app.GetTestClient() : new HttpClient();
        Http.BaseAddress = new Uri(Address);
    }

    /// <summary>Where it listens: under its own name in memory, or at a port of its own.</summary>
    public string Address => _app.Urls.FirstOrDefault() ?? Url;

    public HttpClient Http { get; }

    /// <summary>The signer, over its socket.</summary>
    public TestSigner Signer { get; }

    public SettableTime Time => (SettableTime)Get<TimeProvider>();

    public TestRegister Register => (TestRegister)Get<ICardRegister>();

    /// <summary>The revocation list that is served, which its custodian replaces.</summary>
    public string RevocationFile => Path.Combine(_folder.FullName, "issuer-root.crl");

    /// <summary>Every byte of the main database, its log too.</summary>
    public byte[] DatabaseBytes() => [.. Directory.GetFiles(_folder.FullName, "issuer.db*").Order(StringComparer.Ordinal).SelectMany(ReadShared)];

    /// <summary>Gives a key of the web process, or of the signer, another state, as somebody does who denies it or takes that back.</summary>
    public void SetKeyState(string name, string state)
    {
        if (name == "credentials")
        {
            Signer.SetKeyState(name, state);
            return;
        }

        var file = Path.Combine(_folder.FullName, "keys", $"{name}.json");
        var json = JsonNode.Parse(File.ReadAllText(file))!;
        json["state"] = state;
        File.WriteAllText(file, json.ToJsonString());
        Assert.True(Get<IdentityPlatform.Hosting.Keys.Signer>().Reload());
    }

    /// <summary>Denies a key and puts another one of its role, that of another issuer, in its place.</summary>
    public void ReplaceKey(string name)
    {
        var root = Path.GetFullPath(Path.Combine(CatalogueFiles.Directory, "..", "..", "..", ".."));
        var another = Directory.GetDirectories(Path.Combine(root, "keys.example"), "patent-issuer*").Select(folder => Path.Combine(folder, $"{name}.json")).First(File.Exists);
        File.Copy(another, Path.Combine(name == "credentials" ? Signer.KeysDirectory : Path.Combine(_folder.FullName, "keys"), $"{name}-next.json"));
        SetKeyState(name, "denied");
    }

    public T Get<T>()
        where T : notnull => _app.Services.GetRequiredService<T>();

    public static async Task<IssuerHost> StartAsync(SettableTime? time = null, bool attested = false, bool overTheWire = false, int copiesADay = 1_000_000)
    {
        var folder = Directory.CreateTempSubdirectory("issuer-test-");
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = "Development" });
        builder.Logging.ClearProviders();
        if (overTheWire)
        {
            builder.WebHost.UseUrls("http://127.0.0.1:0");
        }
        else
        {
            builder.WebHost.UseTestServer();
        }

        builder.Configuration.AddInMemoryCollection(Settings(folder.FullName, attested));
        var (random, clock) = (new BreakableRandom(), time ?? new SettableTime());
        var signer = await TestSigner.StartAsync(clock, random.Fill, copiesADay);
        builder.Configuration["Signer:Socket"] = signer.Socket;
        var settings = ServerSettings.Read(builder.Configuration, development: true);
        builder.Services.AddSingleton<TimeProvider>(clock).AddSingleton(signer);
        builder.AddPlatform(settings, "issuer-test");
        builder.Services.AddPages(new PagesOptions { ProgramName = "issuer-test", PublicUrl = Url, SiteName = new Dictionary<string, string> { ["en"] = "Cards" } });
        builder.Services.AddSingleton(random).AddSingleton<FillRandom>(random.Fill);
        builder.Services.AddIssuance(builder.Configuration, settings);
        builder.Services.AddSingleton<ICardRegister, TestRegister>().AddSingleton<BrowserSessions>().AddSingleton<PersonSessions>();
        var app = builder.Build();
        await Platform.MigrateAsync(
            app.Services, [AuthorizationServer.Migrations, new MigrationSet("issuer", Assembly.Load("IdentityPlatform.Issuer"))], CancellationToken.None);
        app.UsePages();
        app.MapIssuance();
        app.MapPost("/test/signin/{person}", (HttpContext http, string person, PersonSessions sessions) => sessions.StartAsync(http, person));
        await app.StartAsync();
        return new IssuerHost(folder, app, signer);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        await Signer.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private static Dictionary<string, string?> Settings(string folder, bool attested)
    {
        var root = Path.GetFullPath(Path.Combine(CatalogueFiles.Directory, "..", "..", "..", ".."));
        var clients = Directory.CreateDirectory(Path.Combine(folder, "clients"));
        foreach (var (client, scope) in (ReadOnlySpan<(string, string)>)[("wallet", "compatriot_card compatriot_card_mdoc"), ("narrow-wallet", "compatriot_card")])
        {
            File.WriteAllText(Path.Combine(clients.FullName, $"{client}.json"), $$"""
            {"client_id":"{{client}}","client_name":"Test wallet","redirect_uris":["http://localhost:5110/callback"],
             "grant_types":["authorization_code","refresh_token","urn:ietf:params:oauth:grant-type:pre-authorized_code"],
             "scope":"{{scope}}","token_endpoint_auth_method":"none"}
            """);
        }

        var keys = Directory.CreateDirectory(Path.Combine(folder, "keys"));
        foreach (var file in Directory.GetFiles(Path.Combine(root, "keys.example", "card-issuer")))
        {
            File.Copy(file, Path.Combine(keys.FullName, Path.GetFileName(file)));
        }

        File.Copy(Path.Combine(root, "keys.example", "pki", "issuer-root.crl"), Path.Combine(folder, "issuer-root.crl"));
        return new()
        {
            ["Revocations:Lists:0"] = Path.Combine(folder, "issuer-root.crl"),
            ["PublicUrl"] = Url,
            ["Storage:Engine"] = "sqlite",
            ["Storage:ConnectionString"] = $"Data Source={folder}/issuer.db",
            ["PersonKeys:ConnectionString"] = $"Data Source={folder}/person-keys.db",
            ["SharedState:Engine"] = "memory",
            ["Keys:Directory"] = keys.FullName,
            ["Clients:Directory"] = attested ? Path.Combine(root, "keys.example", "card-issuer-clients") : clients.FullName,
            ["Deployment:Directory"] = CatalogueFiles.Directory,
            ["Bundle:Anchors:0"] = Path.Combine(root, "keys.example", "pki", "issuer-root.pem"),
            ["Wallets:KeyAttesters:0"] = Path.Combine(root, "keys.example", "pki", "wallet-provider-root.pem"),
            ["Wallets:Attesters:0"] = Path.Combine(root, "keys.example", "pki", "wallet-provider-root.pem"),
        };
    }

    private static byte[] ReadShared(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var memory = new MemoryStream();
        file.CopyTo(memory);
        return memory.ToArray();
    }
}

/// <summary>Randomness that a test can take away, as where a token does not answer.</summary>
internal sealed class BreakableRandom
{
    public bool Broken { get; set; }

    public void Fill(Span<byte> bytes)
    {
        if (Broken)
        {
            throw new CryptographicException("The token does not answer.");
        }

        RandomNumberGenerator.Fill(bytes);
    }
}

/// <summary>A clock that a test sets; timers run on the real one.</summary>
internal sealed class SettableTime : TimeProvider
{
    public DateTimeOffset Now { get; set; } = new(2026, 11, 21, 10, 30, 12, TimeSpan.Zero);

    public override DateTimeOffset GetUtcNow() => Now;
}
