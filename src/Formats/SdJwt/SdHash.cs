using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace IdentityPlatform.Formats.SdJwt;

/// <summary>The hash of an SD-JWT (RFC 9901 §4.1.1), for disclosures and for <c>sd_hash</c> alike.</summary>
public sealed class SdHash
{
    /// <summary>The longest digest in base64url: of SHA-512.</summary>
    internal const int MaxDigestChars = 86;

    private readonly HashAlgorithmName _algorithm;

    private SdHash(string name, HashAlgorithmName algorithm) => (Name, _algorithm) = (name, algorithm);

    /// <summary>SHA-256: what is used where <c>_sd_alg</c> says nothing.</summary>
    public static SdHash Sha256 { get; } = new("sha-256", HashAlgorithmName.SHA256);

    /// <summary>SHA-384.</summary>
    public static SdHash Sha384 { get; } = new("sha-384", HashAlgorithmName.SHA384);

    /// <summary>SHA-512.</summary>
    public static SdHash Sha512 { get; } = new("sha-512", HashAlgorithmName.SHA512);

    /// <summary>The name in the IANA registry of named information hash algorithms.</summary>
    public string Name { get; }

    /// <summary>The hash that the claims of an issuer-signed JWT name; an unknown one is a failure of <see cref="FormatRule.Algorithm"/>.</summary>
    public static Parsed<SdHash> Of(JsonElement issuerClaims)
    {
        if (issuerClaims.Member(SdNames.Algorithm) is null || issuerClaims.HasString(SdNames.Algorithm, Sha256.Name))
        {
            return Sha256;
        }

        return issuerClaims.StringMember(SdNames.Algorithm) switch
        {
            "sha-384" => Sha384,
            "sha-512" => Sha512,
            _ => new FormatFailure(FormatRule.Algorithm, "_sd_alg is none of sha-256, sha-384 and sha-512"),
        };
    }

    /// <summary>The base64url digest of the ASCII of a text (RFC 9901 §4.2.3).</summary>
    public string Digest(string ascii) => Digest(Encoding.ASCII.GetBytes(ascii));

    internal string Digest(ReadOnlySpan<byte> ascii)
    {
        Span<byte> digest = stackalloc byte[MaxDigestChars];
        return Encoding.ASCII.GetString(digest[..Digest(ascii, digest)]);
    }

    /// <inheritdoc/>
    public override string ToString() => Name;

    /// <summary>Writes the base64url digest of the ASCII of a text, and answers its length.</summary>
    internal int Digest(ReadOnlySpan<byte> ascii, Span<byte> base64Url)
    {
        Span<byte> hash = stackalloc byte[SHA512.HashSizeInBytes];
        var length = Digests.Hash(_algorithm, ascii, hash);
        return Base64Url.EncodeToUtf8(hash[..length], base64Url);
    }
}

/// <summary>The names that RFC 9901 reserves.</summary>
internal static class SdNames
{
    public const string Digests = "_sd";
    public const string Algorithm = "_sd_alg";
    public const string Placeholder = "...";

    public static bool IsReserved(string name) => name is Digests or Placeholder or Algorithm;

    public static bool IsReserved(JsonElement name) => name.ValueEquals(Digests) || name.ValueEquals(Placeholder) || name.ValueEquals(Algorithm);
}
