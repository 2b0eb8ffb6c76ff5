using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using IdentityPlatform.Formats;

namespace IdentityPlatform.Issuer.Status;

/// <summary>A signed status list as it is served.</summary>
internal sealed class PublishedList
{
    public PublishedList(long number, long version, DateTimeOffset issuedAt, string token, byte[] cwt)
    {
        (Number, Version, IssuedAt, Token, Cwt) = (number, version, issuedAt, token, cwt);
        Plain = Encoding.ASCII.GetBytes(token);
        Gzip = Compressed(Plain);
        Tag = Base64UrlText.Encode(SHA256.HashData(Plain).AsSpan(0, 12));
    }

    public long Number { get; }

    public long Version { get; }

    public DateTimeOffset IssuedAt { get; }

    public string Token { get; }

    /// <summary>The list as CWT: a third smaller, and as compressed as it gets.</summary>
    public byte[] Cwt { get; }

    public byte[] Plain { get; }

    public byte[] Gzip { get; }

    /// <summary>The entity tag of the plain form, without quotes.</summary>
    public string Tag { get; }

    private static byte[] Compressed(byte[] plain)
    {
        using var output = new MemoryStream();
        using (var gzip = new GZipStream(output, CompressionLevel.Optimal, leaveOpen: true))
        {
            gzip.Write(plain);
        }

        return output.ToArray();
    }
}
