using Dapper;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Hosting.Passkeys;
using IdentityPlatform.Hosting.Storage;
using IdentityPlatform.Issuer.Catalogue;
using IdentityPlatform.Issuer.Signing;

namespace IdentityPlatform.Issuer.Officers;

/// <summary>
/// The officers of this deployment. A row counts only with an entry that the roster key signed, which the signer holds, and only as
/// long as the custodian has not removed the officer.
/// </summary>
public sealed class Roster(Database database, SignerLink signer, Deployment deployment, TimeProvider time)
{
    /// <summary>The invitation of a code; null when it is none of this deployment, has ended, or was redeemed.</summary>
    public async Task<Invitation?> OpenAsync(string code, CancellationToken ct) =>
        await signer.AskAsync(new LookAt(code), ct) is SignerAnswer.Invited { Invitation: var invitation } && await IsOpenAsync(invitation, ct) ? invitation : null;

    /// <summary>Redeems the invitation, once, and enrols the officer. False when it was redeemed before or is no good.</summary>
    public async Task<bool> EnrolAsync(string code, Passkey passkey, CancellationToken ct)
    {
        if (await OpenAsync(code, ct) is not { } invitation
            || await signer.AskAsync(new Enrol(code, passkey.CredentialId, passkey.PublicKey), ct) is not SignerAnswer.Enrolled { Entry: var entry })
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
        return row is not null && await signer.FindKeysAsync(ct) is { } keys && !keys.Removed.Contains(officerId, StringComparer.Ordinal)
            && Verify(row.Entry, keys) is { } entry && entry.OfficerId == officerId && entry.Deployment == deployment.Id
            ? new Officer(entry, row.Entry, row.Name)
            : null;
    }

    private async Task<bool> IsOpenAsync(Invitation invitation, CancellationToken ct) => await database.ReadAsync(
        connection => connection.ExecuteScalarAsync<long>("SELECT count(*) FROM redeemed_invitations WHERE id = @Id", new { invitation.Id }), ct) == 0;

    private static RosterEntry? Verify(string entry, SignerKeys keys)
    {
        var imported = keys.Roster.Select(key => VerificationKey.Import(key).OrThrow()).ToList();
        try
        {
            return RosterEntry.Verify(entry, imported).Succeeded(out var verified, out _) ? verified : null;
        }
        finally
        {
            imported.ForEach(key => key.Dispose());
        }
    }

    private sealed class Row
    {
        public required string Entry { get; init; }

        public required string Name { get; init; }
    }
}
