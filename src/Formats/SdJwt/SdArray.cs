namespace IdentityPlatform.Formats.SdJwt;

/// <summary>An array whose items are plain or disclosable.</summary>
public sealed class SdArray : SdValue
{
    private readonly List<(SdValue Value, bool Disclosable)> _items = [];

    /// <summary>Adds an item that everybody sees.</summary>
    public SdArray Plain(SdValue value) => Add(value, disclosable: false);

    /// <summary>Adds an item that the holder may disclose.</summary>
    public SdArray Disclosable(SdValue value) => Add(value, disclosable: true);

    internal override void Count(ref int salts, ref int decoys, int decoysEach)
    {
        foreach (var (value, disclosable) in _items)
        {
            salts += disclosable ? 1 : 0;
            value.Count(ref salts, ref decoys, decoysEach);
        }
    }

    internal override void WriteTo(DisclosureMint mint)
    {
        mint.Json.Write((byte)'[');
        for (var i = 0; i < _items.Count; i++)
        {
            if (i > 0)
            {
                mint.Json.Write((byte)',');
            }

            var (value, disclosable) = _items[i];
            if (!disclosable)
            {
                value.WriteTo(mint);
                continue;
            }

            // RFC 9901 §4.2.4.2.
            mint.Json.Write("{\"...\":\""u8);
            mint.Disclose([], value);
            mint.Json.Write("\"}"u8);
        }

        mint.Json.Write((byte)']');
    }

    private SdArray Add(SdValue value, bool disclosable)
    {
        _items.Add((value, disclosable));
        return this;
    }
}

/// <summary>Plain JSON, as it will be written.</summary>
internal sealed class SdPlain(byte[] json) : SdValue
{
    internal override void WriteTo(DisclosureMint mint) => mint.Json.Write(json);

    internal override void Count(ref int salts, ref int decoys, int decoysEach)
    {
    }
}
