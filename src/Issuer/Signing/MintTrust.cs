using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Issuer.Officers;

namespace IdentityPlatform.Issuer.Signing;

/// <summary>What the signer itself holds against the evidence that it is shown: nothing of it comes with a request.</summary>
/// <param name="RosterKeys">The keys that vouch for officers.</param>
/// <param name="RpId">The WebAuthn relying party of the officers' passkeys.</param>
/// <param name="Origins">The origins whose pages may ask for decisions.</param>
/// <param name="Denials">What the custodian has withdrawn.</param>
public sealed record MintTrust(IReadOnlyList<VerificationKey> RosterKeys, string RpId, IReadOnlyList<string> Origins, Denials Denials)
{
    /// <summary>Reads a roster entry whose signature is that of a roster key, from a memory of those that were verified; null where there is no memory.</summary>
    public Func<string, Parsed<RosterEntry>>? Remembered { get; init; }

    /// <summary>When the signer first minted from this approval; null when it never did. By it a removed officer's new decision is told from an old one, whatever time it states.</summary>
    public DateTimeOffset? FirstMinted { get; init; }

    internal Parsed<RosterEntry> ReadEntry(string token) => Remembered is { } remembered ? remembered(token) : RosterEntry.Verify(token, RosterKeys);
}
