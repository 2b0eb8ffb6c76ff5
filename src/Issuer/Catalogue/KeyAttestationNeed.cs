namespace IdentityPlatform.Issuer.Catalogue;

/// <summary>That a credential type is for attested keys alone (<c>key_attestations_required</c>, OpenID4VCI 1.0 §12.2.4), and how well they have to be kept.</summary>
/// <param name="KeyStorage">Of these attack potentials one has to be attested for the key storage; none: whatever it is.</param>
/// <param name="UserAuthentication">The same for the authentication of the user.</param>
public sealed record KeyAttestationNeed(IReadOnlyList<string> KeyStorage, IReadOnlyList<string> UserAuthentication);
