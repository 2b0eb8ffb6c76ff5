using System.Globalization;
using System.Text.Json;
using IdentityPlatform.Verifier;
using IdentityPlatform.Verifier.Bundle;

namespace IdentityPlatform.PatentCheck;

/// <summary>Whether a patent that passed every check allows work in a region today.</summary>
internal enum WorkPermission
{
    /// <summary>Nothing was said.</summary>
    None,

    /// <summary>It does.</summary>
    Allowed,

    /// <summary>It is for other regions.</summary>
    OtherRegion,

    /// <summary>The last paid day is over in this region.</summary>
    NotPaid,

    /// <summary>Where it is and until when it is paid was not shown.</summary>
    Incomplete,

    /// <summary>The trust list does not know the region, so nobody here knows what day it is there.</summary>
    UnknownRegion,
}

/// <summary>The two rules that a service adds to the verifier's checks. Pure: the clock is handed in, the region's day comes from the bundle.</summary>
internal static class WorkRules
{
    /// <summary>What a verified patent allows in a region at an instant.</summary>
    public static WorkPermission Answer(VerifiedCredential patent, string region, BundleContent bundle, DateTimeOffset now)
    {
        if (bundle.DayIn(region, now) is not { } today)
        {
            return WorkPermission.UnknownRegion;
        }

        if (PatentClaim.Regions.In(patent).ToList() is not { Count: > 0 } regions || DayOf(PatentClaim.PaidUntil.In(patent).ToList()) is not { } paidUntil)
        {
            return WorkPermission.Incomplete;
        }

        if (!regions.Any(one => one.ValueKind == JsonValueKind.String && one.GetString() == region))
        {
            return WorkPermission.OtherRegion;
        }

        // The last paid day counts to its end, by the calendar of the region.
        return today <= paidUntil ? WorkPermission.Allowed : WorkPermission.NotPaid;
    }

    private static DateOnly? DayOf(IReadOnlyList<JsonElement> found) =>
        found is [{ ValueKind: JsonValueKind.String } text]
        && DateOnly.TryParseExact(text.GetString(), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null;
}
