using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace IdentityPlatform.Formats.SdJwt;

/// <summary>The digests of the disclosures, and those that were met in the claims: none may be met twice (RFC 9901 §7.1(4)).</summary>
internal sealed class SdDigests(Disclosure[] disclosures) : IDisposable
{
    // Up to so many are compared one by one, beyond it through a set.
    private const int Few = 32;

    private readonly PooledBytes _digests = new(disclosures.Length * SdHash.MaxDigestChars);
    private readonly JsonElement[] _met = ArrayPool<JsonElement>.Shared.Rent(Few);
    private int _length;
    private int _countMet;
    private HashSet<string>? _manyMet;

    /// <summary>Works out the digest of each disclosure. Of one that is there twice the second is never found, and so referenced by no digest.</summary>
    public void Add(SdHash hash)
    {
        Span<byte> digest = stackalloc byte[SdHash.MaxDigestChars];
        foreach (var disclosure in disclosures)
        {
            _length = hash.Digest(disclosure.Text, digest);
            _digests.Write(digest[.._length]);
        }
    }

    /// <summary>Finds the number of the disclosure of a digest, -1 where there is none; fails where the digest was met before.</summary>
    public FormatFailure? Find(JsonElement digest, out int found)
    {
        var raw = JsonMarshal.GetRawUtf8Value(digest)[1..^1];
        var text = raw.Contains((byte)'\\') ? Encoding.UTF8.GetBytes(digest.GetString()!) : raw;
        found = text.Length == _length ? IndexOf(_digests.Written, text) : -1;
        return IsFirst(digest) ? null : new FormatFailure(FormatRule.Digest, "a digest is there twice");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _digests.Dispose();
        ArrayPool<JsonElement>.Shared.Return(_met, clearArray: true);
    }

    private static int IndexOf(ReadOnlySpan<byte> digests, ReadOnlySpan<byte> digest)
    {
        for (var i = 0; i < digests.Length; i += digest.Length)
        {
            if (digests.Slice(i, digest.Length).SequenceEqual(digest))
            {
                return i / digest.Length;
            }
        }

        return -1;
    }

    private bool IsFirst(JsonElement digest)
    {
        if (_countMet == Few)
        {
            _manyMet ??= [.. _met.Take(Few).Select(met => met.GetString()!)];
            return _manyMet.Add(digest.GetString()!);
        }

        foreach (var met in _met.AsSpan(0, _countMet))
        {
            if (IsSame(met, digest))
            {
                return false;
            }
        }

        _met[_countMet++] = digest;
        return true;
    }

    // Only an escape lets two spellings be one text.
    private static bool IsSame(JsonElement one, JsonElement other)
    {
        var left = JsonMarshal.GetRawUtf8Value(one);
        var right = JsonMarshal.GetRawUtf8Value(other);
        return left.SequenceEqual(right) || ((left.Contains((byte)'\\') || right.Contains((byte)'\\')) && JsonElement.DeepEquals(one, other));
    }
}
