using System.Security.Cryptography.X509Certificates;
using IdentityPlatform.Issuer.Catalogue;

namespace IdentityPlatform.Issuer.Protocol;

/// <summary>What proofs of possession have to say to be taken.</summary>
/// <param name="Issuer">The credential issuer identifier.</param>
/// <param name="ClientId">The wallet, or null where the access is anonymous.</param>
/// <param name="MaxKeys">As many copies as one request may bring.</param>
/// <param name="Attesters">Anchors of those who attest keys; none: no attestation can be checked here.</param>
/// <param name="Need">That keys have to be attested, and how; null: they need not be.</param>
public sealed record ProofTerms(string Issuer, string? ClientId, int MaxKeys, IReadOnlyList<X509Certificate2> Attesters, KeyAttestationNeed? Need);
