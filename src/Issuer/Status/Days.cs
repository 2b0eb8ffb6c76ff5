namespace IdentityPlatform.Issuer.Status;

/// <summary>Whole days in UTC, counted from 1970: the finest time that issuance keeps or says.</summary>
public static class Days
{
    /// <summary>The day of an instant.</summary>
    public static long Of(DateTimeOffset instant) => instant.ToUnixTimeSeconds() / 86_400;

    /// <summary>The first second of a day.</summary>
    public static long Start(long day) => day * 86_400;

    /// <summary>The calendar date of a day.</summary>
    public static DateOnly Date(long day) => new DateOnly(1970, 1, 1).AddDays((int)day);

    /// <summary>The day of a calendar date.</summary>
    public static long Of(DateOnly date) => date.DayNumber - new DateOnly(1970, 1, 1).DayNumber;
}
