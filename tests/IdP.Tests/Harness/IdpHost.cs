using System.CommandLine;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Hosting;
using IdentityPlatform.IdP.Services;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;

namespace IdentityPlatform.IdP.Tests.Harness;

/// <summary>The real provider on SQLite files of its own, with registered services whose keys the test holds.</summary>
public sealed class IdpHost : WebApplicationFactory<Sectors>
{
    public const string Url = "http://localhost:5101";

    private static readonly string Root = FindRoot();

    private readonly Dictionary<string, SigningKey> _keys = [];

    private readonly (string Main, string Keys)? _postgres;

    public IdpHost()
        : this(null)
    {
    }

    private IdpHost((string Main, string Keys)? postgres)
    {
        _postgres = postgres;
        Directory.CreateDirectory(Path.Combine(Folder, "clients"));
        Register("service-one", "openid profile offline_access");
        Register("service-two", "openid profile");
        Register("plain-service", "openid");
        Register("card-issuer", "openid");
    }

    /// <summary>The same on two databases of a PostgreSQL server.</summary>
    public static IdpHost OnPostgres(string main, string keys) => new((main, keys));

    /// <summary>The clock of the server: the real one, and what a test adds.</summary>
    public ShiftedTime Time { get; } = new();

    /// <summary>The network address that requests come from; null as in a test without one.</summary>
    public IPAddress? Address { get; set; }

    /// <summary>Where everything of this host is kept.</summary>
    public string Folder { get; } = Directory.CreateTempSubdirectory("idp-").FullName;

    public string DatabaseFile => Path.Combine(Folder, "idp.db");

    public string PersonKeysFile => Path.Combine(Folder, "person-keys.db");

    /// <summary>Settings beyond those that every test has; before the server starts.</summary>
    public Dictionary<string, string> More { get; } = [];

    /// <summary>Runs a verb of the program beside the server, on the same files.</summary>
    public async Task<(int Code, string Output, string Error)> RunVerbAsync(params string[] verb)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        string[] arguments = [.. verb, "--environment=Development", $"--contentRoot={Folder}", .. Settings().Select(setting => $"--{setting.Key}={setting.Value}")];
        var code = await ServerCommands.RunAsync(arguments, IdentityProvider.Program, new InvocationConfiguration { Output = output, Error = error });
        return (code, output.ToString().Trim(), error.ToString().Trim());
    }

    /// <summary>A folder of the example keys.</summary>
    public static string ExampleKeys(string name) => Path.Combine(Root, "keys.example", name);

    public HttpMessageHandler Handler() => Server.CreateHandler();

    public Service Service(string id) => new(this, id, _keys[id]);

    public Person Person() => new(this);

    public FamilyService FamilyService(string id) => new(this, id, _keys[id]);

    /// <summary>A connection to the provider's own database.</summary>
    public SqliteConnection OpenDatabase() => Open(DatabaseFile);

    public static SqliteConnection Open(string file)
    {
        var connection = new SqliteConnection($"Data Source={file};Mode=ReadWrite;Pooling=false");
        connection.Open();
        return connection;
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder.UseEnvironment("Development").UseContentRoot(Folder);
        foreach (var (key, value) in Settings())
        {
            builder.UseSetting(key, value);
        }

        builder.ConfigureTestServices(services => services.AddSingleton<TimeProvider>(Time).AddSingleton<IStartupFilter>(new FromAddress(this)));
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        foreach (var key in _keys.Values)
        {
            key.Dispose();
        }

        if (disposing && Directory.Exists(Folder))
        {
            Directory.Delete(Folder, recursive: true);
        }
    }

    private Dictionary<string, string> Settings() => new(More)
    {
        ["PublicUrl"] = Url,
        ["Namespace"] = "example.org",
        ["Fetch:AllowLoopback"] = "true",
        ["Storage:Engine"] = _postgres is null ? "sqlite" : "postgres",
        ["Storage:ConnectionString"] = _postgres?.Main ?? $"Data Source={DatabaseFile}",
        ["PersonKeys:ConnectionString"] = _postgres?.Keys ?? $"Data Source={PersonKeysFile}",
        ["SharedState:Engine"] = _postgres is null ? "memory" : "sql",
        ["Keys:Directory"] = ExampleKeys("idp"),
        ["Clients:Directory"] = Path.Combine(Folder, "clients"),

        // Nobody listens there: bundles come through CardTrust.Offer, and a card is checked without a network.
        ["Cards:BundleUrl"] = "http://localhost:1/bundle",
        ["Cards:BundleRoot"] = Path.Combine(ExampleKeys("idp"), "bundle-root.jwk"),
        ["Cards:Directory"] = Path.Combine(Folder, "cards"),
        ["Cards:Type"] = CardIssuer.Type,
        ["Cards:RepresentationType"] = CardIssuer.RepresentationType,
        ["Cards:Service"] = "card-issuer",
        ["Logging:LogLevel:Default"] = "Warning",
    };

    /// <summary>Registers a service, before the server starts.</summary>
    /// <param name="id">Its client id.</param>
    /// <param name="scope">What it may ask for.</param>
    /// <param name="more">Further members of its file, each with a comma behind it.</param>
    public void Register(string id, string scope, string more = "")
    {
        var key = SigningKey.From(ECDsa.Create(ECCurve.NamedCurves.nistP256));
        _keys.Add(id, key);
        var json = $$"""
            {
              "client_id": "{{id}}", "client_name": "Service {{id}}", "client_name#ru": "Услуга {{id}}",
              "redirect_uris": ["https://{{id}}.test/callback"], "post_logout_redirect_uris": ["https://{{id}}.test/bye"],
              "response_types": ["code"], "grant_types": ["authorization_code", "refresh_token", "urn:ietf:params:oauth:grant-type:token-exchange"], "scope": "{{scope}}",
              "subject_type": "pairwise", {{more}}
              "token_endpoint_auth_method": "private_key_jwt",
              "jwks": { "keys": [{{key.PublicKey.ToJson()}}] }
            }
            """;
        File.WriteAllBytes(Path.Combine(Folder, "clients", $"{id}.json"), Encoding.UTF8.GetBytes(json));
    }

    private sealed class FromAddress(IdpHost host) : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.Use((http, following) =>
            {
                http.Connection.RemoteIpAddress = host.Address;
                return following(http);
            });
            next(app);
        };
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "IdentityPlatform.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("The tests run inside the repository.");
        }

        return folder.FullName;
    }
}

/// <summary>The real clock, moved.</summary>
public sealed class ShiftedTime : TimeProvider
{
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(10);

    private TimeSpan _shift;

    public void Advance(TimeSpan by) => _shift += by;

    /// <summary>When the window of ten minutes ends in which attempts are counted now.</summary>
    public DateTimeOffset WindowEnd => new(((GetUtcNow().UtcTicks / Window.Ticks) + 1) * Window.Ticks, TimeSpan.Zero);

    /// <summary>Goes to the beginning of the next such window, so that it does not end in the middle of a test.</summary>
    public void BeginWindow() => Advance(WindowEnd - GetUtcNow());

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + _shift;
}

internal static class Waiting
{
    /// <summary>What the QR code of a card page holds: a phone would read it from the screen.</summary>
    public static async Task<string?> ScanLinkAsync(this IdpHost host, string id) =>
        (await host.Services.GetRequiredService<IdP.SignIn.CardRequests>().FindAsync(id, CancellationToken.None))?.ScanLink;
}
