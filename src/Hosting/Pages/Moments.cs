using System.Globalization;

namespace IdentityPlatform.Hosting.Pages;

/// <summary>Dates and times in the language of the page. The server knows no one's time zone, so times say theirs.</summary>
public static class Moments
{
    public static string Day(DateTimeOffset at) => at.UtcDateTime.ToString("d MMMM yyyy", CultureInfo.CurrentCulture);

    public static string Day(long unixSeconds) => Day(DateTimeOffset.FromUnixTimeSeconds(unixSeconds));

    /// <summary>The value of a claim as people read it: a full date (RFC 3339 §5.6) in words, all else as it is.</summary>
    public static string Claim(string value) =>
        DateOnly.TryParseExact(value, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) ? date.ToString("d MMMM yyyy", CultureInfo.CurrentCulture) : value;

    public static string Minute(DateTimeOffset at) => at.UtcDateTime.ToString("d MMMM yyyy, HH:mm 'UTC'", CultureInfo.CurrentCulture);
}
