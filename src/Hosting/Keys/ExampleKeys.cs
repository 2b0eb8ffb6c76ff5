using System.Security.Cryptography;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Jose;

namespace IdentityPlatform.Hosting.Keys;

/// <summary>Knows every key and secret of <c>keys.example</c> by its SHA-256: outside Development they are refused.</summary>
public static class ExampleKeys
{
    private static readonly HashSet<string> Known = Read();

    /// <summary>True for a key of keys.example, by its RFC 7638 thumbprint.</summary>
    public static bool Contains(Jwk key) => Known.Contains(key.ThumbprintText());

    /// <summary>True for a secret of keys.example.</summary>
    public static bool Contains(ReadOnlySpan<byte> secret) => Known.Contains(HashOf(secret));

    internal static string HashOf(ReadOnlySpan<byte> secret) => Base64UrlText.Encode(SHA256.HashData(secret));

    /// <summary>The lines of the embedded list: a hash and, after a space, the file that it stands for.</summary>
    internal static IEnumerable<string> Lines()
    {
        using var reader = new StreamReader(typeof(ExampleKeys).Assembly.GetManifestResourceStream("IdentityPlatform.Hosting.Keys.example-keys.txt")!);
        while (reader.ReadLine() is { } line)
        {
            yield return line;
        }
    }

    private static HashSet<string> Read() => [.. Lines().Select(line => line.Split(' ')[0])];
}
