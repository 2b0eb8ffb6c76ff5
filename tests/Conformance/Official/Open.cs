namespace IdentityPlatform.Conformance.Official;

/// <summary>What the product does not do: listed on the page as OPEN, never as passed.</summary>
internal static class Open
{
    private const string NoImplicit =
        "`registration_endpoint` is there; the implicit response types and request objects by reference that this plan wants in the metadata are not offered (OAuth 2.1, FAPI 2.0)";

    /// <summary>What is missing, or null when the entry is run.</summary>
    public static string? ReasonFor(Entry entry) => entry is { Module: "oidcc-discovery-endpoint-verification", Variant.Plan: PlanNames.Dynamic }
        ? NoImplicit
        : null;
}
