using System.Text.Json;
using IdentityPlatform.Formats.Cose;
using IdentityPlatform.Formats.Printed;
using IdentityPlatform.Formats.SdJwt;
using IdentityPlatform.Formats.Status;

namespace IdentityPlatform.Verifier;

/// <summary>A credential that passed every check. Only <see cref="CredentialVerifier"/> makes one, and nothing else exposes claims.</summary>
public sealed class VerifiedCredential
{
    internal VerifiedCredential(string type, string issuer, DateTimeOffset? validUntil, JsonElement claims, IReadOnlyList<ClaimPath> disclosed) =>
        (Type, Issuer, ValidUntil, Claims, DisclosedPaths) = (type, issuer, validUntil, claims, disclosed);

    /// <summary>The <c>vct</c>, or the document type of an mdoc.</summary>
    public string Type { get; }

    /// <summary>Who issued it: the subject of the signer's certificate, or the thumbprint of a pinned key.</summary>
    public string Issuer { get; }

    /// <summary>The end of the credential's own validity, where it has one.</summary>
    public DateTimeOffset? ValidUntil { get; }

    /// <summary>The claims that the issuer signed and the holder disclosed; of an mdoc by namespace, dates as text and bytes as base64url.</summary>
    public JsonElement Claims { get; }

    /// <summary>The paths that came from disclosures: what the holder chose to show. Holds names, no values.</summary>
    public IReadOnlyList<ClaimPath> DisclosedPaths { get; }

    /// <summary>
    /// The status entry under which its issuer answers for it; null where the issuer signed none. The issuer chose it and the holder could not,
    /// it is the same notion in every format, and no other credential has it: what tells a ticket from all others.
    /// </summary>
    public StatusReference? Status
    {
        get
        {
            var said = IsSdJwt ? StatusReference.Parse(Claims) : CborStatus is { } status ? StatusReference.Parse(status) : default;
            return said.Succeeded(out var reference, out _) ? reference : null;
        }
    }

    /// <summary>
    /// True when its holder's key signed this presentation. False for a printed code, and where <see cref="HolderBinding.WaivedUnsafe"/>
    /// let a presentation through without such a signature: then whoever has a copy could have shown it.
    /// </summary>
    public bool IsHolderBound => Paper is null && IsHolderSigned;

    /// <summary>True for a printed code: the face of its bearer is to be compared with the photograph of <see cref="IsPhotograph"/>.</summary>
    public bool IsFaceToBeCompared => Paper is not null;

    internal VerifiedPrintedCode? Paper { get; init; }

    internal bool IsHolderSigned { get; init; }

    internal bool IsSdJwt { get; init; }

    internal CborValue? CborStatus { get; init; }

    /// <summary>True when this is the photograph, as these very bytes, whose hash the issuer signed into a printed code; false for any other credential.</summary>
    public bool IsPhotograph(ReadOnlySpan<byte> jpeg) => Paper?.IsPhotograph(jpeg) ?? false;

    /// <summary>The values at a path, empty when it is not there.</summary>
    public IReadOnlyList<JsonElement> Find(params object?[] path) => ClaimPath.Of(path).Select(Claims);

    /// <summary>Redacted: the type alone.</summary>
    public override string ToString() => $"VerifiedCredential {Type}";
}
