using IdentityPlatform.Issuer.Patents;

namespace IdentityPlatform.Issuer.Desk;

/// <summary>What a holder is reminded of.</summary>
public enum ReminderKind
{
    /// <summary>The card ends, and its successor may be had.</summary>
    CardEnds,

    /// <summary>The right to act for a child ends, and is decided anew.</summary>
    RepresentationEnds,

    /// <summary>The paid days of a patent end.</summary>
    PatentLapses,

    /// <summary>The twelve months of a patent end: the next one is applied for.</summary>
    PatentExpires,
}

/// <summary>
/// A reminder in the account. It is worked out whenever its holder looks, and kept nowhere: until when somebody may work does not
/// stand in the database, so no program can go through it and write to people.
/// </summary>
/// <param name="Kind">Of what.</param>
/// <param name="Number">The number of the case.</param>
/// <param name="LastDay">The last day.</param>
/// <param name="DaysLeft">How many days are left, the last one counted; by the calendar where the day ends.</param>
public sealed record Reminder(ReminderKind Kind, string Number, DateOnly LastDay, int DaysLeft)
{
    /// <summary>A patent's holder hears of it from so many days before.</summary>
    public const int PatentDays = 10;

    /// <summary>Who acts for a child hears of it from so many days before.</summary>
    public const int RepresentationDays = 30;

    /// <summary>From so many days on it is urgent.</summary>
    public const int UrgentDays = 3;

    public bool IsUrgent => DaysLeft <= UrgentDays;

    /// <summary>What a holder is reminded of about one card; null where nothing is near. Pure.</summary>
    public static Reminder? Of(Card card, Patent? patent, DateTimeOffset now)
    {
        if (patent is not null)
        {
            return OfPatent(patent, now);
        }

        var today = DateOnly.FromDateTime(now.UtcDateTime);
        return card is { State: CardState.Active, Expires: { } last }
            ? Near(card.IsRepresentation ? ReminderKind.RepresentationEnds : ReminderKind.CardEnds, card.ApplicationId, last, today, card.IsRepresentation ? RepresentationDays : CardRules.RenewalDays)
            : null;
    }

    private static Reminder? OfPatent(Patent patent, DateTimeOffset now)
    {
        if (patent is not { State: PatentState.Active, Term: { } term })
        {
            return null;
        }

        var kind = term.PaidUntil < term.Expires ? ReminderKind.PatentLapses : ReminderKind.PatentExpires;
        return Near(kind, patent.Id, term.PaidUntil, patent.Jurisdiction.Today(now), PatentDays);
    }

    private static Reminder? Near(ReminderKind kind, string number, DateOnly last, DateOnly today, int days) =>
        last.DayNumber - today.DayNumber + 1 is var left && left > 0 && left <= days ? new(kind, number, last, left) : null;
}
