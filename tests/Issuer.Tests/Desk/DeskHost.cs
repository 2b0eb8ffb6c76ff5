using System.Net;
using System.Text;
using System.Text.Json;
using IdentityPlatform.Formats;
using IdentityPlatform.Hosting;
using IdentityPlatform.Hosting.Tests.Servers;
using IdentityPlatform.Issuer.Issuance;
using IdentityPlatform.Issuer.Officers;
using IdentityPlatform.Issuer.Signing;
using IdentityPlatform.Issuer.Tests.Catalogue;
using IdentityPlatform.Issuer.Tests.Patents;
using IdentityPlatform.Issuer.Tests.Signing;
using IdentityPlatform.OAuth.RelyingParty;
using IdentityPlatform.Wallet.Passkeys;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace IdentityPlatform.Issuer.Tests.Desk;

/// <summary>The whole issuer as it runs, over SQLite files of its own, with a clock of the test and a provider that says who signs in.</summary>
internal sealed class DeskHost : IAsyncDisposable
{
    public const string Url = "http://localhost:5102";

    private readonly DirectoryInfo _folder;
    private readonly WebApplication _app;

    private DeskHost(DirectoryInfo folder, WebApplication app, TestProvider provider, DeskClock clock, TestSigner signer) =>
        (_folder, _app, Provider, Clock, Signer) = (folder, app, provider, clock, signer);

    public TestProvider Provider { get; }

    public DeskClock Clock { get; }

    /// <summary>The signer, over its socket.</summary>
    public TestSigner Signer { get; }

    /// <summary>Over SQLite files, or over a PostgreSQL server.</summary>
    public static async Task<DeskHost> StartAsync(PostgresServer? postgres = null, bool patents = false)
    {
        var folder = Directory.CreateTempSubdirectory("desk-test-");
        var (provider, clock) = (new TestProvider(), new DeskClock());
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = "Development" });
        builder.WebHost.UseTestServer();
        builder.Logging.ClearProviders();
        builder.Configuration.AddInMemoryCollection(Settings(folder.FullName, patents));
        if (postgres is not null)
        {
            builder.Configuration["Storage:Engine"] = "postgres";
            builder.Configuration["Storage:ConnectionString"] = await postgres.CreateDatabaseAsync();
            builder.Configuration["PersonKeys:ConnectionString"] = await postgres.CreateDatabaseAsync();
        }

        var signer = await TestSigner.StartAsync(clock, patents: patents);
        builder.Configuration["Signer:Socket"] = signer.Socket;
        var settings = ServerSettings.Read(builder.Configuration, development: true);
        builder.Services.AddSingleton<TimeProvider>(clock);
        builder.AddPlatform(settings, CardIssuer.Program.Name);
        CardIssuer.Program.Services(builder, settings);
        builder.Services.AddHttpClient(nameof(OpenIdClient)).ConfigurePrimaryHttpMessageHandler(() => provider);
        var app = builder.Build();
        await Platform.MigrateAsync(app.Services, CardIssuer.Program.Migrations, CancellationToken.None);
        CardIssuer.Program.Endpoints(app);
        await app.StartAsync();
        return new DeskHost(folder, app, provider, clock, signer);
    }

    public T Get<T>()
        where T : notnull => _app.Services.GetRequiredService<T>();

    /// <summary>A browser with nobody signed in.</summary>
    public DeskBrowser Browser() => new(_app.GetTestServer().CreateHandler());

    /// <summary>An officer who has enrolled and is signed in.</summary>
    public async Task<DeskBrowser> OfficerAsync(OfficerRole role, string name, string centre = "yerevan")
    {
        var browser = Browser();
        var answer = await browser.EnrolAsync(Signer.Roster.Invite(name, role, centre));
        return answer.Status == HttpStatusCode.OK ? browser : throw new InvalidOperationException(answer.Body);
    }

    /// <summary>A person who is signed in through the provider.</summary>
    public async Task<DeskBrowser> PersonAsync(string subject)
    {
        var browser = Browser();
        Provider.Subject = subject;
        await browser.GetAsync("/signin?return=/application");
        var back = await browser.GetAsync($"/signin/callback?code=c&state={Provider.State}&iss={TestProvider.Authority}");
        return back.Location == "/application" ? browser : throw new InvalidOperationException(back.Body);
    }

    /// <summary>The evidence about a person's card, as the signer gets it.</summary>
    public async Task<MintAuthorization> MintAsync(string personId)
    {
        var card = await Get<ICardRegister>().FindCollectableAsync(personId, this, CancellationToken.None);
        var trust = new MintTrust(Signer.Roster.Keys, "localhost", [Url], Denials.None);
        return MintAuthorization.Check(card?.Evidence ?? throw new InvalidOperationException("no card can be collected"), trust, card.Claims);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        await Signer.DisposeAsync();
        Provider.Dispose();
        _folder.Delete(recursive: true);
    }

    private static Dictionary<string, string?> Settings(string folder, bool patents)
    {
        var root = Path.GetFullPath(Path.Combine(CatalogueFiles.Directory, "..", "..", "..", ".."));
        var issuer = patents ? "patent-issuer" : "card-issuer";
        var more = patents
            ? new Dictionary<string, string?> { ["Payments:Treasury"] = TestTreasury.Name, ["Payments:Keys:0"] = Path.Combine(root, "keys.example", "treasury", "payment-facts.jwk") }
            : [];
        return new(more)
        {
            ["PublicUrl"] = Url,
            ["Storage:Engine"] = "sqlite",
            ["Storage:ConnectionString"] = $"Data Source={folder}/issuer.db",
            ["PersonKeys:ConnectionString"] = $"Data Source={folder}/person-keys.db",
            ["SharedState:Engine"] = "memory",
            ["Keys:Directory"] = Path.Combine(root, "keys.example", issuer),
            ["Clients:Directory"] = Path.Combine(root, "keys.example", $"{issuer}-clients"),
            ["Deployment:Directory"] = patents ? CatalogueFiles.PatentDirectory : CatalogueFiles.Directory,
            ["SignIn:Authority"] = TestProvider.Authority,
            ["SignIn:ClientId"] = "card-issuer",
            ["Bundle:Anchors:0"] = Path.Combine(root, "keys.example", "pki", patents ? "patent-root.pem" : "issuer-root.pem"),
            ["Wallets:Attesters:0"] = Path.Combine(root, "keys.example", "pki", "wallet-provider-root.pem"),
            ["Wallets:KeyAttesters:0"] = Path.Combine(root, "keys.example", "pki", "wallet-provider-root.pem"),
        };
    }
}

/// <summary>A clock that a test moves.</summary>
internal sealed class DeskClock : TimeProvider
{
    public DateTimeOffset Now { get; set; } = TestCase.Now;

    public override DateTimeOffset GetUtcNow() => Now;
}

/// <summary>An answer.</summary>
internal sealed record DeskAnswer(HttpStatusCode Status, string? Location, string Body)
{
    public JsonElement Json => StrictJson.ParseObject(Encoding.UTF8.GetBytes(Body)).OrThrow().Element;

    /// <summary>The status and the error code, or the new state.</summary>
    public (int, string?) Brief => ((int)Status, Json.StringMember("error") ?? Json.StringMember("state"));
}

/// <summary>A browser with cookies and an authenticator.</summary>
internal sealed class DeskBrowser(HttpMessageHandler handler)
{
    private readonly Dictionary<string, string> _cookies = [];

    public SoftwareAuthenticator Authenticator { get; } = new();

    public string? Origin { get; set; } = DeskHost.Url;

    public Task<DeskAnswer> GetAsync(string path, string accept = "text/html") => SendAsync(HttpMethod.Get, path, null, accept);

    public Task<DeskAnswer> PostAsync(string path, string json = "{}", string type = "application/json") =>
        SendAsync(HttpMethod.Post, path, new StringContent(json, Encoding.UTF8, type), "application/json");

    public Task<DeskAnswer> SubmitAsync(string path, params (string Name, string Value)[] fields) => SendAsync(
        HttpMethod.Post, path, new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Name, field.Value))), "text/html");

    public async Task<DeskAnswer> EnrolAsync(string code)
    {
        var start = await PostAsync("/officers/enrol/options", JsonSerializer.Serialize(new { code }));
        return start.Status != HttpStatusCode.OK
            ? start
            : await PostAsync("/officers/enrol", Answer(start, "ceremony", Authenticator.Create(Options(start), DeskHost.Url)));
    }

    public async Task<DeskAnswer> SignInAsync()
    {
        var start = await PostAsync("/officers/signin/options");
        return await PostAsync("/officers/signin", Answer(start, "ceremony", Authenticator.Get(Options(start), DeskHost.Url)));
    }

    public Task<DeskAnswer> AskAsync(string id, string decision, string? ground = null) =>
        PostAsync($"/desk/cases/{id}/decisions/options", JsonSerializer.Serialize(new { decision, ground = ground ?? "" }));

    public async Task<DeskAnswer> DecideAsync(string id, string decision, string? ground = null)
    {
        var start = await AskAsync(id, decision, ground);
        return start.Status == HttpStatusCode.OK ? await PostAsync($"/desk/cases/{id}/decisions", Sign(start)) : start;
    }

    /// <summary>The body that answers a question for a decision.</summary>
    public string Sign(DeskAnswer start) => Answer(start, "decision", Authenticator.Get(Options(start), DeskHost.Url));

    private static string Options(DeskAnswer start) => start.Json.GetProperty("options").GetRawText();

    private static string Answer(DeskAnswer start, string handle, string credential) =>
        $$"""{"{{handle}}":"{{start.Json.StringMember(handle)}}","credential":{{credential}}}""";

    private async Task<DeskAnswer> SendAsync(HttpMethod method, string path, HttpContent? content, string accept)
    {
        using var request = new HttpRequestMessage(method, new Uri(DeskHost.Url + path)) { Content = content };
        request.Headers.Accept.ParseAdd(accept);
        if (Origin is not null && method == HttpMethod.Post)
        {
            request.Headers.Add("Origin", Origin);
        }

        if (_cookies.Count > 0)
        {
            request.Headers.Add("Cookie", string.Join("; ", _cookies.Select(cookie => $"{cookie.Key}={cookie.Value}")));
        }

        using var http = new HttpMessageInvoker(handler, disposeHandler: false);
        using var response = await http.SendAsync(request, CancellationToken.None);
        foreach (var cookie in response.Headers.TryGetValues("Set-Cookie", out var set) ? set : [])
        {
            var pair = cookie.Split(';')[0].Split('=', 2);
            _cookies[pair[0]] = pair[1];
        }

        return new DeskAnswer(response.StatusCode, response.Headers.Location?.OriginalString, await response.Content.ReadAsStringAsync());
    }
}
