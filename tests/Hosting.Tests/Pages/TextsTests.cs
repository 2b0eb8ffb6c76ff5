using System.Collections;
using System.Globalization;
using System.Resources;
using IdentityPlatform.Hosting.Pages;
using IdentityPlatform.Hosting.Passkeys;

namespace IdentityPlatform.Hosting.Tests.Pages;

public sealed class TextsTests
{
    [Fact]
    public void Every_language_has_every_text()
    {
        var english = Texts("");
        Assert.NotEmpty(english);
        foreach (var language in (string[])["ru", "hy", "kk", "ky", "uz", "tg"])
        {
            var translated = Texts(language);
            Assert.Equal(english.Keys.Order(StringComparer.Ordinal), translated.Keys.Order(StringComparer.Ordinal));
            Assert.All(english, text => Assert.NotEqual(text.Value, translated[text.Key]));
        }
    }

    [Fact]
    public void Every_refusal_has_words()
    {
        var english = Texts("");
        Assert.All(Enum.GetNames<PasskeyRefusal>(), name => Assert.False(string.IsNullOrWhiteSpace(english[$"passkey.refused.{name}"])));
    }

    [Fact]
    public void An_error_has_a_title_a_text_and_what_to_do_next()
    {
        var codes = Texts("").Keys.Where(key => key.StartsWith("error.", StringComparison.Ordinal) && key.EndsWith(".title", StringComparison.Ordinal));
        Assert.All(codes, title =>
        {
            Assert.Contains(title.Replace(".title", ".text", StringComparison.Ordinal), Texts("").Keys);
            Assert.Contains(title.Replace(".title", ".next", StringComparison.Ordinal), Texts("").Keys);
        });
    }

    private static Dictionary<string, string> Texts(string language)
    {
        var resources = new ResourceManager(typeof(PageTexts).FullName!, typeof(PageTexts).Assembly);
        var set = resources.GetResourceSet(CultureInfo.GetCultureInfo(language), createIfNotExists: true, tryParents: false);
        Assert.NotNull(set);
        return set.Cast<DictionaryEntry>().ToDictionary(entry => (string)entry.Key, entry => (string)entry.Value!);
    }
}
