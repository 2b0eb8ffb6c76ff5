using IdentityPlatform.Formats.Cose;
using IdentityPlatform.Formats.Jose;

namespace IdentityPlatform.Formats.Mdoc;

/// <summary>The issuer's part of an mdoc (ISO/IEC 18013-5 §8.3.2.1.2.2) as received: well formed, and not verified.</summary>
public sealed class IssuerSigned
{
    // Up to so many are compared one by one, beyond it through a set.
    private const int FewItems = 16;

    private IssuerSigned(CborValue map, CoseSign1 issuerAuth, MobileSecurityObject mso, IReadOnlyDictionary<string, IReadOnlyList<IssuerSignedItem>> items)
    {
        (Encoded, RawIssuerAuth) = (map.Encoded, map.Member("issuerAuth")!.Encoded);
        (IssuerAuth, UnverifiedMso, Items) = (issuerAuth, mso, items);
    }

    /// <summary>The bytes, as received.</summary>
    public ReadOnlyMemory<byte> Encoded { get; }

    /// <summary>The issuer's signature; its certificates are in <see cref="CoseSign1.Certificates"/>.</summary>
    public CoseSign1 IssuerAuth { get; }

    /// <summary>What the issuer signed, before the signature was checked: good for finding the key, and for nothing else.</summary>
    public MobileSecurityObject UnverifiedMso { get; }

    /// <summary>The disclosed items by namespace, before their digests were checked.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<IssuerSignedItem>> Items { get; }

    internal ReadOnlyMemory<byte> RawIssuerAuth { get; }

    /// <summary>Parses what an issuer gives out: in OpenID4VCI the bytes of the base64url text of a <c>mso_mdoc</c> credential.</summary>
    /// <param name="encoded">The bytes.</param>
    /// <param name="maxBytes">The bound on their length.</param>
    public static Parsed<IssuerSigned> Parse(ReadOnlyMemory<byte> encoded, int maxBytes = StrictCbor.DefaultMaxBytes) =>
        StrictCbor.Parse(encoded, maxBytes).Failed(out var failure, out var value) ? failure : Parse(value);

    /// <summary>Verifies the issuer's signature; the digests of the items come after it.</summary>
    /// <param name="issuer">The key of a document signer that the caller trusts.</param>
    /// <param name="allowed">The algorithms that the caller allows.</param>
    public Parsed<VerifiedIssuerSigned> Verify(VerificationKey issuer, params ReadOnlySpan<JwsAlgorithm> allowed) =>
        IssuerAuth.Verify(issuer, allowed).Failed(out var failure, out _) ? failure : new VerifiedIssuerSigned(this);

    /// <summary>Redacted: a credential is personal.</summary>
    public override string ToString() => $"mdoc {UnverifiedMso.DocType} with {Items.Sum(space => space.Value.Count)} elements";

    internal static Parsed<IssuerSigned> Parse(CborValue map)
    {
        if (map.Member("issuerAuth") is not { } auth)
        {
            return new FormatFailure(FormatRule.Structure, "IssuerSigned is a map with an issuerAuth");
        }

        if (CoseSign1.Parse(auth).Failed(out var failure, out var signature))
        {
            return failure;
        }

        if (signature.UnverifiedPayload is not { } payload)
        {
            return new FormatFailure(FormatRule.Structure, "the payload of issuerAuth is detached");
        }

        return MobileSecurityObject.Parse(payload).Failed(out failure, out var mso) || ReadItems(map.Member("nameSpaces")).Failed(out failure, out var items)
            ? failure
            : new IssuerSigned(map, signature, mso, items);
    }

    private static Parsed<Dictionary<string, IReadOnlyList<IssuerSignedItem>>> ReadItems(CborValue? nameSpaces)
    {
        var result = new Dictionary<string, IReadOnlyList<IssuerSignedItem>>(StringComparer.Ordinal);
        if (nameSpaces is null)
        {
            return result;
        }

        if (nameSpaces.Kind != CborKind.Map)
        {
            return new FormatFailure(FormatRule.Structure, "nameSpaces is a map");
        }

        foreach (var space in nameSpaces.Members!)
        {
            if (space.Key.Text is not { } name || space.Value.Items is not { Count: > 0 } encoded)
            {
                return new FormatFailure(FormatRule.Structure, "a namespace has a name and a list of items");
            }

            if (ReadItems(encoded).Failed(out var failure, out var items))
            {
                return failure;
            }

            result.Add(name, items);
        }

        return result;
    }

    private static Parsed<IssuerSignedItem[]> ReadItems(IReadOnlyList<CborValue> encoded)
    {
        var items = new IssuerSignedItem[encoded.Count];
        var known = encoded.Count > FewItems ? new HashSet<(long, string?)>(2 * encoded.Count) : null;
        for (var i = 0; i < items.Length; i++)
        {
            if (IssuerSignedItem.Parse(encoded[i]).Failed(out var failure, out var item))
            {
                return failure;
            }

            // A second value for an element would leave it to the reader which one holds.
            if (known is null ? IsAmong(items.AsSpan(0, i), item) : !known.Add((item.DigestId, null)) || !known.Add((0, item.Identifier)))
            {
                return new FormatFailure(FormatRule.Disclosure, "an element or a digestID stands twice in one namespace");
            }

            items[i] = item;
        }

        return items;
    }

    private static bool IsAmong(ReadOnlySpan<IssuerSignedItem> earlier, IssuerSignedItem item)
    {
        foreach (var one in earlier)
        {
            if (one.DigestId == item.DigestId || one.Identifier == item.Identifier)
            {
                return true;
            }
        }

        return false;
    }
}

/// <summary>The issuer's part of an mdoc with a verified signature. Only <see cref="IssuerSigned.Verify"/> makes one.</summary>
public sealed class VerifiedIssuerSigned
{
    internal VerifiedIssuerSigned(IssuerSigned received) => Received = received;

    /// <summary>What was received.</summary>
    public IssuerSigned Received { get; }

    /// <summary>What the issuer signed.</summary>
    public MobileSecurityObject Mso => Received.UnverifiedMso;

    /// <summary>The elements, when each has exactly the digest that the issuer signed for it; else a failure of <see cref="FormatRule.Digest"/> that names the element.</summary>
    public Parsed<MdocElements> Elements()
    {
        foreach (var (nameSpace, items) in Received.Items)
        {
            foreach (var item in items)
            {
                // Where nothing was signed for an item its digest is empty, and no item has that.
                if (!Mso.Hash.Matches(item.Encoded.Span, Mso.Digest(nameSpace, item.DigestId).Span))
                {
                    return new FormatFailure(FormatRule.Digest, $"the issuer signed no digest, or another one, for {nameSpace} {item.Identifier}");
                }
            }
        }

        return new MdocElements(Received.Items);
    }

    /// <summary>Redacted: a credential is personal.</summary>
    public override string ToString() => Received.ToString();
}
