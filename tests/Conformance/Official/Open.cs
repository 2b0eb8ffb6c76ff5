namespace IdentityPlatform.Conformance.Official;

/// <summary>What the product does not do: listed on the page as OPEN, never as passed.</summary>
internal static class Open
{
    private static readonly Dictionary<string, string> Missing = new()
    {
        ["oidcc-registration-logo-uri"] =
            "by decision: the sign-in page shows no logo, because a picture from elsewhere would tell its server who looks at the page",
    };

    /// <summary>What is missing, or null when the entry is run.</summary>
    public static string? ReasonFor(Entry entry) => Missing.GetValueOrDefault(entry.Module);
}
