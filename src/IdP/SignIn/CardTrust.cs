using IdentityPlatform.Verifier;
using IdentityPlatform.Verifier.AspNetCore;
using IdentityPlatform.Verifier.Refresh;

namespace IdentityPlatform.IdP.SignIn;

/// <summary>
/// What cards are checked against: the card issuer's bundle, fetched on a schedule that has nothing to do with anybody's
/// sign-in (SG3), and kept on disk, so that cards can be checked while the issuer is away.
/// </summary>
/// <param name="bundle">The bundle; null where no cards are configured.</param>
public sealed class CardTrust(KeptBundle? bundle)
{
    /// <summary>The trust to check with now: nobody's, until there is a bundle.</summary>
    public Trust Current => bundle?.Trust ?? Trust.Empty;

    /// <summary>Offers a bundle that came another way than by the schedule.</summary>
    public BundleOffer? Offer(ReadOnlyMemory<byte> utf8) => bundle?.Offer(utf8);
}
