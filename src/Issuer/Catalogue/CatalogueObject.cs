using System.Globalization;
using System.Text.Json;
using IdentityPlatform.Formats;

namespace IdentityPlatform.Issuer.Catalogue;

/// <summary>Reads one JSON object of a catalogue file strictly: what is not asked for is refused by name.</summary>
internal sealed class CatalogueObject
{
    private readonly JsonElement _json;
    private readonly HashSet<string> _asked = new(StringComparer.Ordinal);

    public CatalogueObject(JsonElement json, string place)
    {
        (_json, Place) = (json, place);
        if (json.ValueKind != JsonValueKind.Object)
        {
            throw new CatalogueException(CatalogueRule.BadValue, place, "an object is expected");
        }
    }

    public string Place { get; }

    public string Text(string name) => Ask(name) is { ValueKind: JsonValueKind.String } value && value.GetString() is { Length: > 0 } text
        ? text
        : throw Wrong(name, "a text is expected");

    public int Number(string name, int min, int max) =>
        Ask(name) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt32(out var number) && number >= min && number <= max
            ? number
            : throw Wrong(name, $"a whole number from {min} to {max} is expected");

    public DateOnly Day(string name) =>
        DateOnly.TryParseExact(Text(name), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            ? day
            : throw Wrong(name, "a date is written YYYY-MM-DD");

    public bool Flag(string name) => Ask(name) is { ValueKind: JsonValueKind.True or JsonValueKind.False } value
        ? value.GetBoolean()
        : throw Wrong(name, "true or false is expected");

    public T OneOf<T>(string name)
        where T : struct, Enum
    {
        var text = Text(name);
        var names = Enum.GetNames<T>();
        var index = Array.FindIndex(names, candidate => string.Equals(JsonNamingPolicy.SnakeCaseLower.ConvertName(candidate), text, StringComparison.Ordinal));
        return index >= 0 ? Enum.Parse<T>(names[index]) : throw Wrong(name, $"'{text}' is not known");
    }

    public IReadOnlyList<CatalogueObject> Objects(string name) =>
        [.. Items(name).Select((item, index) => new CatalogueObject(item, $"{Place}.{name}[{index}]"))];

    public IReadOnlyList<string> Texts(string name) =>
        [.. Items(name).Select(item => item is { ValueKind: JsonValueKind.String } ? item.GetString()! : throw Wrong(name, "texts are expected"))];

    public IReadOnlyList<int> Numbers(string name) =>
        [.. Items(name).Select(item => item is { ValueKind: JsonValueKind.Number } && item.TryGetInt32(out var n) ? n : throw Wrong(name, "whole numbers are expected"))];

    public CatalogueObject Object(string name) => new(Ask(name), $"{Place}.{name}");

    public LocalisedText Localised(string name)
    {
        var texts = Object(name);
        var found = LocalisedText.Languages.Where(texts.Has).ToDictionary(language => language, texts.Text);
        texts.NothingElse();
        return LocalisedText.RequiredLanguages.FirstOrDefault(language => !found.ContainsKey(language)) is { } missing
            ? throw new CatalogueException(CatalogueRule.MissingMember, $"{texts.Place}.{missing}", "the text is missing in this language")
            : new LocalisedText(found);
    }

    public bool Has(string name) => _json.Member(name) is not null;

    /// <summary>To be called when all was asked.</summary>
    public void NothingElse()
    {
        foreach (var member in _json.EnumerateObject().Where(member => !_asked.Contains(member.Name)))
        {
            throw new CatalogueException(CatalogueRule.UnknownMember, $"{Place}.{member.Name}", "the catalogue does not know this member");
        }
    }

    public CatalogueException Wrong(string name, string fact) => new(CatalogueRule.BadValue, $"{Place}.{name}", fact);

    private IReadOnlyList<JsonElement> Items(string name) =>
        Ask(name) is { ValueKind: JsonValueKind.Array } array && array.GetArrayLength() > 0
            ? [.. array.EnumerateArray()]
            : throw Wrong(name, "an array with at least one item is expected");

    private JsonElement Ask(string name)
    {
        _asked.Add(name);
        return _json.Member(name) ?? throw new CatalogueException(CatalogueRule.MissingMember, $"{Place}.{name}", "the member is missing");
    }
}
