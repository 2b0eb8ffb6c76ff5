using System.Text.RegularExpressions;
using System.Xml.Linq;
using IdentityPlatform.Hosting.Passkeys;
using IdentityPlatform.IdP.Accounts;
using IdentityPlatform.IdP.Services;
using IdentityPlatform.IdP.Tests.Harness;

namespace IdentityPlatform.IdP.Tests.Safety;

public sealed class TextsTests
{
    private static readonly string Folder = Path.Combine(IdpHost.ExampleKeys(".."), "src", "IdP");

    [Fact]
    public void Every_language_has_every_text_with_the_same_places()
    {
        var english = Read("Texts.resx");
        Assert.DoesNotContain(english, text => string.IsNullOrWhiteSpace(text.Value));
        var translations = Directory.GetFiles(Path.Combine(Folder, "Pages"), "Texts.*.resx");
        Assert.NotEmpty(translations);
        Assert.All(translations, file =>
        {
            var translated = Read(Path.GetFileName(file));
            Assert.Equal(english.Keys.Order(StringComparer.Ordinal), translated.Keys.Order(StringComparer.Ordinal));
            Assert.All(english, text => Assert.Equal(Places(text.Value), Places(translated[text.Key])));
            Assert.All(english, text => Assert.NotEqual(text.Value, translated[text.Key]));
        });
    }

    [Fact]
    public void Every_text_that_a_page_names_exists()
    {
        var known = Read("Texts.resx");
        var files = Directory.EnumerateFiles(Folder, "*.*", SearchOption.AllDirectories)
            .Where(file => Path.GetExtension(file) is ".razor" or ".cs" && !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal));
        var named = files.SelectMany(file => Regex.Matches(File.ReadAllText(file), "(?:T|texts)\\[\"([a-z_.-]+)\"[\\],]")).Select(match => match.Groups[1].Value).ToHashSet();
        Assert.NotEmpty(named);
        Assert.Empty(named.Except(known.Keys));
    }

    [Fact]
    public void Every_event_and_every_claim_has_words()
    {
        var known = Read("Texts.resx");
        Assert.Empty(HolderLog.Events.Select(name => $"event.{name}").Except(known.Keys));
        Assert.Empty(ClaimsAsked.Known.Concat(VerifiedAttributes.Names).Append("sub").Select(name => $"claim.{name}").Except(known.Keys));
        Assert.NotEmpty(Enum.GetNames<PasskeyRefusal>());
    }

    private static Dictionary<string, string> Read(string file) => XDocument.Load(Path.Combine(Folder, "Pages", file)).Root!.Elements("data")
        .ToDictionary(data => data.Attribute("name")!.Value, data => data.Element("value")!.Value);

    private static IEnumerable<string> Places(string text) => Regex.Matches(text, "\\{\\d\\}").Select(place => place.Value).Order(StringComparer.Ordinal);
}
