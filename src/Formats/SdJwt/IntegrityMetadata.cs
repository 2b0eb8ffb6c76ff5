using System.Security.Cryptography;

namespace IdentityPlatform.Formats.SdJwt;

/// <summary>
/// What a <c>…#integrity</c> member says of a document (SD-JWT VC, "Document Integrity"): digests in the syntax of W3C Subresource
/// Integrity, over the document's octets.
/// </summary>
public sealed class IntegrityMetadata
{
    // W3C SRI §3.2, the strongest first.
    private static readonly (string Name, HashAlgorithmName Algorithm, int Bytes)[] Known =
        [("sha512", HashAlgorithmName.SHA512, 64), ("sha384", HashAlgorithmName.SHA384, 48), ("sha256", HashAlgorithmName.SHA256, 32)];

    private readonly HashAlgorithmName _algorithm;
    private readonly IReadOnlyList<byte[]> _digests;

    private IntegrityMetadata(HashAlgorithmName algorithm, IReadOnlyList<byte[]> digests) => (_algorithm, _digests) = (algorithm, digests);

    /// <summary>Parses digests that stand apart by spaces. Only those of the strongest known algorithm count (W3C SRI §3.3.4).</summary>
    /// <returns>A failure of <see cref="FormatRule.Algorithm"/> where no algorithm is known, and of <see cref="FormatRule.Structure"/> where a known one has no digest of its length.</returns>
    public static Parsed<IntegrityMetadata> Parse(string text)
    {
        var parts = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        foreach (var (name, algorithm, length) in Known)
        {
            var digests = parts.Where(part => part.StartsWith(name + "-", StringComparison.Ordinal)).Select(part => DigestOf(part[(name.Length + 1)..], length)).ToList();
            if (digests.Contains(null))
            {
                return new FormatFailure(FormatRule.Structure, $"a digest of {name} is no base64 of {length} bytes");
            }

            if (digests.Count > 0)
            {
                return new IntegrityMetadata(algorithm, [.. digests.OfType<byte[]>()]);
            }
        }

        return new FormatFailure(FormatRule.Algorithm, "integrity names no known algorithm");
    }

    /// <summary>True when these are the octets that the digest was made over.</summary>
    public bool IsOf(ReadOnlySpan<byte> document)
    {
        var actual = CryptographicOperations.HashData(_algorithm, document);
        return _digests.Any(digest => digest.AsSpan().SequenceEqual(actual));
    }

    // W3C SRI §3.5: options may stand behind a question mark; none is defined.
    private static byte[]? DigestOf(string text, int length)
    {
        var encoded = text.Split('?')[0];
        var bytes = new byte[length];
        return Convert.TryFromBase64String(encoded, bytes, out var written) && written == length ? bytes : null;
    }
}
