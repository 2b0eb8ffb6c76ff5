using System.Text;
using System.Text.Json.Nodes;
using IdentityPlatform.Formats;

namespace IdentityPlatform.Interop.Cards;

/// <summary>Presentations with one change.</summary>
internal static class Altered
{
    /// <summary>Another value in the disclosure of one claim; all else byte for byte as it was.</summary>
    public static string Disclosure(string presentation, string claim, JsonNode value)
    {
        var parts = presentation.Split('~');
        var index = Array.FindIndex(parts, 1, part => Read(part) is [_, var name, _] && name!.GetValue<string>() == claim);
        var disclosure = Read(parts[index])!;
        disclosure[2] = value;
        parts[index] = Base64UrlText.Encode(Encoding.UTF8.GetBytes(disclosure.ToJsonString()));
        return string.Join('~', parts);
    }

    private static JsonArray? Read(string part) => Base64UrlText.TryDecode(part, out var json) ? JsonNode.Parse(json)?.AsArray() : null;
}
