using System.Net;
using System.Text.RegularExpressions;

namespace IdentityPlatform.Playground.People;

/// <summary>A form of a page, with the values that the page put into it: what a person sends by pressing one of its buttons.</summary>
internal sealed partial class PageForm
{
    private readonly Uri _page;
    private readonly string _html;

    private PageForm(Uri page, string attributes, string html) => (_page, Attributes, _html) = (page, attributes, html);

    private string Attributes { get; }

    /// <summary>Where the form goes.</summary>
    public string Action => new Uri(_page, Attribute(Attributes, "action") ?? _page.PathAndQuery).AbsoluteUri;

    /// <summary>The first form of the page that holds a button of this name and value, or null.</summary>
    public static PageForm? WithButton(BrowserAnswer page, string name, string value) =>
        Forms().Matches(page.Body)
            .Select(match => new PageForm(page.Url, match.Groups[1].Value, match.Groups[2].Value))
            .FirstOrDefault(form => form.Buttons().Contains((name, value)));

    /// <summary>The hidden and preset values.</summary>
    public Dictionary<string, string> Values() => Inputs().Matches(_html)
        .Select(match => match.Groups[1].Value)
        .Where(input => Attribute(input, "name") is not null && Attribute(input, "type") is not ("checkbox" or "radio") | input.Contains(" checked", StringComparison.Ordinal))
        .GroupBy(input => Attribute(input, "name")!)
        .ToDictionary(group => group.Key, group => Attribute(group.First(), "value") ?? "on");

    private IEnumerable<(string? Name, string? Value)> Buttons() => ButtonTags().Matches(_html)
        .Select(match => (Attribute(match.Groups[1].Value, "name"), Attribute(match.Groups[1].Value, "value")));

    private static string? Attribute(string attributes, string name)
    {
        var match = Regex.Match(attributes, $"\\b{name}=\"([^\"]*)\"", RegexOptions.IgnoreCase, TimeSpan.FromSeconds(1));
        return match.Success ? WebUtility.HtmlDecode(match.Groups[1].Value) : null;
    }

    [GeneratedRegex("<form([^>]*)>(.*?)</form>", RegexOptions.Singleline, 1000)]
    private static partial Regex Forms();

    [GeneratedRegex("<input([^>]*)>", RegexOptions.None, 1000)]
    private static partial Regex Inputs();

    [GeneratedRegex("<button([^>]*)>", RegexOptions.None, 1000)]
    private static partial Regex ButtonTags();
}
