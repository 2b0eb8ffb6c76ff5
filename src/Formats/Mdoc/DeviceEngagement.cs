using System.Formats.Cbor;
using IdentityPlatform.Formats.Cose;
using IdentityPlatform.Formats.Jose;

namespace IdentityPlatform.Formats.Mdoc;

/// <summary>
/// What a device shows to be found (ISO/IEC 18013-5 §8.2.1.1), most often as a QR code: its ephemeral key, and the ways in which it can be reached.
/// As received: well formed, and nobody has vouched for it. The bytes are kept, since the transcript holds them.
/// </summary>
public sealed class DeviceEngagement
{
    /// <summary>What the text of the QR code begins with (ISO/IEC 18013-5 §8.2.2.3).</summary>
    public const string Scheme = "mdoc:";

    /// <summary>The bound on an engagement, in bytes: a QR code holds less.</summary>
    public const int MaxBytes = 4096;

    // ISO/IEC 18013-5 §9.1.5.2: ECDH, HKDF and AES-256-GCM.
    private const long CipherSuite = 1;

    private DeviceEngagement(ReadOnlyMemory<byte> encoded, Jwk deviceKey, IReadOnlyList<RetrievalMethod> methods) =>
        (Encoded, DeviceKey, Methods) = (encoded, deviceKey, methods);

    /// <summary>The bytes, as they were shown.</summary>
    public ReadOnlyMemory<byte> Encoded { get; }

    /// <summary>The device's ephemeral key, on P-256.</summary>
    public Jwk DeviceKey { get; }

    /// <summary>The ways in which the device can be reached; none where the engagement itself came on one, as by NFC.</summary>
    public IReadOnlyList<RetrievalMethod> Methods { get; }

    /// <summary>Parses the text of a QR code: <c>mdoc:</c> and base64url.</summary>
    public static Parsed<DeviceEngagement> ParseUri(string text)
    {
        if (!text.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
        {
            return new FormatFailure(FormatRule.Structure, $"an engagement begins with {Scheme}");
        }

        return Base64UrlText.Parse(text.Remove(0, Scheme.Length), "the engagement").Failed(out var failure, out var bytes) ? failure : Parse(bytes);
    }

    /// <summary>Parses the bytes.</summary>
    public static Parsed<DeviceEngagement> Parse(ReadOnlyMemory<byte> encoded)
    {
        if (StrictCbor.ParseMap(encoded, MaxBytes).Failed(out var failure, out var map))
        {
            return failure;
        }

        if (!MdocVersion.IsKnown(map.Member(0)))
        {
            return new FormatFailure(FormatRule.Type, "version is not 1 of the device engagement");
        }

        if (map.Member(1)?.Items is not [{ } suite, { } wrapped] || wrapped.Embedded() is not { } keyBytes)
        {
            return new FormatFailure(FormatRule.Structure, "the security is a cipher suite and a key behind tag 24");
        }

        if (suite.Number != CipherSuite)
        {
            return new FormatFailure(FormatRule.Algorithm, "the cipher suite is not 1");
        }

        if (SessionCipher.ParseKey(keyBytes).Failed(out failure, out var key))
        {
            return failure;
        }

        return ReadMethods(map.Member(2)).Failed(out failure, out var methods) ? failure : new DeviceEngagement(encoded, key, methods);
    }

    /// <summary>Writes an engagement: the device's side.</summary>
    /// <param name="deviceKey">The device's ephemeral key, fresh for this meeting, on P-256.</param>
    /// <param name="methods">The ways in which it can be reached.</param>
    public static DeviceEngagement Create(Jwk deviceKey, params IReadOnlyList<RetrievalMethod> methods)
    {
        var writer = new CborWriter(CborConformanceMode.Strict);
        writer.WriteStartMap(methods.Count == 0 ? 2 : 3);
        writer.WriteInt32(0);
        writer.WriteTextString(MdocVersion.Current);
        writer.WriteInt32(1);
        writer.WriteStartArray(2);
        writer.WriteInt64(CipherSuite);
        writer.WriteTag((CborTag)CborTags.Encoded);
        writer.WriteByteString(CoseKey.Write(deviceKey).Encoded.Span);
        writer.WriteEndArray();
        if (methods.Count > 0)
        {
            writer.WriteInt32(2);
            writer.WriteStartArray(methods.Count);
            foreach (var method in methods)
            {
                writer.WriteStartArray(3);
                writer.WriteInt64(method.Type);
                writer.WriteInt64(method.Version);
                writer.WriteEncodedValue(method.Options.Encoded.Span);
                writer.WriteEndArray();
            }

            writer.WriteEndArray();
        }

        writer.WriteEndMap();
        return Parse(writer.Encode()).OrThrow();
    }

    /// <summary>The text of the QR code.</summary>
    public string ToUri() => Scheme + Base64UrlText.Encode(Encoded.Span);

    /// <summary>Redacted: the key belongs to one meeting.</summary>
    public override string ToString() => $"device engagement with {Methods.Count} ways";

    private static Parsed<List<RetrievalMethod>> ReadMethods(CborValue? value)
    {
        var methods = new List<RetrievalMethod>();
        if (value is null)
        {
            return methods;
        }

        if (value.Items is not { } items)
        {
            return new FormatFailure(FormatRule.Structure, "the ways in which a device is reached are an array");
        }

        foreach (var item in items)
        {
            if (item.Items is not [{ Number: { } type }, { Number: { } version }, { Kind: CborKind.Map } options])
            {
                return new FormatFailure(FormatRule.Structure, "a way is a type, a version and options");
            }

            methods.Add(new RetrievalMethod(type, version, options));
        }

        return methods;
    }
}

/// <summary>A way in which a device can be reached (ISO/IEC 18013-5 §8.2.1.1).</summary>
/// <param name="type">1 for NFC, 2 for Bluetooth Low Energy, 3 for Wi-Fi Aware.</param>
/// <param name="version">Its version.</param>
/// <param name="options">What the transport needs to know.</param>
public sealed class RetrievalMethod(long type, long version, CborValue options)
{
    /// <summary>1 for NFC, 2 for Bluetooth Low Energy, 3 for Wi-Fi Aware.</summary>
    public long Type { get; } = type;

    /// <summary>Its version.</summary>
    public long Version { get; } = version;

    /// <summary>What the transport needs to know.</summary>
    public CborValue Options { get; } = options;
}
