using System.Security.Cryptography;
using IdentityPlatform.Formats.Cose;

namespace IdentityPlatform.Formats.Mdoc;

/// <summary>The hash of an mdoc's digests (ISO/IEC 18013-5 §9.1.2.5).</summary>
internal sealed class MdocHash
{
    public static readonly MdocHash Sha256 = new("SHA-256", HashAlgorithmName.SHA256, 32);
    private static readonly MdocHash Sha384 = new("SHA-384", HashAlgorithmName.SHA384, 48);
    private static readonly MdocHash Sha512 = new("SHA-512", HashAlgorithmName.SHA512, 64);

    private readonly HashAlgorithmName _algorithm;

    private MdocHash(string name, HashAlgorithmName algorithm, int size) => (Name, _algorithm, Size) = (name, algorithm, size);

    public string Name { get; }

    public int Size { get; }

    public static MdocHash? Of(string? name) => name switch
    {
        "SHA-256" => Sha256,
        "SHA-384" => Sha384,
        "SHA-512" => Sha512,
        _ => null,
    };

    public bool Matches(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> digest)
    {
        Span<byte> computed = stackalloc byte[64];
        var length = Digests.Hash(_algorithm, bytes, computed);
        return computed[..length].SequenceEqual(digest);
    }
}

/// <summary>The version of the structures: a text of major and minor number; a minor one only adds.</summary>
internal static class MdocVersion
{
    public const string Current = "1.0";

    public static bool IsKnown(CborValue? version) => version?.Text is ['1', '.', .. { Length: > 0 } minor] && minor.All(char.IsAsciiDigit);
}
