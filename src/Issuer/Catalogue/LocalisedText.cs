namespace IdentityPlatform.Issuer.Catalogue;

/// <summary>A text in the languages of the pages; Russian and English are always there, the other five have their place.</summary>
public sealed class LocalisedText(IReadOnlyDictionary<string, string> texts)
{
    /// <summary>The seven languages that a text may have.</summary>
    public static IReadOnlyList<string> Languages { get; } = ["ru", "en", "hy", "kk", "ky", "uz", "tg"];

    /// <summary>The languages that a text must have.</summary>
    public static IReadOnlyList<string> RequiredLanguages { get; } = ["ru", "en"];

    /// <summary>The texts by language, in the order of <see cref="Languages"/>.</summary>
    public IReadOnlyList<(string Language, string Text)> All { get; } =
        [.. Languages.Where(texts.ContainsKey).Select(language => (language, texts[language]))];

    /// <summary>The text in this language, else in English.</summary>
    public string In(string language) => texts.TryGetValue(language, out var text) ? text : texts["en"];
}
