using System.Text.Json;

namespace IdentityPlatform.Formats.SdJwt;

/// <summary>RFC 9901 §7.1, item 3: matches digests with disclosures and rebuilds the claims, recursively.</summary>
internal sealed class SdProcessing
{
    private static readonly JsonDocumentOptions ProcessedOptions = new() { MaxDepth = StrictJson.MaxDepth };

    private readonly Dictionary<string, Disclosure> _byDigest;
    private readonly HashSet<string> _digests = new(StringComparer.Ordinal);
    private readonly List<Placed> _placed = [];
    private readonly Utf8JsonWriter _writer;

    private SdProcessing(Dictionary<string, Disclosure> byDigest, Utf8JsonWriter writer) => (_byDigest, _writer) = (byDigest, writer);

    public static Parsed<Processed> Run(JsonElement issuerClaims, IReadOnlyList<Disclosure> disclosures)
    {
        if (SdHash.Of(issuerClaims).Failed(out var failure, out var hash))
        {
            return failure;
        }

        var byDigest = new Dictionary<string, Disclosure>(disclosures.Count, StringComparer.Ordinal);
        if (!disclosures.All(disclosure => byDigest.TryAdd(hash.Digest(disclosure.Encoded), disclosure)))
        {
            return new FormatFailure(FormatRule.Digest, "a disclosure is there twice");
        }

        SdProcessing? processing = null;
        FormatFailure? broken = null;
        var json = JsonText.Write(writer =>
        {
            processing = new SdProcessing(byDigest, writer);
            broken = processing.Object(issuerClaims, Place.Top);
            if (broken is not null)
            {
                writer.Reset();
            }
        });
        if (broken is null && processing!._placed.Count != disclosures.Count)
        {
            // RFC 9901 §7.1(5).
            broken = new FormatFailure(FormatRule.Digest, "a disclosure is referenced by no digest");
        }

        return broken is null ? new Processed(JsonElement.Parse(json, ProcessedOptions), processing!._placed) : broken;
    }

    private FormatFailure? Object(JsonElement json, Place place)
    {
        if (place.Depth > StrictJson.MaxDepth)
        {
            return TooDeep();
        }

        _writer.WriteStartObject();
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var member in json.EnumerateObject())
        {
            if (SdNames.IsReserved(member.Name))
            {
                if (Misplaced(member, place) is { } misplaced)
                {
                    return misplaced;
                }

                continue;
            }

            names.Add(member.Name);
            _writer.WritePropertyName(member.Name);
            if (Value(member.Value, place.Member(member.Name)) is { } failure)
            {
                return failure;
            }
        }

        if (json.ArrayMember(SdNames.Digests) is { } digests && Members(digests, names, place) is { } broken)
        {
            return broken;
        }

        _writer.WriteEndObject();
        return null;
    }

    private static FormatFailure? Misplaced(JsonProperty member, Place place) => member.Name switch
    {
        // RFC 9901 §4.2.4.1: strings, in an array.
        SdNames.Digests when member.Value.ValueKind != JsonValueKind.Array
            || member.Value.EnumerateArray().Any(item => item.ValueKind != JsonValueKind.String)
            => new FormatFailure(FormatRule.Structure, "_sd is an array of strings"),

        // RFC 9901 §4.1.1: at the top level of the payload alone.
        SdNames.Algorithm when place.Depth > 1 => new FormatFailure(FormatRule.Structure, "_sd_alg stands at the top level alone"),

        // RFC 9901 §4.1: the name is reserved; where it has a meaning, Item has read it.
        SdNames.Placeholder => new FormatFailure(FormatRule.Structure, "'...' stands alone in an item of an array"),
        _ => null,
    };

    private FormatFailure? Members(JsonElement digests, HashSet<string> names, Place place)
    {
        foreach (var item in digests.EnumerateArray())
        {
            if (Find(item, out var disclosure) is { } repeated)
            {
                return repeated;
            }

            if (disclosure is null)
            {
                continue;
            }

            // RFC 9901 §7.1(3.c.ii.1): three elements; §7.1(3.c.ii.3): a name that is not there yet.
            if (disclosure.Name is not { } name)
            {
                return new FormatFailure(FormatRule.Disclosure, "a member's disclosure has three elements");
            }

            if (!names.Add(name))
            {
                return new FormatFailure(FormatRule.Disclosure, $"a disclosed member '{name}' is there already");
            }

            _writer.WritePropertyName(name);
            if (Disclosed(disclosure, place.Member(name)) is { } failure)
            {
                return failure;
            }
        }

        return null;
    }

    private FormatFailure? Value(JsonElement json, Place place)
    {
        if (json.ValueKind == JsonValueKind.Object)
        {
            return Object(json, place);
        }

        if (json.ValueKind == JsonValueKind.Array)
        {
            return Items(json, place);
        }

        json.WriteTo(_writer);
        return null;
    }

    private FormatFailure? Items(JsonElement json, Place place)
    {
        if (place.Depth > StrictJson.MaxDepth)
        {
            return TooDeep();
        }

        _writer.WriteStartArray();
        var index = 0;
        foreach (var item in json.EnumerateArray())
        {
            if (Item(item, place, ref index) is { } failure)
            {
                return failure;
            }
        }

        _writer.WriteEndArray();
        return null;
    }

    private FormatFailure? Item(JsonElement item, Place place, ref int index)
    {
        if (item.Member(SdNames.Placeholder) is not { } digest)
        {
            return Value(item, place.Item(index++));
        }

        // RFC 9901 §4.2.4.2: no other key in the object.
        if (digest.ValueKind != JsonValueKind.String || item.EnumerateObject().Count() != 1)
        {
            return new FormatFailure(FormatRule.Structure, "'...' stands alone and holds a string");
        }

        // An item without its disclosure is dropped (RFC 9901 §7.1(3.d)).
        if (Find(digest, out var disclosure) is { } repeated)
        {
            return repeated;
        }

        if (disclosure is null)
        {
            return null;
        }

        return disclosure.Name is null
            ? Disclosed(disclosure, place.Item(index++))
            : new FormatFailure(FormatRule.Disclosure, "an item's disclosure has two elements");
    }

    private FormatFailure? Disclosed(Disclosure disclosure, Place place)
    {
        var placed = new Placed(place.Path(), disclosure, place.Disclosed);
        _placed.Add(placed);
        return Value(disclosure.Value, place with { Disclosed = placed });
    }

    // RFC 9901 §7.1(4): no digest twice, whether it has a disclosure or not.
    private FormatFailure? Find(JsonElement digest, out Disclosure? disclosure)
    {
        var text = digest.GetString()!;
        disclosure = _byDigest.GetValueOrDefault(text);
        return _digests.Add(text) ? null : new FormatFailure(FormatRule.Digest, "a digest is there twice");
    }

    private static FormatFailure TooDeep() => new(FormatRule.Size, $"claims are nested deeper than {StrictJson.MaxDepth}");

    /// <summary>Where a value stands, and the disclosure around it. Its path is made only for what is disclosed.</summary>
    private sealed record Place(Place? Parent, string? Name, int Index, int Depth, Placed? Disclosed)
    {
        public static Place Top { get; } = new(null, null, 0, 1, null);

        public Place Member(string name) => new(this, name, 0, Depth + 1, Disclosed);

        public Place Item(int index) => new(this, null, index, Depth + 1, Disclosed);

        public ClaimPath Path()
        {
            var parts = new ClaimPathPart[Depth - 1];
            for (var place = this; place.Parent is not null; place = place.Parent)
            {
                parts[place.Depth - 2] = place.Name is { } name ? ClaimPathPart.Member(name) : ClaimPathPart.Item(place.Index);
            }

            return ClaimPath.From(parts);
        }
    }
}

/// <summary>A disclosure in its place.</summary>
internal sealed class Placed(ClaimPath path, Disclosure disclosure, Placed? parent)
{
    public ClaimPath Path => path;

    public Disclosure Disclosure => disclosure;

    public Placed? Parent => parent;
}

/// <summary>The claims as rebuilt, and each disclosure in its place.</summary>
internal sealed class Processed(JsonElement claims, IReadOnlyList<Placed> placed)
{
    public JsonElement Claims => claims;

    public IReadOnlyList<Placed> Disclosed => placed;

    public IReadOnlyList<ClaimPath> Paths => [.. placed.Select(item => item.Path)];
}
