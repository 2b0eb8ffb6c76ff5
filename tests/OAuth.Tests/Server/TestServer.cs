using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using IdentityPlatform.Formats;
using IdentityPlatform.Hosting.Keys;
using IdentityPlatform.Hosting.PersonKeys;
using IdentityPlatform.Hosting.Storage;
using IdentityPlatform.Hosting.Web;
using IdentityPlatform.OAuth.Clients;
using IdentityPlatform.OAuth.Protocol;
using IdentityPlatform.OAuth.Tokens;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace IdentityPlatform.OAuth.Tests.Server;

/// <summary>What a test server is made with.</summary>
public sealed record TestSetup
{
    public StorageEngine Engine { get; init; } = StorageEngine.Sqlite;

    /// <summary>The database; a new SQLite file where null.</summary>
    public string? ConnectionString { get; init; }

    /// <summary>Keys, clients and person keys: shared by servers that play nodes of one.</summary>
    public string? Directory { get; init; }

    /// <summary>The Redis of one-time state; the database where null.</summary>
    public string? Redis { get; init; }

    public bool OpenIdConnect { get; init; } = true;

    public bool RequireDpopNonce { get; init; }

    public string Issuer { get; init; } = TestServer.Issuer;

    /// <summary>Writes further files before the server reads them.</summary>
    public Action<TestDirectory> Prepare { get; init; } = _ => { };

    /// <summary>Client certificates.</summary>
    public Func<TestDirectory, MutualTls?> MutualTls { get; init; } = _ => new() { PublicUrl = TestServer.TlsOrigin };

    /// <summary>Listens with TLS, too, under this certificate, and asks callers for theirs.</summary>
    public X509Certificate2? Tls { get; init; }

    /// <summary>What calls to clients' addresses may reach.</summary>
    public OutboundOptions Outbound { get; init; } = new();

    /// <summary>Dynamic registration.</summary>
    public RegistrationOptions? Registration { get; init; }

    /// <summary>Hears which clients removed themselves.</summary>
    public Action<string> ClientRemoved { get; init; } = _ => { };

    /// <summary>What the host adds to the metadata.</summary>
    public string Metadata { get; init; } = "userinfo_endpoint";
}

/// <summary>The engine on a real socket, with the two seams filled. It is reached through another address than its public one, as behind a proxy.</summary>
public sealed class TestServer : IAsyncDisposable
{
    public const string Issuer = "https://as.example";

    /// <summary>The origin for callers with a client certificate.</summary>
    public const string TlsOrigin = "https://mtls.as.example";

    /// <summary>The client certificate of a test's request, in base64.</summary>
    public const string CertificateHeader = "Test-Client-Certificate";

    private static readonly string[] Scopes = ["openid", "profile", "offline_access", "card"];

    private readonly WebApplication _app;
    private readonly Database _database;
    private readonly Database _personKeys;

    private TestServer(WebApplication app, TestDirectory directory, Database database, Database personKeys, RefusalSink log) =>
        (_app, Files, _database, _personKeys, Log) = (app, directory, database, personKeys, log);

    public TestDirectory Files { get; }

    public RefusalSink Log { get; }

    public Database Database => _database;

    public TestClock Clock => (TestClock)_app.Services.GetRequiredService<TimeProvider>();

    public TestOwner Owner => (TestOwner)_app.Services.GetRequiredService<IResourceOwner>();

    public TestContent Content => (TestContent)_app.Services.GetRequiredService<ITokenContent>();

    public TestExchange Exchange => (TestExchange)_app.Services.GetRequiredService<ITokenExchange>();

    public string Address => _app.Urls.First();

    /// <summary>Where TLS asks for a client certificate.</summary>
    public string TlsAddress => _app.Urls.Single(url => url.StartsWith("https:", StringComparison.Ordinal)).Replace("127.0.0.1", "localhost", StringComparison.Ordinal);

    /// <summary>The rule of the last refusal.</summary>
    public Rule LastRule => Log.Rules.LastOrDefault();

    public T Get<T>()
        where T : notnull => _app.Services.GetRequiredService<T>();

    public static async Task<TestServer> StartAsync(TestSetup? setup = null)
    {
        setup ??= new();
        var files = new TestDirectory(setup.Directory);
        setup.Prepare(files);
        var database = Database.Open(setup.Engine, setup.ConnectionString ?? $"Data Source={files.Path}/server.db");
        var personKeys = Database.Open(StorageEngine.Sqlite, $"Data Source={files.Path}/person-keys.db");
        var log = new RefusalSink();
        var app = Build(setup, files, database, personKeys, log);
        var server = new TestServer(app, files, database, personKeys, log);
        try
        {
            await server.StartAsync(CancellationToken.None);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        await _database.DisposeAsync();
        await _personKeys.DisposeAsync();
        Files.Dispose();
    }

    private static WebApplication Build(TestSetup setup, TestDirectory files, Database database, Database personKeys, RefusalSink log)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders().AddProvider(log).SetMinimumLevel(LogLevel.Trace);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0);
            if (setup.Tls is { } certificate)
            {
                kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(https =>
                {
                    https.ServerCertificate = certificate;
                    ClientCertificateEndpoint.Ask(https);
                }));
            }

            kestrel.Limits.MaxRequestBodySize = 256 * 1024;
        });
        Register(builder.Services, setup, files, database, personKeys);
        return builder.Build();
    }

    private async Task StartAsync(CancellationToken ct)
    {
        await _database.MigrateAsync([MigrationSet.Hosting, AuthorizationServer.Migrations], ct);
        await _personKeys.MigrateAsync([PersonKeys.Migrations], ct);
        _app.Use(TakeCertificate);
        _app.MapAuthorizationServer();
        _app.Map("/resource", (HttpContext http, AccessTokenGuard guard, string? scope) => AnswerAsync(http, guard, new AccessRequirement { Scope = scope }));
        _app.Map("/strong", (HttpContext http, AccessTokenGuard guard) => AnswerAsync(http, guard, new AccessRequirement { AcrValues = ["gold", "passkey"], MaxAge = TimeSpan.FromMinutes(1) }));
        _app.Map("/service", (HttpContext http, AccessTokenGuard guard) => AnswerAsync(http, guard, new AccessRequirement { AllowsClients = true }));
        await _app.StartAsync(ct);
        await Get<PersonKeys>().CreateAsync(TestOwner.Subject, ct);
    }

    private static void Register(IServiceCollection services, TestSetup setup, TestDirectory files, Database database, Database personKeys)
    {
        services.AddSingleton<TimeProvider>(new TestClock());
        services.AddSingleton(database);
        services.AddSingleton<OneTimeStore>(s =>
            setup.Redis is { } redis ? new RedisOneTimeStore(redis, $"{files.Path}:") : new SqlOneTimeStore(database, s.GetRequiredService<TimeProvider>()));
        services.AddSingleton(_ => Signer.Load(files.Keys));
        services.AddSingleton(s => new PersonKeys(personKeys, new byte[32], s.GetRequiredService<TimeProvider>()));
        services.AddSingleton<IResourceOwner, TestOwner>();
        services.AddSingleton<ITokenContent, TestContent>();
        services.AddSingleton<ITokenExchange, TestExchange>();
        services.AddAuthorizationServer(new AuthorizationServerOptions
        {
            Issuer = setup.Issuer,
            ClientsDirectory = files.Clients,
            Scopes = Scopes,
            OpenIdConnect = setup.OpenIdConnect,
            GrantTypes = [GrantTypes.AuthorizationCode, GrantTypes.RefreshToken, GrantTypes.PreAuthorizedCode, GrantTypes.ClientCredentials, GrantTypes.DeviceCode, GrantTypes.TokenExchange],
            AcrValues = ["passkey"],
            AttesterAnchors = [files.AttesterAuthority],
            RequireDpopNonce = setup.RequireDpopNonce,
            MutualTls = setup.MutualTls(files),
            Outbound = setup.Outbound,
            Registration = setup.Registration,
            ClientRemoved = (_, id, _) =>
            {
                setup.ClientRemoved(id);
                return Task.CompletedTask;
            },
            ErrorPage = ShowError,
            DevicePage = "/device",
            FormPostPage = (_, post) => Results.Json(new { post.Address, Fields = post.Fields.ToDictionary() }),
            AuthorizationDetailsTypes = new Dictionary<string, AuthorizationDetailCheck> { ["payment"] = CheckPayment },
            CredentialConfigurations = ["card-configuration"],
            Metadata = writer => WriteMetadata(writer, setup),
        });
    }

    // The handshake is the edge's; from here on the certificate is where a handshake would have put it.
    private static Task TakeCertificate(HttpContext http, RequestDelegate next)
    {
        if (http.Request.Headers.TryGetValue(CertificateHeader, out var certificate))
        {
            http.Connection.ClientCertificate = X509CertificateLoader.LoadCertificate(Convert.FromBase64String(certificate.ToString()));
        }

        return next(http);
    }

    // What the host is told goes into headers, so that the body stays what tests compare.
    private static IResult ShowError(HttpContext http, AuthorizationProblem problem)
    {
        http.Response.Headers["Problem-Kind"] = problem.Kind.ToString();
        http.Response.Headers["Problem-Client"] = problem.Client?.Id;
        return Results.Text($"error page: {problem.Refusal.Error}", "text/html");
    }

    private static string? CheckPayment(JsonElement detail) => detail.LongMember("amount") is > 0 ? null : "amount of payment is missing";

    private static void WriteMetadata(Utf8JsonWriter writer, TestSetup setup)
    {
        writer.WriteString(setup.Metadata, $"{setup.Issuer}/userinfo");
        if (setup.OpenIdConnect && setup.Metadata != "")
        {
            writer.WriteStartArray("subject_types_supported");
            writer.WriteStringValue("pairwise");
            writer.WriteEndArray();
        }
    }

    private static async Task<IResult> AnswerAsync(HttpContext http, AccessTokenGuard guard, AccessRequirement requirement) =>
        await guard.CheckAsync(http, requirement, http.RequestAborted) switch
        {
            GuardResult.Granted { Token: var token } => Results.Json(new { token.Subject, Owner = token.IsClients ? null : token.Owner, token.ClientId, token.Scopes }),
            GuardResult.Refused refused => refused.Result,
            _ => throw new InvalidOperationException(),
        };
}
