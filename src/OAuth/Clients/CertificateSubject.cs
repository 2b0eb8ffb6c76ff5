using System.Formats.Asn1;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using IdentityPlatform.Formats;

namespace IdentityPlatform.OAuth.Clients;

/// <summary>By what a certificate is known (RFC 8705 §2.1.2).</summary>
public enum CertificateSubjectKind
{
    /// <summary><c>tls_client_auth_subject_dn</c>.</summary>
    DistinguishedName,

    /// <summary><c>tls_client_auth_san_dns</c>.</summary>
    Dns,

    /// <summary><c>tls_client_auth_san_uri</c>.</summary>
    Uri,

    /// <summary><c>tls_client_auth_san_ip</c>.</summary>
    Ip,

    /// <summary><c>tls_client_auth_san_email</c>.</summary>
    Email,
}

/// <summary>Whose certificate a client of <c>tls_client_auth</c> shows: one name, compared whole.</summary>
public sealed class CertificateSubject
{
    private const string AlternativeNames = "2.5.29.17";

    private readonly string _value;
    private readonly DistinguishedName? _name;

    private CertificateSubject(CertificateSubjectKind kind, string value, DistinguishedName? name) => (Kind, _value, _name) = (kind, value, name);

    public CertificateSubjectKind Kind { get; }

    /// <summary>True when the certificate bears this name.</summary>
    public bool Matches(X509Certificate2 certificate) =>
        _name?.Equals(certificate.SubjectName) ?? AlternativeNamesOf(certificate).Any(IsThis);

    /// <inheritdoc/>
    public override string ToString() => $"{Kind} {_value}";

    internal static string MemberOf(CertificateSubjectKind kind) => kind switch
    {
        CertificateSubjectKind.DistinguishedName => "tls_client_auth_subject_dn",
        CertificateSubjectKind.Dns => "tls_client_auth_san_dns",
        CertificateSubjectKind.Uri => "tls_client_auth_san_uri",
        CertificateSubjectKind.Ip => "tls_client_auth_san_ip",
        CertificateSubjectKind.Email => "tls_client_auth_san_email",
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    internal static Parsed<CertificateSubject> Parse(CertificateSubjectKind kind, string value)
    {
        if (kind == CertificateSubjectKind.DistinguishedName)
        {
            return DistinguishedName.Parse(value).Failed(out var failure, out var name) ? failure : new CertificateSubject(kind, value, name);
        }

        if (kind != CertificateSubjectKind.Ip)
        {
            return new CertificateSubject(kind, value, null);
        }

        // The text in the form in which the certificate's octets are written below.
        return IPAddress.TryParse(value, out var address)
            ? new CertificateSubject(kind, address.ToString(), null)
            : new FormatFailure(FormatRule.Structure, "is no IP address");
    }

    // Host names have no case (RFC 5280 §4.2.1.6); of the others every character counts.
    private bool IsThis((CertificateSubjectKind Kind, string Value) name) =>
        name.Kind == Kind && string.Equals(name.Value, _value, Kind == CertificateSubjectKind.Dns ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal);

    private static List<(CertificateSubjectKind Kind, string Value)> AlternativeNamesOf(X509Certificate2 certificate)
    {
        var names = new List<(CertificateSubjectKind, string)>();
        try
        {
            foreach (var extension in certificate.Extensions.Where(extension => extension.Oid?.Value == AlternativeNames))
            {
                var sequence = new AsnReader(extension.RawData, AsnEncodingRules.DER).ReadSequence();
                while (sequence.HasData)
                {
                    Read(sequence, names);
                }
            }
        }
        catch (Exception e) when (e is AsnContentException or CryptographicException)
        {
            // A damaged list names nobody.
            return [];
        }

        return names;
    }

    // RFC 5280 §4.2.1.6, GeneralName.
    private static void Read(AsnReader sequence, List<(CertificateSubjectKind Kind, string Value)> names)
    {
        var tag = sequence.PeekTag();
        if (tag.TagClass != TagClass.ContextSpecific || tag.TagValue is not (1 or 2 or 6 or 7))
        {
            sequence.ReadEncodedValue();
            return;
        }

        if (tag.TagValue == 7)
        {
            var octets = sequence.ReadOctetString(tag);
            if (octets.Length is 4 or 16)
            {
                names.Add((CertificateSubjectKind.Ip, new IPAddress(octets).ToString()));
            }

            return;
        }

        var kind = tag.TagValue switch { 1 => CertificateSubjectKind.Email, 2 => CertificateSubjectKind.Dns, _ => CertificateSubjectKind.Uri };
        names.Add((kind, sequence.ReadCharacterString(UniversalTagNumber.IA5String, tag)));
    }
}
