namespace IdentityPlatform.Issuer.Issuance;

/// <summary>Ages in whole years on a day.</summary>
public static class Ages
{
    /// <summary>
    /// True when somebody born on this day is that old. Who was born on 29 February comes of age on 1 March in common years.
    /// </summary>
    public static bool HasReached(DateOnly born, int years, DateOnly today) => today >= DayOf(born, years);

    /// <summary>The day on which somebody is that old.</summary>
    public static DateOnly DayOf(DateOnly born, int years) =>
        born is { Month: 2, Day: 29 } && !DateTime.IsLeapYear(born.Year + years) ? new DateOnly(born.Year + years, 3, 1) : born.AddYears(years);
}
