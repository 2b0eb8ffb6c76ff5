using System.Data.Common;
using System.Security.Cryptography;
using Dapper;
using IdentityPlatform.Hosting.Keys;
using IdentityPlatform.Hosting.Storage;
using IdentityPlatform.OAuth.Clients;

namespace IdentityPlatform.IdP.Services;

/// <summary>What became of a service's sector.</summary>
public enum SectorRemoval
{
    /// <summary>The service had none.</summary>
    None,

    /// <summary>Other services share it: its key stays.</summary>
    Shared,

    /// <summary>It was the last service: the key is destroyed.</summary>
    Destroyed,
}

/// <summary>The sectors' keys, each made when a service first uses it and destroyed with the last of its services (SG6).</summary>
public sealed class Sectors(Database database, Seal seal, Clients clients)
{
    private const string FindSql = """
        SELECT s.wrapped_key FROM sectors s JOIN sector_services m ON m.sector_id = s.sector_id
        WHERE s.sector_id = @sectorId AND m.service_id = @serviceId
        """;

    /// <summary>The sector of a registered service.</summary>
    public async Task<Sector> OfAsync(string serviceId, CancellationToken ct) => await OfAsync(await MemberAsync(serviceId, ct), ct);

    /// <summary>The sector of a registered service.</summary>
    public Task<Sector> OfAsync(Client service, CancellationToken ct) => OfAsync(MemberOf(service), ct);

    /// <summary>The sector of a service that may be gone; null where there is none, and none is made.</summary>
    public async Task<Sector?> FindAsync(string serviceId, CancellationToken ct)
    {
        var member = await MemberAsync(serviceId, ct);
        return await database.ReadAsync(connection => FindAsync(connection, null, member, ct), ct) is { } wrapped ? Open(member, wrapped) : null;
    }

    /// <summary>Ends a service. With the last one of a sector goes its key: nobody can compute or recognise its subjects any more.</summary>
    public Task<SectorRemoval> RemoveAsync(string serviceId, CancellationToken ct) => database.WriteAsync(
        async (connection, transaction) =>
        {
            var left = (await connection.QueryAsync<string>(new CommandDefinition(
                "DELETE FROM sector_services WHERE service_id = @serviceId RETURNING sector_id", new { serviceId }, transaction, cancellationToken: ct))).AsList();
            var destroyed = 0;
            foreach (var sectorId in left)
            {
                destroyed += await connection.ExecuteAsync(new CommandDefinition(
                    "DELETE FROM sectors WHERE sector_id = @sectorId AND NOT EXISTS (SELECT 1 FROM sector_services WHERE sector_id = @sectorId)",
                    new { sectorId }, transaction, cancellationToken: ct));
            }

            return left.Count == 0 ? SectorRemoval.None : destroyed == left.Count ? SectorRemoval.Destroyed : SectorRemoval.Shared;
        },
        ct);

    private async Task<Sector> OfAsync(Member member, CancellationToken ct)
    {
        var wrapped = await database.ReadAsync(connection => FindAsync(connection, null, member, ct), ct)
            ?? await database.WriteAsync((connection, transaction) => CreateAsync(connection, transaction, member, ct), ct);
        return Open(member, wrapped);
    }

    // A service that is gone from the directory cannot say that it shared a sector: it is looked for under its own name.
    private async Task<Member> MemberAsync(string serviceId, CancellationToken ct) =>
        await clients.FindAsync(serviceId, ct) is { } service ? MemberOf(service) : new(Sector.IdOf(serviceId, null), serviceId);

    private static Member MemberOf(Client service) => new(Sector.IdOf(service.Id, service.SectorIdentifierUri), service.Id);

    private async Task<byte[]> CreateAsync(DbConnection connection, DbTransaction transaction, Member member, CancellationToken ct)
    {
        var row = new { member.SectorId, member.ServiceId, wrapped = seal.Protect(RandomNumberGenerator.GetBytes(32), Context(member.SectorId)) };
        await connection.ExecuteAsync(new CommandDefinition(
            "INSERT INTO sectors (sector_id, wrapped_key) VALUES (@SectorId, @wrapped) ON CONFLICT (sector_id) DO NOTHING", row, transaction, cancellationToken: ct));
        await connection.ExecuteAsync(new CommandDefinition(
            "INSERT INTO sector_services (service_id, sector_id) VALUES (@ServiceId, @SectorId) ON CONFLICT (service_id, sector_id) DO NOTHING",
            row, transaction, cancellationToken: ct));

        // Two first requests may meet here: the row that stands is the sector's.
        return (await FindAsync(connection, transaction, member, ct))!;
    }

    private static Task<byte[]?> FindAsync(DbConnection connection, DbTransaction? transaction, Member member, CancellationToken ct) =>
        connection.QuerySingleOrDefaultAsync<byte[]?>(new CommandDefinition(
            FindSql, new { sectorId = member.SectorId, serviceId = member.ServiceId }, transaction, cancellationToken: ct));

    private Sector Open(Member member, byte[] wrapped) => new(
        member.SectorId,
        member.ServiceId,
        seal.Unprotect(wrapped, Context(member.SectorId)) ?? throw new CryptographicException($"The key of sector {member.SectorId} was wrapped under another secret."),
        wrapped);

    private static string Context(string sectorId) => $"sector:{sectorId}";

    private sealed record Member(string SectorId, string ServiceId);
}
