using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;

namespace IdentityPlatform.Verifier.Bundle;

/// <summary>The names of a certificate that an <c>iss</c> can be compared with: URIs and DNS names (RFC 5280 §4.2.1.6).</summary>
internal static class CertificateNames
{
    private const string SubjectAlternativeName = "2.5.29.17";

    private static readonly Asn1Tag Dns = new(TagClass.ContextSpecific, 2);
    private static readonly Asn1Tag Uri = new(TagClass.ContextSpecific, 6);

    /// <summary>The URI names as they stand, the DNS names with the prefix <c>dns:</c>; none when the extension is absent or malformed.</summary>
    public static IReadOnlyList<string> Of(X509Certificate2 certificate)
    {
        if (certificate.Extensions.FirstOrDefault(extension => extension.Oid?.Value == SubjectAlternativeName) is not { } names)
        {
            return [];
        }

        try
        {
            return Read(names.RawData);
        }
        catch (Exception e) when (e is AsnContentException or CryptographicException)
        {
            return [];
        }
    }

    /// <summary>True when the issuer is one of the names. As nearly every issuer has it: the very URI of the certificate, which is not made anew.</summary>
    public static bool Matches(JsonElement issuer, IReadOnlyList<string> names)
    {
        if (issuer.ValueKind != JsonValueKind.String)
        {
            return false;
        }

        for (var i = 0; i < names.Count; i++)
        {
            if (issuer.ValueEquals(names[i]) || (HasRootPath(names[i]) && issuer.ValueEquals(names[i].AsSpan()[..^1])))
            {
                return true;
            }
        }

        return Matches(issuer.GetString()!, names);
    }

    /// <summary>True when the issuer is one of the URIs, or an https URL whose host is one of the DNS names.</summary>
    public static bool Matches(string issuer, IReadOnlyList<string> names)
    {
        if (names.Contains(issuer, StringComparer.Ordinal))
        {
            return true;
        }

        // A URL is ASCII (RFC 3986 §2); of other hosts not even the name can be asked for without an exception. §6.2.3: an empty path
        // is "/"; many tools write it into certificates.
        return Ascii.IsValid(issuer) && System.Uri.TryCreate(issuer, UriKind.Absolute, out var url)
            && ((url.OriginalString + "/" == url.AbsoluteUri && names.Contains(url.AbsoluteUri, StringComparer.Ordinal))
                || (url.Scheme == System.Uri.UriSchemeHttps && names.Contains("dns:" + url.Host, StringComparer.OrdinalIgnoreCase)));
    }

    // RFC 3986 §6.2.3: the same as with an empty path. Many tools write it into certificates.
    private static bool HasRootPath(string uri)
    {
        const string scheme = "https://";
        return uri.StartsWith(scheme, StringComparison.Ordinal) && uri.Length > scheme.Length + 1 && uri.AsSpan()[scheme.Length..].IndexOfAny('/', '?', '#') == uri.Length - scheme.Length - 1 && uri[^1] == '/';
    }

    private static List<string> Read(byte[] der)
    {
        var names = new List<string>();
        var sequence = new AsnReader(der, AsnEncodingRules.DER).ReadSequence();
        while (sequence.HasData)
        {
            var tag = sequence.PeekTag();
            if (tag.HasSameClassAndValue(Uri))
            {
                names.Add(sequence.ReadCharacterString(UniversalTagNumber.IA5String, Uri));
            }
            else if (tag.HasSameClassAndValue(Dns))
            {
                names.Add("dns:" + sequence.ReadCharacterString(UniversalTagNumber.IA5String, Dns));
            }
            else
            {
                _ = sequence.ReadEncodedValue();
            }
        }

        return names;
    }
}
