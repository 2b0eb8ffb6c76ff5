using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace IdentityPlatform.Formats;

/// <summary>
/// Digests of what is mostly short: a card has a dozen disclosures of a hundred bytes. Around one of these the framework's call takes
/// three times as long as the hash itself; OpenSSL is asked directly where the framework itself stands on it.
/// </summary>
internal static partial class Digests
{
    /// <summary>Writes the digest and answers its length.</summary>
    /// <exception cref="ArgumentException">There is no room for it.</exception>
    public static int Hash(HashAlgorithmName algorithm, ReadOnlySpan<byte> data, Span<byte> digest) =>
        algorithm == HashAlgorithmName.SHA256 ? Sha256(data, digest) : CryptographicOperations.HashData(algorithm, data, digest);

    /// <summary>Writes the SHA-256 and answers its length.</summary>
    /// <exception cref="ArgumentException">There is no room for it.</exception>
    public static int Sha256(ReadOnlySpan<byte> data, Span<byte> digest)
    {
        if (!Jose.EcPublicKey.HasOpenSsl)
        {
            return SHA256.HashData(data, digest);
        }

        if (digest.Length < SHA256.HashSizeInBytes)
        {
            throw new ArgumentException("A SHA-256 has 32 bytes.", nameof(digest));
        }

        return Digest(data, (nuint)data.Length, digest, 0, Algorithms.Sha256, 0) == 1
            ? SHA256.HashSizeInBytes
            : throw new CryptographicException("OpenSSL did not hash.");
    }

    [LibraryImport(Jose.EcPublicKey.OpenSsl, EntryPoint = "EVP_Digest")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Digest(ReadOnlySpan<byte> data, nuint length, Span<byte> digest, nint size, nint algorithm, nint engine);

    [LibraryImport(Jose.EcPublicKey.OpenSsl, EntryPoint = "EVP_MD_fetch", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint Fetch(nint libraryContext, string name, nint properties);

    // Fetched with the first digest, and never freed: it lives as long as the program.
    private static class Algorithms
    {
        public static readonly nint Sha256 = Fetch(0, "SHA256", 0) is not 0 and var found ? found : throw new CryptographicException("OpenSSL has no SHA-256.");
    }
}
