using System.Collections.Concurrent;
using System.Security.Cryptography.X509Certificates;
using IdentityPlatform.Hosting;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace IdentityPlatform.Issuer.Status;

/// <summary>
/// The revocation lists to serve: <c>Revocations:Lists</c> names their files, which an offline root's custodian replaces. A file is read
/// again when it changes; one that cannot be read, that no root of this issuer signed, or that is older than the one before is not
/// taken, and the one before stays.
/// </summary>
public sealed partial class RevocationLists(IReadOnlyDictionary<string, string> files, IReadOnlyList<X509Certificate2> roots, ILogger<RevocationLists> logger)
{
    private readonly ConcurrentDictionary<string, Kept> _kept = new(StringComparer.Ordinal);

    /// <summary>The names under which they are served, each with its file.</summary>
    public IReadOnlyDictionary<string, string> Files { get; } = files;

    /// <summary>Reads the settings and every file.</summary>
    /// <exception cref="SettingsException">A file is missing or no list of this issuer's roots.</exception>
    public static RevocationLists Read(IConfiguration configuration, BundleSettings bundle, ILogger<RevocationLists> logger)
    {
        SettingsReader.RefuseUnknown(configuration, "Revocations", "Lists");
        var files = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var setting in configuration.GetSection("Revocations:Lists").GetChildren())
        {
            if (!files.TryAdd(Path.GetFileNameWithoutExtension(setting.Value ?? ""), setting.Value ?? ""))
            {
                throw new SettingsException(setting.Path, $"'{setting.Value}' has the name of another list.");
            }
        }

        var lists = new RevocationLists(files, bundle.Anchors, logger);
        foreach (var (name, file) in files)
        {
            if (lists.Load(name, file, null) is { } fault)
            {
                throw new SettingsException("Revocations:Lists", $"'{file}' cannot be served: {fault}.");
            }
        }

        return lists;
    }

    /// <summary>The list of a name as its file is now; null when there is none.</summary>
    public RevocationList? Find(string name)
    {
        if (!Files.TryGetValue(name, out var file))
        {
            return null;
        }

        var known = _kept.GetValueOrDefault(name);
        if (known is null || WrittenAt(file) != known.WrittenAt)
        {
            if (Load(name, file, known) is { } fault)
            {
                LogNotTaken(logger, file, fault);
            }
        }

        return _kept.GetValueOrDefault(name)?.List;
    }

    // Null when it was taken; else why not. What was refused is not read again before it changes.
    private string? Load(string name, string file, Kept? known)
    {
        var writtenAt = WrittenAt(file);
        var fault = TryRead(file, out var list) ?? (known is not null && list!.ThisUpdate < known.List.ThisUpdate ? "it is older than the one that is served" : null);
        if (fault is null)
        {
            _kept[name] = new(list!, writtenAt);
        }
        else if (known is not null)
        {
            _kept[name] = known with { WrittenAt = writtenAt };
        }

        return fault;
    }

    private string? TryRead(string file, out RevocationList? list)
    {
        list = null;
        try
        {
            return RevocationList.Verify(File.ReadAllBytes(file), roots).Failed(out var failure, out list) ? failure.Fact : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return "it cannot be read";
        }
    }

    // The beginning of the file system's calendar for a file that is not there.
    private static DateTime WrittenAt(string file) => File.GetLastWriteTimeUtc(file);

    private sealed record Kept(RevocationList List, DateTime WrittenAt);

    [LoggerMessage(LogLevel.Error, "The revocation list {File} is not taken, and the one before stays: {Fault}.")]
    private static partial void LogNotTaken(ILogger logger, string file, string fault);
}

/// <summary>Says in time that a revocation list ends: readers of mdocs that ask for one refuse the cards of a signer whose list is over.</summary>
internal sealed class RevocationHealth(RevocationLists lists, TimeProvider time) : IHealthCheck
{
    /// <summary>A custodian has so long from the first word to the end.</summary>
    public static readonly TimeSpan Notice = TimeSpan.FromDays(14);

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var ending = lists.Files.Keys.FirstOrDefault(name => lists.Find(name) is not { } list || list.NextUpdate - time.GetUtcNow() < Notice);
        return Task.FromResult(ending is null ? HealthCheckResult.Healthy() : HealthCheckResult.Degraded($"the revocation list {ending} ends soon, or has ended"));
    }
}

/// <summary>Puts revocation lists into a program.</summary>
internal static class Revocations
{
    public static IServiceCollection AddRevocations(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddHealthChecks().AddCheck<RevocationHealth>("revocation-lists", tags: [Platform.ReadyTag]);
        return services.AddSingleton(provider =>
            RevocationLists.Read(configuration, provider.GetRequiredService<BundleSettings>(), provider.GetRequiredService<ILogger<RevocationLists>>()));
    }
}
