using System.Text.Json.Serialization;
using IdentityPlatform.Hosting.Audit;
using IdentityPlatform.Hosting.Keys;
using IdentityPlatform.Hosting.Storage;
using IdentityPlatform.Hosting.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace IdentityPlatform.Hosting;

/// <summary>Registers what both servers stand on.</summary>
public static class Platform
{
    /// <summary>The bound on any request body: no form, token request or presentation is larger.</summary>
    public const int MaxRequestBytes = 256 * 1024;

    /// <summary>Marks the checks that <c>/health/ready</c> makes.</summary>
    public const string ReadyTag = "ready";

    /// <summary>Database, one-time store, signer, person keys, audit log, clock, request bounds, health checks.</summary>
    /// <exception cref="KeyDirectoryException">A key file is unreadable, or one of keys.example outside Development.</exception>
    public static WebApplicationBuilder AddPlatform(this WebApplicationBuilder builder, ServerSettings settings, string program)
    {
        var signer = Signer.Load(settings.KeysDirectory, settings.Pkcs11);
        if (!settings.Development)
        {
            signer.RefuseExampleKeys();
        }

        var services = builder.Services;
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(settings);
        services.AddSingleton(_ => signer);
        services.AddSingleton(_ => Database.Open(settings.Engine, settings.StorageConnectionString));
        services.AddSingleton(_ => new PersonKeysDatabase(Database.Open(settings.Engine, settings.PersonKeysConnectionString)));
        services.AddSingleton(s => new PersonKeys.PersonKeys(
            s.GetRequiredService<PersonKeysDatabase>().Database, signer.Secret(SecretRole.PersonKeyWrap), s.GetRequiredService<TimeProvider>()));
        services.AddSingleton(s => OneTimeStoreOf(settings, program, s));
        services.AddSingleton(s => new AuditLog(
            s.GetRequiredService<Database>(), s.GetRequiredService<PersonKeys.PersonKeys>(), signer, s.GetRequiredService<TimeProvider>(), $"{program}@{Environment.MachineName}"));
        services.AddHostedService<AuditSealing>();
        services.AddHostedService(s => new KeyUpkeep(
            signer,
            KeyDirectory.OpenOrCreate(settings.KeysDirectory, s.GetRequiredService<TimeProvider>(), settings.Pkcs11),
            settings.KeyRotation,
            s.GetRequiredService<TimeProvider>(),
            s.GetRequiredService<ILogger<KeyUpkeep>>()));
        services.AddHealthChecks()
            .AddCheck<DatabaseHealth>("database", tags: [ReadyTag])
            .AddCheck<PersonKeysHealth>("person-keys", tags: [ReadyTag])
            .AddCheck<SharedStateHealth>("shared-state", tags: [ReadyTag]);

        // What an endpoint answers writes itself, and still each is made with what describes an object: by reflection that is a tenth of the way to the first answer.
        services.ConfigureHttpJsonOptions(options => options.SerializerOptions.TypeInfoResolverChain.Insert(0, AnyObject.Default));
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = MaxRequestBytes;
            kestrel.ConfigureHttpsDefaults(TlsCiphers.Apply);
        });
        return builder;
    }

    /// <summary>Maps <c>/health/live</c> (the process answers) and <c>/health/ready</c> (database, person keys and shared state answer).</summary>
    public static void MapPlatform(this WebApplication app)
    {
        app.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = _ => false });
        app.MapHealthChecks("/health/ready", new HealthCheckOptions { Predicate = check => check.Tags.Contains(ReadyTag) });
    }

    /// <summary>Brings both databases up to date.</summary>
    public static async Task MigrateAsync(IServiceProvider services, IEnumerable<MigrationSet> sets, CancellationToken ct)
    {
        await services.GetRequiredService<PersonKeysDatabase>().Database.MigrateAsync([PersonKeys.PersonKeys.Migrations], ct);
        await services.GetRequiredService<Database>().MigrateAsync([MigrationSet.Hosting, .. sets], ct);
    }

    private static OneTimeStore OneTimeStoreOf(ServerSettings settings, string program, IServiceProvider services)
    {
        var time = services.GetRequiredService<TimeProvider>();
        return settings.SharedState switch
        {
            SharedStateEngine.Redis => new RedisOneTimeStore(settings.SharedStateConnectionString!, $"{program}:"),
            SharedStateEngine.Sql => new SqlOneTimeStore(services.GetRequiredService<Database>(), time),
            SharedStateEngine.Memory => new MemoryOneTimeStore(time),
            _ => throw new ArgumentOutOfRangeException(nameof(settings)),
        };
    }
}

/// <summary>The database of person keys: another type than the main one, so that the two cannot be mistaken for each other.</summary>
internal sealed class PersonKeysDatabase(Database database) : IAsyncDisposable
{
    public Database Database { get; } = database;

    public ValueTask DisposeAsync() => Database.DisposeAsync();
}

/// <summary>Describes an object without looking at any.</summary>
[JsonSerializable(typeof(object))]
internal sealed partial class AnyObject : JsonSerializerContext;
