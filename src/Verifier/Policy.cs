using IdentityPlatform.Formats.Jose;

namespace IdentityPlatform.Verifier;

/// <summary>What a verifier asks for, whatever is presented. Every member has to be chosen.</summary>
public sealed class Policy
{
    /// <summary>Whose signature is trusted.</summary>
    public required IssuerTrust IssuerTrust { get; init; }

    /// <summary>Whether the holder has to sign the presentation.</summary>
    public required HolderBinding HolderBinding { get; init; }

    /// <summary>What a credential's status has to be.</summary>
    public required StatusCheck Status { get; init; }

    /// <summary>Whether a credential has to end (<c>exp</c>).</summary>
    public required bool ExpiryRequired { get; init; }

    /// <summary>The signature algorithms that issuers and holders may use.</summary>
    public required IReadOnlyList<JwsAlgorithm> Algorithms { get; init; }

    /// <summary>How far clocks may differ.</summary>
    public required TimeSpan ClockSkew { get; init; }

    /// <summary>How old a holder's signature may be (<c>iat</c> of the key-binding JWT).</summary>
    public required TimeSpan PresentationMaxAge { get; init; }

    /// <summary>Whether credentials have to keep to the metadata of their type. Not <c>required</c>: nothing is trusted for its sake.</summary>
    public TypeMetadataCheck TypeMetadata { get; init; }

    /// <summary>
    /// The profile of OpenID4VC HAIP 1.0: signers by <c>x5c</c> and the bundle, holder binding and an end always, status wherever the
    /// credential carries one, ES256 (and its larger sisters).
    /// </summary>
    public static Policy Haip { get; } = new()
    {
        IssuerTrust = IssuerTrust.Bundle,
        HolderBinding = HolderBinding.Required,
        Status = StatusCheck.WherePresent,
        ExpiryRequired = true,
        Algorithms = [JwsAlgorithm.ES256, JwsAlgorithm.ES384, JwsAlgorithm.ES512],
        ClockSkew = TimeSpan.FromMinutes(1),
        PresentationMaxAge = TimeSpan.FromMinutes(5),
    };
}

/// <summary>Whether the holder has to sign the presentation.</summary>
public enum HolderBinding
{
    /// <summary>Always (HAIP §6.1).</summary>
    Required,

    /// <summary>
    /// Always, but for a code on paper, which cannot be bound to a holder's key: a person compares the face of its bearer with the photograph
    /// (<see cref="CredentialVerifier.VerifyPrinted"/>).
    /// </summary>
    RequiredOrFaceCompared,

    /// <summary>Not asked for: whoever holds a copy can present it. A key-binding JWT that is there is checked all the same.</summary>
    WaivedUnsafe,
}

/// <summary>Whether an SD-JWT VC has to keep to the metadata of its type, which come in the bundle.</summary>
public enum TypeMetadataCheck
{
    /// <summary>
    /// Metadata are not read: a credential is of the type that it names itself (<c>vct</c>, <c>aka_vcts</c>). Metadata change over time,
    /// and cards that were issued before then name the integrity of an older document.
    /// </summary>
    NotRead,

    /// <summary>
    /// Where the bundle has metadata of a type, they are read whole, with all that it extends: they are the document that the credential names in
    /// <c>vct#integrity</c>, and the credential keeps to them. A type that it extends can be asked for too.
    /// </summary>
    WhereHeld,

    /// <summary>As <see cref="WhereHeld"/>, and the bundle has to have them.</summary>
    Required,
}

/// <summary>What a credential's status has to be.</summary>
public enum StatusCheck
{
    /// <summary>Every credential carries a status, and a held list says that it is valid.</summary>
    Always,

    /// <summary>Where a credential carries a status, a held list says that it is valid.</summary>
    WherePresent,

    /// <summary>As <see cref="WherePresent"/>, but an unusable or missing list is accepted as unknown. What a list says to be revoked stays rejected.</summary>
    UnknownAcceptedUnsafe,
}

/// <summary>Whose signature on a credential is trusted: closed.</summary>
public abstract class IssuerTrust
{
    private IssuerTrust()
    {
    }

    /// <summary>Signers with a certificate path to an anchor of the offline bundle that is trusted for credentials of the type.</summary>
    public static IssuerTrust Bundle { get; } = new BundleAnchors();

    /// <summary>
    /// Keys that the integrator pins for a type, without certificates: they never expire, and nobody can deny them but a bundle
    /// or the next release of the program. For tests and closed settings.
    /// </summary>
    public static IssuerTrust PinnedKeysUnsafe(params IReadOnlyList<PinnedIssuerKey> keys) => new PinnedKeys(keys);

    internal abstract T Match<T>(Func<T> bundle, Func<PinnedKeys, T> pinned);

    internal sealed class PinnedKeys(IReadOnlyList<PinnedIssuerKey> keys) : IssuerTrust
    {
        // Import costs two verifications (one object per issuer key), so it is done once.
        private readonly (string Type, VerificationKey Key)[] _keys = [.. keys.Select(pin => (pin.Type, VerificationKey.Import(pin.Key).OrThrow()))];

        public IEnumerable<VerificationKey> For(string? type) => _keys.Where(pin => pin.Type == type).Select(pin => pin.Key);

        internal override T Match<T>(Func<T> bundle, Func<PinnedKeys, T> pinned) => pinned(this);
    }

    private sealed class BundleAnchors : IssuerTrust
    {
        internal override T Match<T>(Func<T> bundle, Func<PinnedKeys, T> pinned) => bundle();
    }
}

/// <summary>A pinned key and the one type that it may sign.</summary>
/// <param name="Type">The <c>vct</c>.</param>
/// <param name="Key">The public key.</param>
public sealed record PinnedIssuerKey(string Type, Jwk Key);
