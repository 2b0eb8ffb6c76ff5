using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace IdentityPlatform.Conformance.Harness;

/// <summary>What a browser shows, or the address outside where it ended.</summary>
/// <param name="Url">The address.</param>
/// <param name="Status">The HTTP status; 0 for an address outside.</param>
/// <param name="Body">The page.</param>
/// <param name="Posted">The fields, where the browser came to the address by a form.</param>
public sealed partial record Page(Uri Url, int Status, string Body, IReadOnlyDictionary<string, string>? Posted = null)
{
    /// <summary>A page whose script signs in with a passkey.</summary>
    public bool IsSignIn => Status == 200 && Body.Contains("data-passkey=\"get\"", StringComparison.Ordinal) && Url.AbsolutePath == "/signin";

    /// <summary>The address without query and fragment.</summary>
    public string Place => Url.GetLeftPart(UriPartial.Path);

    public JsonObject Json => JsonNode.Parse(Body)!.AsObject();

    /// <summary>An attribute of the page's markup.</summary>
    public string? Attribute(string name) => Regex.Match(Body, $"\\b{name}=\"([^\"]*)\"", RegexOptions.None, TimeSpan.FromSeconds(1)) is { Success: true } match
        ? WebUtility.HtmlDecode(match.Groups[1].Value)
        : null;

    /// <summary>Address and fields of the first form that holds this markup.</summary>
    public (string Action, Dictionary<string, string> Fields)? FormWith(string markup)
    {
        var form = Forms().Matches(Body).FirstOrDefault(match => match.Value.Contains(markup, StringComparison.OrdinalIgnoreCase));
        if (form is null)
        {
            return null;
        }

        var fields = Inputs().Matches(form.Value)
            .Select(match => (Name: AttributeOf(match.Value, "name"), Value: AttributeOf(match.Value, "value") ?? ""))
            .Where(input => input.Name is not null)
            .ToDictionary(input => input.Name!, input => input.Value);
        var tag = form.Value[..(form.Value.IndexOf('>', StringComparison.Ordinal) + 1)];
        return (new Uri(Url, AttributeOf(tag, "action") ?? Url.PathAndQuery).AbsoluteUri, fields);
    }

    /// <summary>The parameters of a query or fragment; one that is there twice fails.</summary>
    public static Dictionary<string, string> Parse(string query) => query.TrimStart('?', '#')
        .Split('&', StringSplitOptions.RemoveEmptyEntries)
        .Select(pair => pair.Split('=', 2))
        .ToDictionary(pair => WebUtility.UrlDecode(pair[0]), pair => pair.Length == 2 ? WebUtility.UrlDecode(pair[1]) : "");

    public override string ToString() => $"{Place} with status {Status}{(Status == 0 ? Url.Query + Url.Fragment : "")}";

    private static string? AttributeOf(string tag, string name) => Regex.Match(tag, $"\\b{name}=\"([^\"]*)\"", RegexOptions.IgnoreCase, TimeSpan.FromSeconds(1)) is { Success: true } match
        ? WebUtility.HtmlDecode(match.Groups[1].Value)
        : null;

    [GeneratedRegex("<form[^>]*>.*?</form>", RegexOptions.Singleline | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Forms();

    [GeneratedRegex("<input[^>]*>", RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Inputs();
}
