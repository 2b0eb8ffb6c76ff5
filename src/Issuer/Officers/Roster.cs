using Dapper;
using IdentityPlatform.Hosting.Passkeys;
using IdentityPlatform.Hosting.Storage;
using IdentityPlatform.Issuer.Catalogue;

namespace IdentityPlatform.Issuer.Officers;

/// <summary>The officers of this deployment. A row counts only with an entry that the roster key signed.</summary>
public sealed class Roster(Database database, RosterSigner signer, Deployment deployment, TimeProvider time)
{
    /// <summary>True when the invitation can still be redeemed.</summary>
    public async Task<bool> IsOpenAsync(Invitation invitation, CancellationToken ct) => await database.ReadAsync(
        connection => connection.ExecuteScalarAsync<long>("SELECT count(*) FROM redeemed_invitations WHERE id = @Id", new { invitation.Id }), ct) == 0;

    /// <summary>Redeems the invitation, once, and enrols the officer. False when it was redeemed before or is no good.</summary>
    public async Task<bool> EnrolAsync(string code, Passkey passkey, CancellationToken ct)
    {
        if (signer.Open(code) is not { } invitation || signer.Enrol(code, passkey) is not { } entry)
        {
            return false;
        }

        var now = time.GetUtcNow().ToUnixTimeSeconds();
        return await database.WriteAsync(
            async (connection, transaction) =>
            {
                var first = await connection.ExecuteAsync(
                    "INSERT INTO redeemed_invitations (id, redeemed_at) VALUES (@Id, @now) ON CONFLICT (id) DO NOTHING", new { invitation.Id, now }, transaction);
                return first == 1 && await connection.ExecuteAsync(
                    """
                    INSERT INTO officers (id, deployment, country, centre, role, name, credential_id, roster_entry, enrolled_at)
                    VALUES (@Id, @deployment, @country, @Centre, @role, @Name, @credentialId, @entry, @now)
                    """,
                    new
                    {
                        invitation.Id,
                        deployment = deployment.Id,
                        country = deployment.Country,
                        invitation.Centre,
                        role = invitation.Role.Word(),
                        invitation.Name,
                        credentialId = passkey.CredentialId,
                        entry,
                        now,
                    },
                    transaction) == 1;
            },
            ct);
    }

    /// <summary>The officer of an id; null when there is none, the entry is not the roster key's, or the office has ended.</summary>
    public async Task<Officer?> FindAsync(string officerId, CancellationToken ct)
    {
        var row = await database.ReadAsync(
            connection => connection.QuerySingleOrDefaultAsync<Row>(
                "SELECT roster_entry AS Entry, name AS Name FROM officers WHERE id = @officerId AND ended_at IS NULL", new { officerId }),
            ct);
        return row is not null && RosterEntry.Verify(row.Entry, signer.Keys).Succeeded(out var entry, out _)
            && entry.OfficerId == officerId && entry.Deployment == deployment.Id
            ? new Officer(entry, row.Entry, row.Name)
            : null;
    }

    private sealed class Row
    {
        public required string Entry { get; init; }

        public required string Name { get; init; }
    }
}
