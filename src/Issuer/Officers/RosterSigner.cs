using System.Collections.Concurrent;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Hosting.Keys;
using IdentityPlatform.Issuer.Catalogue;
using IdentityPlatform.Issuer.People;

namespace IdentityPlatform.Issuer.Officers;

/// <summary>
/// The one user of the roster key and of the invitations secret, in the signer's process and in the custodian's verbs: makes
/// invitations, and signs a roster entry for whoever redeems one.
/// </summary>
public sealed class RosterSigner(Signer signer, Deployment deployment, TimeProvider time)
{
    // More officers than a country has: beyond, all are verified once more.
    private const int MostKept = 4096;

    private static readonly TimeSpan InvitationLifetime = TimeSpan.FromDays(7);

    /// <summary>The keys that roster entries are verified with.</summary>
    public IReadOnlyList<VerificationKey> Keys { get; } =
        [.. signer.Published(KeyRole.Roster).Select(key => VerificationKey.Import(key).OrThrow())];

    private readonly ConcurrentDictionary<string, RosterEntry> _verified = new(StringComparer.Ordinal);

    /// <summary>A roster entry whose signature is one of these keys'. Of the same text it is verified once: neither the text nor the keys change.</summary>
    public Parsed<RosterEntry> Read(string token)
    {
        if (_verified.TryGetValue(token, out var known))
        {
            return known;
        }

        if (RosterEntry.Verify(token, Keys).Failed(out var failure, out var entry))
        {
            return failure;
        }

        if (_verified.Count >= MostKept)
        {
            _verified.Clear();
        }

        return _verified[token] = entry;
    }

    /// <summary>The code of a new invitation.</summary>
    public string Invite(string name, OfficerRole role, string centre) =>
        Invitation.Of(CaseNumbers.New(), deployment.Id, name, role, centre, time.GetUtcNow() + InvitationLifetime).Seal(Secret);

    /// <summary>The invitation of a code; null when it is none of this deployment, or has ended.</summary>
    public Invitation? Open(string code) =>
        Invitation.Open(code, Secret) is { } invitation && invitation.Deployment == deployment.Id && time.GetUtcNow() <= invitation.Until ? invitation : null;

    /// <summary>The roster entry of whoever redeems the invitation with this passkey; null when the code is no good.</summary>
    public string? Enrol(string code, string credentialId, byte[] publicKey) => Open(code) is { } invitation
        ? RosterEntry
            .Of(invitation.Id, deployment.Id, invitation.Role, invitation.Centre, credentialId, publicKey, time.GetUtcNow())
            .Sign(signer.Active(KeyRole.Roster))
        : null;

    private byte[] Secret => signer.Secret(SecretRole.Invitations);
}
