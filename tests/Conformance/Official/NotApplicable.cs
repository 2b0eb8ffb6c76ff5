namespace IdentityPlatform.Conformance.Official;

/// <summary>The modules that do not apply, each with the reason that the page gives: the suite's own condition, or a decision of the platform.</summary>
internal static class NotApplicable
{
    private const string NoUnsigned = "The suite skips it: unsigned tokens and request objects are not offered (`none` is not in the metadata).";
    private const string NoByReference = "Request objects by reference are not offered (`request_uri_parameter_supported` is false): the Dynamic certificate is not aimed at, only its registration modules.";
    private const string NoScope = "The suite skips it: the scope is not in `scopes_supported`, because the platform keeps no such data about people.";

    private static readonly Dictionary<string, string> Reasons = new()
    {
        ["oidcc-idtoken-unsigned"] = NoUnsigned,
        ["oidcc-unsigned-request-object-supported-correctly-or-rejected-as-unsupported"] = NoUnsigned,
        ["oidcc-request-uri-unsigned-supported-correctly-or-rejected-as-unsupported"] = NoUnsigned,
        ["oidcc-ensure-request-object-with-redirect-uri"] = NoUnsigned,
        ["oidcc-request-uri-unsigned"] = NoUnsigned,
        ["oidcc-request-uri-signed-rs256"] = NoByReference,
        ["oidcc-scope-email"] = NoScope,
        ["oidcc-scope-address"] = NoScope,
        ["oidcc-scope-phone"] = NoScope,
        ["oidcc-scope-all"] = NoScope,
        ["fapi2-security-profile-final-ensure-registered-redirect-uri"] =
            "The suite leaves it out for plain_fapi; it is run all the same as the platform's own stricter rule, under plain-fapi-tolerate-unregistered-redirect-uri.",
    };

    /// <summary>Why the entry is not run, or null when it has to be.</summary>
    public static string? ReasonFor(Entry entry) => entry.Variant.Vp is { } vp ? VpPlans.ReasonFor(entry.Module, vp) : Reasons.GetValueOrDefault(entry.Module);
}
