using System.Security.Cryptography.X509Certificates;
using IdentityPlatform.Wallet;
using IdentityPlatform.Wallet.Issuance;

namespace IdentityPlatform.Playground.Programs;

/// <summary>All programs of the playground, each with its own files, and what the people among them hold.</summary>
internal sealed class Neighbourhood : IAsyncDisposable
{
    public const string WalletCallback = "http://localhost:5110/callback";

    private static readonly Dictionary<string, string> Library = new()
    {
        ["en"] = "Library",
        ["ru"] = "Библиотека",
        ["hy"] = "Գրադարան",
        ["kk"] = "Кітапхана",
        ["ky"] = "Китепкана",
        ["uz"] = "Kutubxona",
        ["tg"] = "Китобхона",
    };

    private static readonly Dictionary<string, string> ResidentsOffice = new()
    {
        ["en"] = "Residents’ office",
        ["ru"] = "Приёмная",
        ["hy"] = "Քաղաքացիների ընդունարան",
        ["kk"] = "Азаматтарды қабылдау бөлмесі",
        ["ky"] = "Жарандарды кабыл алуу бөлмөсү",
        ["uz"] = "Fuqarolar qabulxonasi",
        ["tg"] = "Қабулгоҳи шаҳрвандон",
    };

    /// <param name="places">Where things lie.</param>
    /// <param name="idp">Settings of the IdP that replace the example's.</param>
    public Neighbourhood(Places places, IReadOnlyDictionary<string, string>? idp = null)
    {
        Places = places;
        Dictionary<string, string> settings = new()
        {
            ["Cards:Directory"] = Path.Combine(places.Data, "idp-cards"),
            ["Cards:RefreshSeconds"] = "1",
            ["Clients:Directory"] = Path.Combine(places.Keys, "idp-clients"),
        };
        foreach (var (key, value) in idp ?? new Dictionary<string, string>())
        {
            settings[key] = value;
        }

        Idp = Server("idp", "src/IdP", "http://localhost:5101", settings);
        CardIssuer = Issuer("card-issuer", "http://localhost:5102", []);
        PatentIssuer = Issuer("patent-issuer", "http://localhost:5103", Patents(places));
        EventsIssuer = Issuer("events-issuer", "http://localhost:5104", Events(places));
        ServiceOne = new(places, "service-one", "samples/RelyingService", "http://localhost:5105", Service("service-one", 5105, Library));
        ServiceTwo = new(places, "service-two", "samples/RelyingService", "http://localhost:5106", Service("service-two", 5106, ResidentsOffice));
        Door = EventDoor("event-door");
        SecondDoor = EventDoor("event-door-2");
        PatentCheck = new(places, "patent-check", "samples/PatentCheck", "http://localhost:5108", new Dictionary<string, string>
        {
            ["PatentCheck:Directory"] = Path.Combine(places.Data, "patent-check"),
        });
        Http = new HttpClient();
        Wallet = new WalletInstance(KeyFile.Read(Path.Combine(places.Keys, "wallet-provider", "wallet-provider.json")), "playground-wallet", TimeProvider.System);
        ReaderAnchors = [X509CertificateLoader.LoadCertificateFromFile(Path.Combine(places.Keys, "pki", "access-root.pem"))];
    }

    public Places Places { get; }

    public ChildProgram Idp { get; }

    public ChildProgram CardIssuer { get; }

    /// <summary>The same program as the card issuer, with other files.</summary>
    public ChildProgram PatentIssuer { get; }

    /// <summary>The same program once more: tickets, for whoever shows a card of the card issuer.</summary>
    public ChildProgram EventsIssuer { get; }

    public ChildProgram ServiceOne { get; }

    public ChildProgram ServiceTwo { get; }

    public ChildProgram Door { get; }

    /// <summary>Another door at the same address with files of its own: started only while the first is stopped.</summary>
    public ChildProgram SecondDoor { get; }

    /// <summary>What an employer and an inspector hold in their hand.</summary>
    public ChildProgram PatentCheck { get; }

    public HttpClient Http { get; }

    /// <summary>The wallet app of all people here: one client id, as for any wallet.</summary>
    public WalletInstance Wallet { get; }

    /// <summary>The roots of the access certificates that the wallet trusts.</summary>
    public IReadOnlyList<X509Certificate2> ReaderAnchors { get; }

    /// <summary>The database file of the card issuer: what an attacker with a shell would open.</summary>
    public string CardIssuerDatabase => Path.Combine(Places.Data, "card-issuer.db");

    public async Task StartAsync(CancellationToken ct)
    {
        foreach (var program in new[] { Idp, CardIssuer, PatentIssuer, EventsIssuer, ServiceOne, ServiceTwo, Door, PatentCheck })
        {
            await program.StartAsync(ct);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var program in new[] { PatentCheck, Door, SecondDoor, ServiceTwo, ServiceOne, EventsIssuer, PatentIssuer, CardIssuer, Idp })
        {
            await program.DisposeAsync();
        }

        Wallet.Dispose();
        Http.Dispose();
    }

    /// <summary>A door of one event, for tickets alone.</summary>
    public ChildProgram TicketDoor(string name, int port, string eventId, string secret, string? keeper)
    {
        Dictionary<string, string> settings = new()
        {
            ["PublicUrl"] = $"http://localhost:{port}",
            ["EventDoor:Age"] = "0",
            ["EventDoor:Event"] = eventId,
            ["EventDoor:Directory"] = Path.Combine(Places.Data, name),
            ["EventDoor:TicketBundleUrl"] = $"{EventsIssuer.Url}/bundle",
            ["EventDoor:TicketBundleRoot"] = Path.Combine(Places.Keys, "event-door", "events-root.jwk"),
            ["EventDoor:DoorSecret"] = secret,
        };
        if (keeper is not null)
        {
            (settings["EventDoor:Keeper"], settings["EventDoor:WhenAlone"]) = (keeper, "refuse");
        }

        return new(Places, name, "samples/EventDoor", $"http://localhost:{port}", settings);
    }

    private ChildProgram EventDoor(string name) => new(Places, name, "samples/EventDoor", "http://localhost:5107", new Dictionary<string, string>
    {
        ["EventDoor:Directory"] = Path.Combine(Places.Data, name),
        ["EventDoor:BundleUrl"] = $"{Mirror.Url}/bundle",
    });

    // Its signer is a child process of its own, with its memory beside the issuer's databases.
    private ChildProgram Issuer(string name, string url, Dictionary<string, string> more)
    {
        more["Signer:State"] = Path.Combine(Places.Data, $"{name}-signer");
        more["Revocations:Lists:0"] = Path.ChangeExtension(more.GetValueOrDefault("Bundle:Anchors:0", Path.Combine(Places.Keys, "pki", "issuer-root.pem")), ".crl");
        return Server(name, "src/Issuer", url, more);
    }

    private static Dictionary<string, string> Patents(Places places) => new()
    {
        ["Urls"] = "http://localhost:5103",
        ["PublicUrl"] = "http://localhost:5103",
        ["Keys:Directory"] = Path.Combine(places.Keys, "patent-issuer"),
        ["Signer:Keys:Directory"] = Path.Combine(places.Keys, "patent-issuer-signer"),
        ["Clients:Directory"] = Path.Combine(places.Keys, "patent-issuer-clients"),
        ["Deployment:Directory"] = Path.Combine(places.Repository, "src/Issuer/deployments/patent"),
        ["SignIn:ClientId"] = "patent-issuer",
        ["Bundle:Anchors:0"] = Path.Combine(places.Keys, "pki", "patent-root.pem"),
        ["Payments:Treasury"] = "https://treasury.example.org",
        ["Payments:Keys:0"] = Path.Combine(places.Keys, "treasury", "payment-facts.jwk"),
    };

    private static Dictionary<string, string> Events(Places places) => new()
    {
        ["Urls"] = "http://localhost:5104",
        ["PublicUrl"] = "http://localhost:5104",
        ["Keys:Directory"] = Path.Combine(places.Keys, "events-issuer"),
        ["Signer:Keys:Directory"] = Path.Combine(places.Keys, "events-issuer-signer"),
        ["Clients:Directory"] = Path.Combine(places.Keys, "events-issuer-clients"),
        ["Deployment:Directory"] = Path.Combine(places.Repository, "src/Issuer/deployments/events"),
        ["SignIn:ClientId"] = "events-issuer",
        ["Bundle:Anchors:0"] = Path.Combine(places.Keys, "pki", "events-root.pem"),
        ["Cards:Type"] = "https://example.org/vct/compatriot-card/1",
        ["Cards:BundleUrl"] = "http://localhost:5102/bundle",
        ["Cards:BundleRoot"] = Path.Combine(places.Keys, "events-issuer", "card-root.jwk"),
        ["Cards:Directory"] = Path.Combine(places.Data, "events-cards"),
        ["Cards:RefreshSeconds"] = "1",
    };

    private ChildProgram Server(string name, string project, string url, Dictionary<string, string> more)
    {
        more["Storage:ConnectionString"] = $"Data Source={Path.Combine(Places.Data, $"{name}.db")}";
        more["PersonKeys:ConnectionString"] = $"Data Source={Path.Combine(Places.Data, $"{name}-person-keys.db")}";
        return new(Places, name, project, url, more);
    }

    private Dictionary<string, string> Service(string clientId, int port, Dictionary<string, string> names) => new(names.Select(name => KeyValuePair.Create($"Service:Name:{name.Key}", name.Value)))
    {
        ["PublicUrl"] = $"http://localhost:{port}",
        ["SignIn:ClientId"] = clientId,
        ["SignIn:Key"] = Path.Combine(Places.Keys, clientId, "client-authentication.json"),
    };
}
