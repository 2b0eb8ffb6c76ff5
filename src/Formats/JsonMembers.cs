using System.Text.Json;

namespace IdentityPlatform.Formats;

/// <summary>Reads members of a JSON object by their expected type: a member of another type is as absent.</summary>
public static class JsonMembers
{
    /// <summary>The member if it is there at all, of any type.</summary>
    public static JsonElement? Member(this JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) ? value : null;

    /// <summary>The member as a string, or null.</summary>
    public static string? StringMember(this JsonElement json, string name) =>
        json.Member(name) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;

    /// <summary>True when the member is this very string; compared without making it.</summary>
    public static bool HasString(this JsonElement json, string name, ReadOnlySpan<char> value) =>
        json.Member(name) is { ValueKind: JsonValueKind.String } member && member.ValueEquals(value);

    /// <summary>The member as a whole number that fits 64 bits, or null. RFC 7519 §2 NumericDate is read with this: fractions are refused.</summary>
    public static long? LongMember(this JsonElement json, string name) =>
        json.Member(name) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt64(out var number) ? number : null;

    /// <summary>The member as a boolean, or null.</summary>
    public static bool? BooleanMember(this JsonElement json, string name) =>
        json.Member(name) is { ValueKind: JsonValueKind.True or JsonValueKind.False } value ? value.GetBoolean() : null;

    /// <summary>The member as an object, or null.</summary>
    public static JsonElement? ObjectMember(this JsonElement json, string name) =>
        json.Member(name) is { ValueKind: JsonValueKind.Object } value ? value : null;

    /// <summary>The member as an array, or null.</summary>
    public static JsonElement? ArrayMember(this JsonElement json, string name) =>
        json.Member(name) is { ValueKind: JsonValueKind.Array } value ? value : null;

    /// <summary>The member as an array of strings, or null when it is no array or holds anything else.</summary>
    public static IReadOnlyList<string>? StringsMember(this JsonElement json, string name)
    {
        if (json.ArrayMember(name) is not { } array)
        {
            return null;
        }

        var strings = new List<string>(array.GetArrayLength());
        foreach (var item in array.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.String)
            {
                return null;
            }

            strings.Add(item.GetString()!);
        }

        return strings;
    }
}
