using System.Runtime.InteropServices;
using System.Text.Json;

namespace IdentityPlatform.Formats.SdJwt;

/// <summary>
/// RFC 9901 §7.1, item 3: matches digests with disclosures and rebuilds the claims, recursively. What stands in the payload and in
/// the disclosures is copied as it is spelled there, into one buffer, and parsed once more at the end.
/// </summary>
internal ref struct SdProcessing
{
    private static readonly JsonDocumentOptions ProcessedOptions = new() { MaxDepth = StrictJson.MaxDepth };

    private readonly SdDigests _digests;
    private readonly PooledBytes _json;
    private readonly Disclosure[] _disclosures;
    private readonly ClaimPath[] _placed;
    private readonly Span<int> _origins;
    private SdPlace _place;
    private int _countPlaced;

    private SdProcessing(SdDigests digests, PooledBytes json, Disclosure[] disclosures, Span<int> origins)
    {
        (_digests, _json, _disclosures) = (digests, json, disclosures);
        _placed = new ClaimPath[disclosures.Length];
        _origins = origins;
    }

    /// <summary>Puts the disclosures in their places.</summary>
    /// <param name="issuerClaims">The claims of the issuer's JWT.</param>
    /// <param name="disclosures">All of them.</param>
    /// <param name="origins">Gets the number of the disclosure that each path came from; empty where nobody asks.</param>
    public static Parsed<DisclosedClaims> Run(JsonElement issuerClaims, Disclosure[] disclosures, Span<int> origins)
    {
        if (SdHash.Of(issuerClaims).Failed(out var failure, out var hash))
        {
            return failure;
        }

        using var json = new PooledBytes(1024);
        using var known = new SdDigests(disclosures);
        known.Add(hash);
        var processing = new SdProcessing(known, json, disclosures, origins);
        failure = processing.Object(issuerClaims);
        if (failure is null && processing._countPlaced != disclosures.Length)
        {
            // RFC 9901 §7.1(5).
            failure = new FormatFailure(FormatRule.Digest, "a disclosure is referenced by no digest");
        }

        return failure is null ? new DisclosedClaims(JsonElement.Parse(json.Written, ProcessedOptions), processing._placed) : failure;
    }

    private FormatFailure? Object(JsonElement json)
    {
        if (!_place.TryEnter())
        {
            return TooDeep();
        }

        _json.Write((byte)'{');
        var isFirst = true;
        JsonElement? digests = null;
        foreach (var member in json.EnumerateObject())
        {
            var name = JsonMarshal.GetRawUtf8PropertyName(member);
            if (MayBeReserved(name) && (member.NameEquals(SdNames.Digests) || member.NameEquals(SdNames.Algorithm) || member.NameEquals(SdNames.Placeholder)))
            {
                if (Misplaced(member) is { } misplaced)
                {
                    return misplaced;
                }

                digests = member.NameEquals(SdNames.Digests) ? member.Value : digests;
                continue;
            }

            _place.Set(member);
            if (Member(name, member.Value, ref isFirst) is { } failure)
            {
                return failure;
            }
        }

        if (digests is { } array && Members(json, array, isFirst) is { } broken)
        {
            return broken;
        }

        _json.Write((byte)'}');
        _place.Leave();
        return null;
    }

    // Most names are told apart by their length alone.
    private static bool MayBeReserved(ReadOnlySpan<byte> rawName) => rawName.Length is 3 or 7 || rawName.Contains((byte)'\\');

    private readonly FormatFailure? Misplaced(JsonProperty member)
    {
        if (member.NameEquals(SdNames.Placeholder))
        {
            // RFC 9901 §4.1: the name is reserved; where it has a meaning, Item has read it.
            return new FormatFailure(FormatRule.Structure, "'...' stands alone in an item of an array");
        }

        if (member.NameEquals(SdNames.Algorithm))
        {
            // RFC 9901 §4.1.1: at the top level of the payload alone.
            return _place.Depth > 1 ? new FormatFailure(FormatRule.Structure, "_sd_alg stands at the top level alone") : null;
        }

        // RFC 9901 §4.2.4.1: strings, in an array.
        return member.Value.ValueKind != JsonValueKind.Array || HoldsOther(member.Value) ? new FormatFailure(FormatRule.Structure, "_sd is an array of strings") : null;
    }

    private static bool HoldsOther(JsonElement array)
    {
        foreach (var item in array.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.String)
            {
                return true;
            }
        }

        return false;
    }

    private FormatFailure? Members(JsonElement json, JsonElement digests, bool isFirst)
    {
        var before = _countPlaced;
        foreach (var item in digests.EnumerateArray())
        {
            if (_digests.Find(item, out var found) is { } repeated)
            {
                return repeated;
            }

            if (found < 0)
            {
                continue;
            }

            // RFC 9901 §7.1(3.c.ii.1): three elements; §7.1(3.c.ii.3): a name that is not there yet.
            var disclosure = _disclosures[found];
            if (disclosure.Name is not { } name)
            {
                return new FormatFailure(FormatRule.Disclosure, "a member's disclosure has three elements");
            }

            if (json.TryGetProperty(name, out _) || IsDisclosed(name, before))
            {
                return new FormatFailure(FormatRule.Disclosure, $"a disclosed member '{name}' is there already");
            }

            _place.Set(name);
            Disclose(found);
            if (Member(disclosure.RawName, disclosure.Value, ref isFirst) is { } failure)
            {
                return failure;
            }
        }

        return null;
    }

    // Among those of this object, which begin at this place in the list and lie one level below it.
    private readonly bool IsDisclosed(string name, int from)
    {
        foreach (var path in _placed.AsSpan(from.._countPlaced))
        {
            if (path.Parts.Count == _place.Depth && path.Parts[^1].Name == name)
            {
                return true;
            }
        }

        return false;
    }

    private FormatFailure? Member(ReadOnlySpan<byte> rawName, JsonElement value, ref bool isFirst)
    {
        if (!isFirst)
        {
            _json.Write((byte)',');
        }

        isFirst = false;
        _json.Write((byte)'"');
        _json.Write(rawName);
        _json.Write("\":"u8);
        return Value(value);
    }

    private FormatFailure? Value(JsonElement json)
    {
        if (json.ValueKind == JsonValueKind.Object)
        {
            return Object(json);
        }

        if (json.ValueKind == JsonValueKind.Array)
        {
            return Items(json);
        }

        _json.Write(JsonMarshal.GetRawUtf8Value(json));
        return null;
    }

    private FormatFailure? Items(JsonElement json)
    {
        if (!_place.TryEnter())
        {
            return TooDeep();
        }

        _json.Write((byte)'[');
        var index = 0;
        foreach (var item in json.EnumerateArray())
        {
            if (Item(item, ref index) is { } failure)
            {
                return failure;
            }
        }

        _json.Write((byte)']');
        _place.Leave();
        return null;
    }

    private FormatFailure? Item(JsonElement item, ref int index)
    {
        if (item.ValueKind != JsonValueKind.Object || !item.TryGetProperty(SdNames.Placeholder, out var digest))
        {
            return NextItem(item, ref index);
        }

        // RFC 9901 §4.2.4.2: no other key in the object.
        if (digest.ValueKind != JsonValueKind.String || item.GetPropertyCount() != 1)
        {
            return new FormatFailure(FormatRule.Structure, "'...' stands alone and holds a string");
        }

        // An item without its disclosure is dropped (RFC 9901 §7.1(3.d)).
        var repeated = _digests.Find(digest, out var found);
        if (repeated is not null || found < 0)
        {
            return repeated;
        }

        if (_disclosures[found].IsNamed)
        {
            return new FormatFailure(FormatRule.Disclosure, "an item's disclosure has two elements");
        }

        _place.Set(index);
        Disclose(found);
        return NextItem(_disclosures[found].Value, ref index);
    }

    private FormatFailure? NextItem(JsonElement value, ref int index)
    {
        if (index > 0)
        {
            _json.Write((byte)',');
        }

        _place.Set(index++);
        return Value(value);
    }

    // No digest is met twice, so there is a place for each.
    private void Disclose(int number)
    {
        if (!_origins.IsEmpty)
        {
            _origins[_countPlaced] = number;
        }

        _placed[_countPlaced++] = _place.Path();
    }

    private static FormatFailure TooDeep() => new FormatFailure(FormatRule.Size, $"claims are nested deeper than {StrictJson.MaxDepth}");
}
