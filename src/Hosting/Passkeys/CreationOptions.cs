using System.Globalization;
using System.Text.Json.Nodes;

namespace IdentityPlatform.Hosting.Passkeys;

/// <summary>The framework's creation options, completed with the names that the authenticator shows.</summary>
internal static class CreationOptions
{
    public static string WithNames(string optionsJson, string userName, string displayName, int maxLength)
    {
        var options = JsonNode.Parse(optionsJson)!;
        options["user"]!["name"] = Fit(userName, maxLength);
        options["user"]!["displayName"] = Fit(displayName, maxLength);
        return options.ToJsonString();
    }

    // WebAuthn §6.4.1 lets relying parties cut names; whole characters, so that no half of one is shown.
    private static string Fit(string name, int maxLength)
    {
        var elements = new StringInfo(name);
        var fitting = elements.LengthInTextElements <= maxLength ? name : elements.SubstringByTextElements(0, maxLength);
        return string.Concat(fitting.Where(c => !char.IsControl(c)));
    }
}
