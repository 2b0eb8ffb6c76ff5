namespace IdentityPlatform.Formats.SdJwt;

/// <summary>Makes the disclosures of one SD-JWT, with random bytes that were drawn in one piece.</summary>
internal sealed class DisclosureMint
{
    // RFC 9901 §9.3: at least 128 bits of salt.
    private const int SaltBytes = 16;
    private const int DecoyBytes = 32;

    private readonly byte[] _random;
    private readonly int _decoys;
    private readonly List<string> _disclosures = [];
    private int _used;

    private DisclosureMint(byte[] random, int decoys) => (_random, _decoys) = (random, decoys);

    public IReadOnlyList<string> Disclosures => _disclosures;

    public static DisclosureMint For(SdValue claims, FillRandom random, int decoys)
    {
        var (salts, all) = (0, 0);
        claims.Count(ref salts, ref all, decoys);
        var bytes = new byte[(salts * SaltBytes) + (all * DecoyBytes)];
        random(bytes);
        return new(bytes, decoys);
    }

    /// <summary>Makes a disclosure and answers its digest. Disclosures inside its value come before it.</summary>
    public string Disclose(string? name, SdValue value)
    {
        var salt = Draw(SaltBytes);
        var json = JsonText.Write(writer =>
        {
            writer.WriteStartArray();
            writer.WriteStringValue(salt);
            if (name is not null)
            {
                writer.WriteStringValue(name);
            }

            value.WriteTo(writer, this);
            writer.WriteEndArray();
        });
        var encoded = Base64UrlText.Encode(json);
        _disclosures.Add(encoded);
        return SdHash.Sha256.Digest(encoded);
    }

    /// <summary>Decoys (RFC 9901 §4.2.7): random bytes of a digest's length, which nobody can tell from digests.</summary>
    public IEnumerable<string> Decoys(int more) => [.. Enumerable.Range(0, _decoys + more).Select(_ => Draw(DecoyBytes))];

    private string Draw(int count)
    {
        var text = Base64UrlText.Encode(_random.AsSpan(_used, count));
        _used += count;
        return text;
    }
}
