using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace IdentityPlatform.Formats.Trust;

/// <summary>Reads certificates in PEM (RFC 7468).</summary>
public static class PemCertificates
{
    private const int MaxCertificates = 1024;

    /// <summary>Reads every block of a text; a block that is no certificate, or cannot be read, refuses the whole: trust must not vanish in silence.</summary>
    /// <param name="pem">The text. What stands between the blocks is ignored, as RFC 7468 §2 has it.</param>
    public static Parsed<IReadOnlyList<X509Certificate2>> Parse(ReadOnlySpan<char> pem)
    {
        var (certificates, begun) = (new List<X509Certificate2>(), pem.Count("-----BEGIN"));
        while (PemEncoding.TryFind(pem, out var block))
        {
            if (!pem[block.Label].SequenceEqual("CERTIFICATE") || certificates.Count == MaxCertificates)
            {
                return Refuse(certificates, $"block {certificates.Count} is no certificate, or there are more than {MaxCertificates}");
            }

            var der = new byte[block.DecodedDataLength];
            if (!Convert.TryFromBase64Chars(pem[block.Base64Data], der, out var length) || X5c.ReadAny(der.AsSpan(0, length)).Failed(out _, out var certificate))
            {
                return Refuse(certificates, $"block {certificates.Count} cannot be read");
            }

            certificates.Add(certificate);
            pem = pem[block.Location.End..];
        }

        // A block that was begun and is damaged is not found at all.
        return certificates.Count == 0 || certificates.Count != begun ? Refuse(certificates, "there is no certificate, or a block is damaged") : certificates;
    }

    private static FormatFailure Refuse(List<X509Certificate2> read, string fact)
    {
        read.ForEach(certificate => certificate.Dispose());
        return new FormatFailure(FormatRule.Certificate, fact);
    }
}
