using System.Collections.Concurrent;
using IdentityPlatform.Hosting.PersonKeys;
using IdentityPlatform.Hosting.Storage;
using IdentityPlatform.IdP.Accounts;
using IdentityPlatform.IdP.SignIn;
using IdentityPlatform.OAuth.Clients;

namespace IdentityPlatform.IdP.Services;

/// <summary>
/// Reads in one statement, at every request, what a sign-in depends on: nothing of it is remembered, so that what is withdrawn
/// is withdrawn at once on every node.
/// </summary>
public sealed class Standings(Database database, Sectors sectors, TimeProvider time)
{
    // The number of services is small beside this; those that register themselves need an invitation.
    private const int MostGuesses = 4096;

    internal static readonly Statement FindStanding = new("""
        SELECT (SELECT s.wrapped_key FROM sectors s JOIN sector_services m ON m.sector_id = s.sector_id
                WHERE s.sector_id = @sectorId AND m.service_id = @serviceId),
            c.content, i.content, x.session_hash, x.services, x.services_version
        FROM accounts a
        LEFT JOIN consents c ON c.consent_key = @consentKey AND c.account_id = a.account_id
        LEFT JOIN identities i ON i.account_id = a.account_id
        LEFT JOIN sessions x ON x.account_id = a.account_id AND COALESCE(x.session_id, x.session_hash) = @sessionId
        WHERE a.account_id = @accountId
        """);

    // To look for a consent takes the sector's key. The one of last time is a guess: the statement itself says whether it still is the key.
    private readonly ConcurrentDictionary<string, Sector> _guesses = new(StringComparer.Ordinal);

    /// <summary>What stands for an open account; null when there is none.</summary>
    /// <param name="accountId">The account.</param>
    /// <param name="service">The service.</param>
    /// <param name="sessionId">The <see cref="Session.Id"/> of a session to be read with it, or null.</param>
    /// <param name="key">The person's key.</param>
    /// <param name="ct">The request's end.</param>
    public async Task<Standing?> FindAsync(string accountId, Client service, string? sessionId, PersonKey key, CancellationToken ct)
    {
        var sector = _guesses.TryGetValue(service.Id, out var guess) && guess.Id == Sector.IdOf(service.Id, service.SectorIdentifierUri)
            ? guess
            : await sectors.OfAsync(service, ct);
        var row = await ReadAsync(accountId, sector, sessionId, ct);
        while (row is not null && !sector.IsSealedAs(row.SectorKey))
        {
            _guesses.TryRemove(service.Id, out _);
            sector = await sectors.OfAsync(service, ct);
            row = await ReadAsync(accountId, sector, sessionId, ct);
        }

        Remember(sector);
        return row is null ? null : Open(row, sector, key);
    }

    private ValueTask<Found?> ReadAsync(string accountId, Sector sector, string? sessionId, CancellationToken ct) =>
        database.FindAsync(FindStanding, Found.Read, ct, sector.Id, sector.ServiceId, sector.ConsentKeyOf(accountId), sessionId, accountId);

    private void Remember(Sector sector)
    {
        if (_guesses.Count >= MostGuesses)
        {
            _guesses.Clear();
        }

        _guesses[sector.ServiceId] = sector;
    }

    private Standing Open(Found row, Sector sector, PersonKey key) => new()
    {
        Sector = sector,
        Consent = row.Consent is null ? null : Consents.Open(key, row.Consent),
        Identity = row.Identity is null ? null : Identities.Open(key, row.Identity, time.GetUtcNow()),
        Session = row.SessionHash is null ? null : new(row.SessionHash, row.ServicesVersion, Sessions.OpenServices(key, row.Services)),
    };

    private sealed class Found
    {
        public byte[]? SectorKey { get; init; }

        public byte[]? Consent { get; init; }

        public byte[]? Identity { get; init; }

        public string? SessionHash { get; init; }

        public byte[]? Services { get; init; }

        public long ServicesVersion { get; init; }

        public static Found Read(Row row) => new()
        {
            SectorKey = row.BytesOrNull(0),
            Consent = row.BytesOrNull(1),
            Identity = row.BytesOrNull(2),
            SessionHash = row.TextOrNull(3),
            Services = row.BytesOrNull(4),
            ServicesVersion = row.NumberOrNull(5) ?? 0,
        };
    }
}
