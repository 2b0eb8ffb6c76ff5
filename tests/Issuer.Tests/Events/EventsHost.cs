using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using IdentityPlatform.Formats;
using IdentityPlatform.Hosting;
using IdentityPlatform.Hosting.Tests.Servers;
using IdentityPlatform.Issuer.Officers;
using IdentityPlatform.Issuer.Tests.Catalogue;
using IdentityPlatform.Issuer.Tests.Desk;
using IdentityPlatform.Issuer.Tests.Signing;
using IdentityPlatform.Verifier.AspNetCore;
using IdentityPlatform.Verifier.Testing;
using IdentityPlatform.Wallet;
using IdentityPlatform.Wallet.Issuance;
using IdentityPlatform.Wallet.Presentation;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace IdentityPlatform.Issuer.Tests.Events;

/// <summary>The events office as it runs, over files of its own, with officers, visitors and their wallets; and all that it writes anywhere.</summary>
internal sealed class EventsHost : IAsyncDisposable
{
    private readonly DirectoryInfo _folder;
    private readonly WebApplication _app;
    private readonly WrittenLogs _logs;

    private EventsHost(DirectoryInfo folder, WebApplication app, DeskClock clock, TestSigner signer, TestIssuer cards, WrittenLogs logs)
    {
        (_folder, _app, Clock, Signer, Cards, _logs) = (folder, app, clock, signer, cards, logs);
        Http = app.GetTestClient();
        Http.BaseAddress = new Uri(DeskHost.Url);
    }

    public DeskClock Clock { get; }

    public TestSigner Signer { get; }

    /// <summary>Whose cards visitors show.</summary>
    public TestIssuer Cards { get; }

    public HttpClient Http { get; }

    public static async Task<EventsHost> StartAsync(PostgresServer? postgres = null)
    {
        var folder = Directory.CreateTempSubdirectory("events-test-");
        var (clock, logs) = (new DeskClock(), new WrittenLogs());
        var (signer, cards) = (await TestSigner.StartAsync(clock, events: true), new TestIssuer(clock.Now));
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, "card-root.jwk"), cards.BundleRoot.PublicKey.ToJson());
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = "Development" });
        builder.WebHost.UseTestServer();
        builder.Logging.ClearProviders().AddProvider(logs).SetMinimumLevel(LogLevel.Trace);
        builder.Configuration.AddInMemoryCollection(Settings(folder.FullName));
        builder.Configuration["Signer:Socket"] = signer.Socket;
        if (postgres is not null)
        {
            builder.Configuration["Storage:Engine"] = "postgres";
            builder.Configuration["Storage:ConnectionString"] = await postgres.CreateDatabaseAsync();
            builder.Configuration["PersonKeys:ConnectionString"] = await postgres.CreateDatabaseAsync();
        }

        var settings = ServerSettings.Read(builder.Configuration, development: true);
        builder.Services.AddSingleton<TimeProvider>(clock);
        builder.AddPlatform(settings, CardIssuer.Program.Name);
        CardIssuer.Program.Services(builder, settings);
        var app = builder.Build();
        await Platform.MigrateAsync(app.Services, CardIssuer.Program.Migrations, CancellationToken.None);
        CardIssuer.Program.Endpoints(app);
        app.Services.GetRequiredService<KeptBundle>().Offer(cards.Bundle());
        await app.StartAsync();
        return new EventsHost(folder, app, clock, signer, cards, logs);
    }

    public T Get<T>()
        where T : notnull => _app.Services.GetRequiredService<T>();

    public DeskBrowser Browser() => new(_app.GetTestServer().CreateHandler());

    public async Task<DeskBrowser> OfficerAsync(OfficerRole role, string name, string centre = "yerevan")
    {
        var browser = Browser();
        var answer = await browser.EnrolAsync(Signer.Roster.Invite(name, role, centre));
        return answer.Status == HttpStatusCode.OK ? browser : throw new InvalidOperationException(answer.Body);
    }

    /// <summary>An officer's word about an event, by passkey.</summary>
    public static async Task<DeskAnswer> SayAsync(DeskBrowser officer, object word)
    {
        var start = await officer.PostAsync("/desk/events/words/options", JsonSerializer.Serialize(word));
        return start.Status == HttpStatusCode.OK ? await officer.PostAsync("/desk/events/words", officer.Sign(start)) : start;
    }

    /// <summary>What A fills in.</summary>
    public static object Proposal(int age = 14, int general = 100, int seated = 3, string name = "Концерт") => new
    {
        step = "propose",
        event_name = name,
        venue_name = "Дом культуры",
        venue_locality = "Ереван",
        venue_country = "AM",
        starts_at = "2026-12-05T18:00",
        ends_at = "2026-12-05T21:00",
        minimum_age = age,
        places_general = general,
        places_seated = seated,
        numbered_seated = true,
    };

    /// <summary>What A fills in for a programme that begins on the first day of the tests.</summary>
    public static object Programme(int age = 0, int participants = 20, string start = "2026-11-23", string end = "2026-12-04") => new
    {
        step = "propose",
        type = "programme-participation",
        event_name = "Смена",
        start,
        end,
        minimum_age = age,
        guardian_consent = true,
        places_participant = participants,
        places_escort = 1,
    };

    /// <summary>An event that two officers decided; gives its number.</summary>
    public Task<string> DecidedAsync(int age = 14, int general = 100) => DecidedAsync(Proposal(age, general));

    /// <summary>What two officers decided of a proposal; gives its number.</summary>
    public async Task<string> DecidedAsync(object proposal)
    {
        var (first, second) = (await OfficerAsync(OfficerRole.Operator, "Анна"), await OfficerAsync(OfficerRole.Supervisor, "Борис"));
        var id = (await SayAsync(first, proposal)).Json.StringMember("id")!;
        var approved = await SayAsync(second, new { step = "approve", @event = id });
        return approved.Json.StringMember("state") == "decided" ? id : throw new InvalidOperationException(approved.Body);
    }

    /// <summary>A visitor asks for a place; gives the handle and the request that the wallet gets.</summary>
    public async Task<(string Id, PresentationRequest Request)> AskAsync(DeskBrowser visitor, string eventId, string kind = "general", string way = "scan")
    {
        var asked = await visitor.PostAsync($"/events/{eventId}/ticket", JsonSerializer.Serialize(new { admission_class = kind }));
        var link = asked.Json.StringMember(way) ?? throw new InvalidOperationException(asked.Body);
        using var root = X509CertificateLoader.LoadCertificateFromFile(Path.Combine(Root, "keys.example", "pki", "access-root.pem"));
        return (asked.Json.StringMember("id")!, (await PresentationRequest.FetchAsync(link, [root], Http, Clock.Now, CancellationToken.None)).OrThrow());
    }

    public Presenter Presenter(ShownCard card) => new(Http, card.Wallet, Clock);

    /// <summary>What the waiting page learns.</summary>
    public static Task<DeskAnswer> ResultAsync(DeskBrowser visitor, string id) => visitor.PostAsync("/tickets/result", JsonSerializer.Serialize(new { id }));

    /// <summary>From choosing an event to its offer.</summary>
    public async Task<DeskAnswer> OfferAsync(DeskBrowser visitor, string eventId, ShownCard card, string kind = "general")
    {
        var (id, request) = await AskAsync(visitor, eventId, kind);
        Assert.True((await Presenter(card).PresentAsync(request, CancellationToken.None))!.Taken);
        var result = await ResultAsync(visitor, id);
        return result.Json.StringMember("location") is { } location ? await visitor.GetAsync(location, "application/json") : result;
    }

    /// <summary>A wallet takes the offer.</summary>
    public async Task<CollectionOutcome> CollectAsync(DeskAnswer offered)
    {
        var offer = (await CredentialOffer.ReadAsync(offered.Json.StringMember("link")!, Http, CancellationToken.None)).OrThrow();
        using var instance = new WalletInstance(KeyFile.Read(Path.Combine(Root, "keys.example", "wallet-provider", "wallet-provider.json")), "playground-wallet", Clock);
        return await new Collector(Http, instance, "http://localhost:5110/callback", Clock).CollectAsync(offer, offered.Json.StringMember("tx_code"), CancellationToken.None);
    }

    /// <summary>Everything that the office and its signer have written but the bundle, which is everybody's: databases with their logs, and log lines at the finest level.</summary>
    public string Written()
    {
        var files = Directory.EnumerateFiles(_folder.FullName, "*", SearchOption.AllDirectories).Concat(Directory.EnumerateFiles(Signer.StateDirectory, "*", SearchOption.AllDirectories))
            .Where(file => !file.StartsWith(Path.Combine(_folder.FullName, "cards"), StringComparison.Ordinal) && !file.EndsWith(".jwk", StringComparison.Ordinal));
        return string.Join('\n', files.Select(ReadShared)) + string.Join('\n', _logs.Lines);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.DisposeAsync();
        await Signer.DisposeAsync();
        Cards.Dispose();
        _logs.Dispose();
        _folder.Delete(recursive: true);
    }

    private static string Root => Path.GetFullPath(Path.Combine(CatalogueFiles.Directory, "..", "..", "..", ".."));

    private static string ReadShared(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var reader = new StreamReader(file, Encoding.UTF8);
        return reader.ReadToEnd();
    }

    private static Dictionary<string, string?> Settings(string folder) => new()
    {
        ["PublicUrl"] = DeskHost.Url,
        ["Storage:Engine"] = "sqlite",
        ["Storage:ConnectionString"] = $"Data Source={folder}/issuer.db",
        ["PersonKeys:ConnectionString"] = $"Data Source={folder}/person-keys.db",
        ["SharedState:Engine"] = "sql",
        ["Keys:Directory"] = Path.Combine(Root, "keys.example", "events-issuer"),
        ["Clients:Directory"] = Path.Combine(Root, "keys.example", "events-issuer-clients"),
        ["Deployment:Directory"] = CatalogueFiles.EventsDirectory,
        ["SignIn:Authority"] = "http://localhost:5101",
        ["SignIn:ClientId"] = "events-issuer",
        ["Bundle:Anchors:0"] = Path.Combine(Root, "keys.example", "pki", "events-root.pem"),
        ["Wallets:Attesters:0"] = Path.Combine(Root, "keys.example", "pki", "wallet-provider-root.pem"),
        ["Wallets:KeyAttesters:0"] = Path.Combine(Root, "keys.example", "pki", "wallet-provider-root.pem"),
        ["Cards:Type"] = TestIssuer.CardType,
        ["Cards:BundleUrl"] = "http://localhost:1/bundle",
        ["Cards:BundleRoot"] = $"{folder}/card-root.jwk",
        ["Cards:Directory"] = $"{folder}/cards",
    };
}

/// <summary>Keeps every line that a program logs.</summary>
internal sealed class WrittenLogs : ILoggerProvider, ILogger
{
    public ConcurrentQueue<string> Lines { get; } = [];

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull
    {
        Lines.Enqueue($"{state}");
        return null;
    }

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        Lines.Enqueue($"{formatter(state, exception)} {exception}");

    public void Dispose()
    {
    }
}
