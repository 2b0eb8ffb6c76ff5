using IdentityPlatform.Formats.Jose;

namespace IdentityPlatform.Issuer.Protocol;

/// <summary>
/// Keys whose possession a wallet has proved, or its provider has attested (OpenID4VCI 1.0 Appendix F). Only <see cref="Verify"/> makes one.
/// The nonces are still to be taken: each is good for one accepted request.
/// </summary>
public sealed class HolderProofs
{
    /// <summary>The <c>typ</c> of a proof.</summary>
    public const string TokenType = "openid4vci-proof+jwt";

    /// <summary>How old a proof may be.</summary>
    public static readonly TimeSpan MaxAge = TimeSpan.FromMinutes(5);

    /// <summary>How far a wallet's clock may run ahead.</summary>
    public static readonly TimeSpan MaxAhead = TimeSpan.FromMinutes(1);

    private HolderProofs(IReadOnlyList<Jwk> keys, IReadOnlyList<string> nonces) => (Keys, Nonces) = (keys, nonces);

    /// <summary>The holder's keys, each once, without anything beside the key.</summary>
    public IReadOnlyList<Jwk> Keys { get; }

    /// <summary>The different nonces that the proofs carry.</summary>
    public IReadOnlyList<string> Nonces { get; }

    /// <summary>Verifies every proof; one that fails refuses the request.</summary>
    /// <param name="proofs">As received.</param>
    /// <param name="terms">What they have to say.</param>
    /// <param name="now">The time.</param>
    public static Checked<HolderProofs> Verify(ReceivedProofs proofs, ProofTerms terms, DateTimeOffset now) =>
        proofs.Type == ProofType.Jwt ? new JwtProofs(terms, now).Verify(proofs.Items) : VerifyAttestation(proofs.Items[0], terms, now);

    /// <summary>Redacted.</summary>
    public override string ToString() => $"{Keys.Count} proved keys";

    internal static HolderProofs Of(IReadOnlyList<Jwk> keys, IEnumerable<string> nonces) => new(keys, [.. nonces]);

    internal static CredentialFailure Refused(CredentialRule rule, string description) => new(CredentialError.InvalidProof, rule, description);

    // Appendix F.3: what the provider says about the keys stands for their proofs.
    private static Checked<HolderProofs> VerifyAttestation(string attestation, ProofTerms terms, DateTimeOffset now)
    {
        if (terms.Attesters.Count == 0)
        {
            return Refused(CredentialRule.ProofType, "only proofs of type jwt are supported");
        }

        return KeyAttestation.Verify(attestation, terms, besideProof: false, now).Failed(out var failure, out var attested)
            ? failure
            : new HolderProofs(attested.Keys, [attested.Nonce]);
    }
}
