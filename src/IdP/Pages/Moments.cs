using System.Globalization;

namespace IdentityPlatform.IdP.Pages;

/// <summary>Dates and times in the language of the page. The server knows no one's time zone, so times say theirs.</summary>
public static class Moments
{
    public static string Day(DateTimeOffset at) => at.UtcDateTime.ToString("d MMMM yyyy", CultureInfo.CurrentCulture);

    public static string Day(long unixSeconds) => Day(DateTimeOffset.FromUnixTimeSeconds(unixSeconds));

    public static string Minute(DateTimeOffset at) => at.UtcDateTime.ToString("d MMMM yyyy, HH:mm 'UTC'", CultureInfo.CurrentCulture);
}
