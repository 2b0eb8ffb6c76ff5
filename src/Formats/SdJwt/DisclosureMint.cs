using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace IdentityPlatform.Formats.SdJwt;

/// <summary>
/// Makes the disclosures of one SD-JWT, with random bytes that were drawn in one piece. The payload is put together of parts that are
/// JSON already, and each disclosure is encoded and hashed where it stands.
/// </summary>
internal sealed class DisclosureMint : IDisposable
{
    // RFC 9901 §9.3: at least 128 bits of salt.
    private const int SaltBytes = 16;
    private const int DecoyBytes = 32;

    private readonly PooledBytes _random;
    private readonly PooledBytes _disclosures = new(4096);
    private readonly int _decoys;
    private int _used;

    private DisclosureMint(PooledBytes random, int decoys) => (_random, _decoys) = (random, decoys);

    /// <summary>The payload as far as it is written, and behind it what is being made of it. Only its users cut.</summary>
    public PooledBytes Json { get; } = new(4096);

    /// <summary>The disclosures in base64url, a tilde behind each.</summary>
    public ReadOnlySpan<byte> Disclosures => _disclosures.Written;

    public static DisclosureMint For(SdValue claims, FillRandom random, int decoys)
    {
        var (salts, all) = (0, 0);
        claims.Count(ref salts, ref all, decoys);
        var length = (salts * SaltBytes) + (all * DecoyBytes);
        var bytes = new PooledBytes(length);
        random(bytes.Take(length));
        return new(bytes, decoys);
    }

    /// <summary>Makes a disclosure and appends its digest to the JSON. Disclosures inside its value come before it.</summary>
    /// <param name="name">The member's name in quotes and escaped; empty for an item of an array.</param>
    /// <param name="value">The value.</param>
    public void Disclose(ReadOnlySpan<byte> name, SdValue value)
    {
        var start = Json.Length;
        Json.Write("[\""u8);
        Json.WriteBase64Url(Draw(SaltBytes));
        Json.Write("\","u8);
        if (!name.IsEmpty)
        {
            Json.Write(name);
            Json.Write((byte)',');
        }

        value.WriteTo(this);
        Json.Write((byte)']');
        var first = _disclosures.Length;
        _disclosures.WriteBase64Url(Json.Written[start..]);
        Json.CutAt(start);

        // RFC 9901 §4.2.3: the digest covers the ASCII of the encoded disclosure.
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        Digests.Sha256(_disclosures.Written[first..], digest);
        _disclosures.Write((byte)'~');
        Json.WriteBase64Url(digest);
    }

    /// <summary>Appends decoys (RFC 9901 §4.2.7), one array item each: random bytes of a digest's length, which nobody can tell from digests.</summary>
    public void WriteDecoys(int more)
    {
        for (var left = _decoys + more; left > 0; left--)
        {
            Json.Write((byte)'"');
            Json.WriteBase64Url(Draw(DecoyBytes));
            Json.Write("\","u8);
        }
    }

    /// <summary>Puts the array items behind a place, each a digest in quotes with a comma, in an order that tells nothing of the original one.</summary>
    public void Sort(int start) => MemoryMarshal.Cast<byte, DigestItem>(Json.Written[start..]).Sort();

    public void Dispose()
    {
        _random.Dispose();
        _disclosures.Dispose();
        Json.Dispose();
    }

    private ReadOnlySpan<byte> Draw(int count)
    {
        _used += count;
        return _random.Written.Slice(_used - count, count);
    }

    [System.Runtime.CompilerServices.InlineArray(46)]
    private struct DigestItem : IComparable<DigestItem>
    {
        private byte _first;

        public readonly int CompareTo(DigestItem other) => ((ReadOnlySpan<byte>)this).SequenceCompareTo(other);
    }
}
