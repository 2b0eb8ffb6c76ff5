using System.Data.Common;
using System.Security.Cryptography;
using Dapper;
using IdentityPlatform.Hosting.Storage;
using IdentityPlatform.IdP.Storage;

namespace IdentityPlatform.IdP.Services;

/// <summary>The sectors' keys, each made when its service is first used and destroyed when the service is removed (SG6).</summary>
public sealed class Sectors(Database database, Seal seal)
{
    /// <summary>The sector of a registered service.</summary>
    public async Task<Sector> OfAsync(string serviceId, CancellationToken ct)
    {
        var wrapped = await database.ReadAsync(connection => FindAsync(connection, null, serviceId, ct), ct)
            ?? await database.WriteAsync((connection, transaction) => CreateAsync(connection, transaction, serviceId, ct), ct);
        return Open(serviceId, wrapped);
    }

    /// <summary>Ends a service: nobody can compute or recognise the subjects that it knew any more.</summary>
    /// <returns>False when there was no such sector.</returns>
    public Task<bool> DestroyAsync(string serviceId, CancellationToken ct) => database.WriteAsync(
        async (connection, transaction) => await connection.ExecuteAsync(new CommandDefinition(
            "DELETE FROM sectors WHERE sector_id = @serviceId", new { serviceId }, transaction, cancellationToken: ct)) > 0,
        ct);

    private async Task<byte[]> CreateAsync(DbConnection connection, DbTransaction transaction, string serviceId, CancellationToken ct)
    {
        var wrapped = seal.Protect(RandomNumberGenerator.GetBytes(32), Context(serviceId));
        await connection.ExecuteAsync(new CommandDefinition(
            "INSERT INTO sectors (sector_id, wrapped_key) VALUES (@serviceId, @wrapped) ON CONFLICT (sector_id) DO NOTHING",
            new { serviceId, wrapped }, transaction, cancellationToken: ct));

        // Two first requests may meet here: the row that stands is the sector's.
        return (await FindAsync(connection, transaction, serviceId, ct))!;
    }

    private static Task<byte[]?> FindAsync(DbConnection connection, DbTransaction? transaction, string serviceId, CancellationToken ct) =>
        connection.QuerySingleOrDefaultAsync<byte[]>(new CommandDefinition(
            "SELECT wrapped_key FROM sectors WHERE sector_id = @serviceId", new { serviceId }, transaction, cancellationToken: ct));

    private Sector Open(string serviceId, byte[] wrapped) => new(
        serviceId,
        seal.Unprotect(wrapped, Context(serviceId)) ?? throw new CryptographicException($"The key of sector {serviceId} was wrapped under another secret."));

    private static string Context(string serviceId) => $"sector:{serviceId}";
}
