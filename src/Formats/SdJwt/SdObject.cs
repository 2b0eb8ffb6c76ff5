namespace IdentityPlatform.Formats.SdJwt;

/// <summary>An object whose members are plain or disclosable, in the order in which they were added.</summary>
public sealed class SdObject : SdValue
{
    private readonly List<Member> _members;
    private int _decoys;

    /// <summary>An object without members.</summary>
    public SdObject() => _members = [];

    private SdObject(SdObject other) => (_members, _decoys) = ([.. other._members], other._decoys);

    /// <summary>Adds a member that everybody sees.</summary>
    /// <exception cref="ArgumentException">The name is reserved or taken.</exception>
    public SdObject Plain(string name, SdValue value) => Add(name, value, disclosable: false);

    /// <summary>Adds a member that the holder may disclose.</summary>
    /// <exception cref="ArgumentException">The name is reserved or taken.</exception>
    public SdObject Disclosable(string name, SdValue value) => Add(name, value, disclosable: true);

    /// <summary>
    /// Adds decoys to this object alone, beside those that each array gets: they stand in for members that are absent, so that
    /// the number of digests does not tell which object has how many (RFC 9901 §4.2.7).
    /// </summary>
    public SdObject WithDecoys(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        _decoys = count;
        return this;
    }

    /// <summary>Another object with the same members, to be added to: what the copies of a batch share is encoded once.</summary>
    public SdObject Copy() => new(this);

    internal bool Discloses(string name)
    {
        foreach (var member in _members)
        {
            if (member.Disclosable && member.Name == name)
            {
                return true;
            }
        }

        return false;
    }

    internal override void Count(ref int salts, ref int decoys, int decoysEach)
    {
        var hidden = 0;
        foreach (var member in _members)
        {
            hidden += member.Disclosable ? 1 : 0;
            member.Value.Count(ref salts, ref decoys, decoysEach);
        }

        salts += hidden;
        decoys += hidden > 0 ? decoysEach + _decoys : 0;
    }

    internal override void WriteTo(DisclosureMint mint)
    {
        mint.Json.Write((byte)'{');
        WriteMembers(mint);
        if (mint.Json.Written[^1] == ',')
        {
            mint.Json.CutAt(mint.Json.Length - 1);
        }

        mint.Json.Write((byte)'}');
    }

    /// <summary>Appends the members, a comma behind each.</summary>
    internal void WriteMembers(DisclosureMint mint)
    {
        var hidden = 0;
        foreach (var member in _members)
        {
            if (member.Disclosable)
            {
                hidden++;
                continue;
            }

            mint.Json.Write(member.Quoted);
            mint.Json.Write((byte)':');
            member.Value.WriteTo(mint);
            mint.Json.Write((byte)',');
        }

        if (hidden > 0)
        {
            WriteDigests(mint);
        }
    }

    // RFC 9901 §4.2.4.1: the original order must not show. Digests are random, so their own order tells nothing.
    private void WriteDigests(DisclosureMint mint)
    {
        mint.Json.Write("\"_sd\":["u8);
        var start = mint.Json.Length;
        foreach (var member in _members)
        {
            if (member.Disclosable)
            {
                mint.Json.Write((byte)'"');
                mint.Disclose(member.Quoted, member.Value);
                mint.Json.Write("\","u8);
            }
        }

        mint.WriteDecoys(_decoys);
        mint.Sort(start);
        mint.Json.CutAt(mint.Json.Length - 1);
        mint.Json.Write("],"u8);
    }

    private SdObject Add(string name, SdValue value, bool disclosable)
    {
        if (SdNames.IsReserved(name) || _members.Exists(member => member.Name == name))
        {
            throw new ArgumentException($"'{name}' is reserved or taken.", nameof(name));
        }

        _members.Add(new Member(name, JsonText.Write(writer => writer.WriteStringValue(name)), value, disclosable));
        return this;
    }

    private readonly struct Member(string name, byte[] quoted, SdValue value, bool disclosable)
    {
        public string Name { get; } = name;

        // As it stands in JSON.
        public byte[] Quoted { get; } = quoted;

        public SdValue Value { get; } = value;

        public bool Disclosable { get; } = disclosable;
    }
}
