using IdentityPlatform.Formats.Cose;
using IdentityPlatform.Formats.Jose;

namespace IdentityPlatform.Formats.Mdoc;

/// <summary>The times of a mobile security object (ISO/IEC 18013-5 §9.1.2.4), in whole seconds.</summary>
/// <param name="SignedAt">When the issuer signed.</param>
/// <param name="ValidFrom">From when it is valid.</param>
/// <param name="ValidUntil">Until when it is valid.</param>
/// <param name="ExpectedUpdate">When the issuer expects to sign anew, or null.</param>
public sealed record MdocValidity(DateTimeOffset SignedAt, DateTimeOffset ValidFrom, DateTimeOffset ValidUntil, DateTimeOffset? ExpectedUpdate = null);

/// <summary>What an mdoc's issuer signs (MSO, ISO/IEC 18013-5 §9.1.2.4): digests of the elements, the device's key, and times. Says nothing about who signed.</summary>
public sealed class MobileSecurityObject
{
    // Up to so many are looked for one by one, beyond it through an index.
    private const int FewDigests = 64;

    private readonly List<MsoNamespace> _namespaces;

    private MobileSecurityObject(CborValue map, MdocHash hash, List<MsoNamespace> namespaces, DeviceKeyInfo device, MdocValidity validity)
    {
        (_namespaces, Hash, Device, Validity) = (namespaces, hash, device, validity);
        DocType = map.Member("docType")!.Text!;
        Status = map.Member("status");
    }

    /// <summary>The type of the document.</summary>
    public string DocType { get; }

    /// <summary>The hash of the digests: <c>SHA-256</c>, <c>SHA-384</c> or <c>SHA-512</c>.</summary>
    public string DigestAlgorithm => Hash.Name;

    /// <summary>The key that the document is bound to, and what it may sign.</summary>
    public DeviceKeyInfo Device { get; }

    /// <summary>The times.</summary>
    public MdocValidity Validity { get; }

    /// <summary>The <c>status</c> element as it stands (Token Status List §6.3), or null; <see cref="Formats.Status.StatusReference"/> reads it.</summary>
    public CborValue? Status { get; }

    /// <summary>How many digests a namespace has, disclosed or not; 0 for one that is not there.</summary>
    public int DigestCount(string nameSpace) => Find(nameSpace)?.Digests.Count ?? 0;

    /// <summary>Parses the payload of an issuer's signature: the object inside a byte string, behind tag 24.</summary>
    public static Parsed<MobileSecurityObject> Parse(ReadOnlyMemory<byte> payload)
    {
        if (StrictCbor.Parse(payload).Failed(out var failure, out var wrapped))
        {
            return failure;
        }

        if (wrapped.Embedded() is not { } bytes)
        {
            return new FormatFailure(FormatRule.Structure, "the issuer signs a byte string behind tag 24");
        }

        return StrictCbor.ParseMap(bytes).Failed(out failure, out var map) ? failure : Read(map);
    }

    /// <summary>Redacted.</summary>
    public override string ToString() => $"security object of a {DocType}";

    internal MdocHash Hash { get; }

    /// <summary>The digest with this id; empty where there is none.</summary>
    internal ReadOnlyMemory<byte> Digest(string nameSpace, long id) => Find(nameSpace) is not { } space ? default
        : space.Index is { } index ? index.GetValueOrDefault(id)
        : Content(space.Digests.RawMember(id));

    private MsoNamespace? Find(string name)
    {
        foreach (var space in _namespaces)
        {
            if (space.Name == name)
            {
                return space;
            }
        }

        return null;
    }

    private static Parsed<MobileSecurityObject> Read(CborValue map)
    {
        if (!MdocVersion.IsKnown(map.Member("version")))
        {
            return new FormatFailure(FormatRule.Type, "version is not 1 of the security object");
        }

        if (string.IsNullOrEmpty(map.Member("docType")?.Text))
        {
            return new FormatFailure(FormatRule.Member, "docType is missing or no text");
        }

        if (MdocHash.Of(map.Member("digestAlgorithm")?.Text) is not { } hash)
        {
            return new FormatFailure(FormatRule.Algorithm, "digestAlgorithm is none of SHA-256, SHA-384 and SHA-512");
        }

        if (Digests(map.Member("valueDigests"), hash) is not { } namespaces)
        {
            return new FormatFailure(FormatRule.Member, "valueDigests is no map of namespaces to digests by their number");
        }

        if (Times(map.Member("validityInfo")) is not { } validity)
        {
            return new FormatFailure(FormatRule.Member, "validityInfo is missing, or one of its times is no tdate in UTC without fraction");
        }

        return DeviceKeyInfo.Parse(map.Member("deviceKeyInfo")).Failed(out var failure, out var device)
            ? failure
            : new MobileSecurityObject(map, hash, namespaces, device, validity);
    }

    private static List<MsoNamespace>? Digests(CborValue? value, MdocHash hash)
    {
        var namespaces = new List<MsoNamespace>();
        foreach (var space in value?.Members ?? [])
        {
            if (Namespace(space, hash) is not { } read)
            {
                return null;
            }

            namespaces.Add(read);
        }

        return namespaces.Count > 0 ? namespaces : null;
    }

    private static MsoNamespace? Namespace(CborMember space, MdocHash hash)
    {
        if (space.Key.Text is not { } name || space.Value.Kind != CborKind.Map || space.Value.Count == 0)
        {
            return null;
        }

        var index = space.Value.Count > FewDigests ? new Dictionary<long, ReadOnlyMemory<byte>>(space.Value.Count) : null;
        var members = space.Value.Parts;
        while (members.TryNext(out var id) && members.TryNext(out var digest))
        {
            if (CborHead.Of(id.Span).Major != CborHead.Unsigned || CborHead.Of(digest.Span).Major != CborHead.Bytes || Content(digest).Length != hash.Size)
            {
                return null;
            }

            index?.Add(CborHead.Of(id.Span).Number(), Content(digest));
        }

        return new(name, space.Value, index);
    }

    private static MdocValidity? Times(CborValue? value)
    {
        var expected = value?.Member("expectedUpdate");
        return value?.Member("signed")?.Time() is { } signed && value.Member("validFrom")?.Time() is { } from && value.Member("validUntil")?.Time() is { } until
            && (expected is null || expected.Time() is not null)
            ? new MdocValidity(signed, from, until, expected?.Time())
            : null;
    }

    private static ReadOnlyMemory<byte> Content(ReadOnlyMemory<byte> item) => item.IsEmpty ? item : item[CborHead.Of(item.Span).Length..];

    /// <summary>The digests of a namespace: few are looked for where they stand, many through an index.</summary>
    private sealed class MsoNamespace(string name, CborValue digests, Dictionary<long, ReadOnlyMemory<byte>>? index)
    {
        public string Name => name;

        public CborValue Digests => digests;

        public Dictionary<long, ReadOnlyMemory<byte>>? Index => index;
    }
}

/// <summary>The device key of an mdoc, and for which elements it may speak itself (ISO/IEC 18013-5 §9.1.2.4).</summary>
public sealed class DeviceKeyInfo
{
    private readonly CborValue? _authorizations;

    private DeviceKeyInfo(Jwk key, CborValue? authorizations) => (Key, _authorizations) = (key, authorizations);

    /// <summary>The public key.</summary>
    public Jwk Key { get; }

    /// <summary>True when the issuer lets the device sign this element: its whole namespace, or the element by name.</summary>
    public bool MaySign(string nameSpace, string element) =>
        Names(_authorizations?.Member("nameSpaces"), nameSpace) || Names(_authorizations?.Member("dataElements")?.Member(nameSpace), element);

    internal static Parsed<DeviceKeyInfo> Parse(CborValue? value)
    {
        if (value?.Member("deviceKey") is not { } key)
        {
            return new FormatFailure(FormatRule.Member, "deviceKeyInfo with a deviceKey is missing");
        }

        return CoseKey.Parse(key).Failed(out var failure, out var jwk) ? failure : new DeviceKeyInfo(jwk, value.Member("keyAuthorizations"));
    }

    private static bool Names(CborValue? list, string name) => list?.Items?.Any(item => item.Text == name) == true;
}
