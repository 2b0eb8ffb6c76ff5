using System.Formats.Asn1;
using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using IdentityPlatform.Formats;

namespace IdentityPlatform.Issuer.Status;

/// <summary>
/// A certificate revocation list (RFC 5280 §5) that one of this issuer's own roots signed: what the pointer in a document signer's
/// certificate leads to (ISO/IEC 18013-5 annex B.1.4). The root's key is kept elsewhere, so the list comes as a file. Pure.
/// </summary>
public sealed class RevocationList
{
    /// <summary>More than a file with every signer that a root ever certified.</summary>
    public const int MaxBytes = 1024 * 1024;

    private RevocationList(byte[] encoded, X509Certificate2 root, DateTimeOffset thisUpdate, DateTimeOffset nextUpdate, IReadOnlyList<BigInteger> revoked) =>
        (Encoded, Root, ThisUpdate, NextUpdate, Revoked) = (encoded, root, thisUpdate, nextUpdate, revoked);

    /// <summary>Its bytes, in DER.</summary>
    public ReadOnlyMemory<byte> Encoded { get; }

    /// <summary>Who signed it.</summary>
    public X509Certificate2 Root { get; }

    public DateTimeOffset ThisUpdate { get; }

    /// <summary>When the next one is there at the latest.</summary>
    public DateTimeOffset NextUpdate { get; }

    /// <summary>The serial numbers of the certificates that count no longer.</summary>
    public IReadOnlyList<BigInteger> Revoked { get; }

    /// <summary>Reads a list and verifies it with the root that it names.</summary>
    public static Parsed<RevocationList> Verify(ReadOnlyMemory<byte> encoded, IEnumerable<X509Certificate2> roots)
    {
        if (encoded.Length > MaxBytes)
        {
            return Wrong(FormatRule.Size, $"it has more than {MaxBytes} bytes");
        }

        try
        {
            return Read(encoded, roots);
        }
        catch (Exception e) when (e is AsnContentException or CryptographicException)
        {
            return Wrong(FormatRule.Structure, "it is no certificate revocation list in DER");
        }
    }

    // RFC 5280 §5.1: what is signed, by which algorithm, the signature.
    private static Parsed<RevocationList> Read(ReadOnlyMemory<byte> encoded, IEnumerable<X509Certificate2> roots)
    {
        var outer = new AsnReader(encoded, AsnEncodingRules.DER);
        var list = outer.ReadSequence();
        outer.ThrowIfNotEmpty();
        var signed = list.PeekEncodedValue();
        var content = list.ReadSequence();
        var algorithm = list.ReadSequence().ReadObjectIdentifier();
        var signature = list.ReadBitString(out var unused);
        list.ThrowIfNotEmpty();
        if (unused != 0)
        {
            return Wrong(FormatRule.Structure, "its signature is not whole bytes");
        }

        // Version 2 and the algorithm, once more: the outer one is what is verified with.
        content.ReadInteger();
        content.ReadSequence();
        var issuer = content.ReadEncodedValue();
        if (roots.FirstOrDefault(root => root.SubjectName.RawData.AsSpan().SequenceEqual(issuer.Span)) is not { } found)
        {
            return Wrong(FormatRule.Certificate, "it is of no root of this issuer");
        }

        if (!IsSigned(found, algorithm, signed.Span, signature))
        {
            return Wrong(FormatRule.Signature, "its root did not sign it");
        }

        var thisUpdate = Time(content);
        return content.HasData && IsTime(content.PeekTag())
            ? new RevocationList(encoded.ToArray(), found, thisUpdate, Time(content), Serials(content))
            : Wrong(FormatRule.Member, "it does not say when the next one comes");
    }

    private static bool IsSigned(X509Certificate2 root, string algorithm, ReadOnlySpan<byte> signed, byte[] signature)
    {
        using var key = root.GetECDsaPublicKey();

        // RFC 5758 §3.2.
        var hash = algorithm switch
        {
            "1.2.840.10045.4.3.2" => HashAlgorithmName.SHA256,
            "1.2.840.10045.4.3.3" => HashAlgorithmName.SHA384,
            "1.2.840.10045.4.3.4" => HashAlgorithmName.SHA512,
            _ => default,
        };
        return key is not null && hash.Name is not null && key.VerifyData(signed, signature, hash, DSASignatureFormat.Rfc3279DerSequence);
    }

    // §5.1.2.6: each with its number first; absent where nothing is revoked.
    private static List<BigInteger> Serials(AsnReader content)
    {
        var serials = new List<BigInteger>();
        if (content.HasData && content.PeekTag() == Asn1Tag.Sequence)
        {
            var entries = content.ReadSequence();
            while (entries.HasData)
            {
                serials.Add(entries.ReadSequence().ReadInteger());
            }
        }

        return serials;
    }

    private static bool IsTime(Asn1Tag tag) => tag.TagClass == TagClass.Universal && tag.TagValue is (int)UniversalTagNumber.UtcTime or (int)UniversalTagNumber.GeneralizedTime;

    private static DateTimeOffset Time(AsnReader content) =>
        content.PeekTag().TagValue == (int)UniversalTagNumber.UtcTime ? content.ReadUtcTime() : content.ReadGeneralizedTime();

    private static FormatFailure Wrong(FormatRule rule, string fact) => new(rule, fact);

    /// <summary>For people.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"revocation list of {Root.Subject}, {Revoked.Count} revoked");
}
