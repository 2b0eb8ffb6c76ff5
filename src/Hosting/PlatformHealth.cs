using Dapper;
using IdentityPlatform.Hosting.Storage;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace IdentityPlatform.Hosting;

// An exception in a check is what the framework reports as unhealthy.

/// <summary>The main database answers a query.</summary>
internal sealed class DatabaseHealth(Database database) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        await database.ReadAsync(connection => connection.ExecuteScalarAsync<int>("SELECT 1"), cancellationToken);
        return HealthCheckResult.Healthy();
    }
}

/// <summary>The database of person keys answers a query.</summary>
internal sealed class PersonKeysHealth(PersonKeysDatabase keys) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        await keys.Database.ReadAsync(connection => connection.ExecuteScalarAsync<int>("SELECT 1"), cancellationToken);
        return HealthCheckResult.Healthy();
    }
}

/// <summary>The one-time store answers.</summary>
internal sealed class SharedStateHealth(OneTimeStore store) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        await store.FindAsync("health", "ready", cancellationToken);
        return HealthCheckResult.Healthy();
    }
}
