using System.Text.Json;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Status;

namespace IdentityPlatform.IdP.Guardians;

/// <summary>How somebody represents a child: the closed list of the representation credential.</summary>
public enum Representation
{
    Parent,
    AdoptiveParent,
    Guardian,
    Trustee,
    Proxy,
}

/// <summary>What a guardian may do: a closed list, and nothing is in it by default.</summary>
public enum GuardianPower
{
    /// <summary>Act for the child at services.</summary>
    Services,

    /// <summary>Apply for the child's cards.</summary>
    Cards,

    /// <summary>Consent to journeys.</summary>
    Journeys,
}

/// <summary>That one person represents a child, with which powers and until when. Personal: redacted.</summary>
public sealed class Guardianship
{
    public required string GuardianId { get; init; }

    public required string ChildId { get; init; }

    /// <summary>The child's given name, by which a guardian tells one child from another; null where the credential has none.</summary>
    public string? ChildName { get; init; }

    public required Representation Nature { get; init; }

    public required IReadOnlyList<GuardianPower> Powers { get; init; }

    /// <summary>The child's birthdays begin at midnight of the home time zone; who adds the guardianship knows it.</summary>
    public required DateTimeOffset ChildTurns14At { get; init; }

    public required DateTimeOffset ChildTurns18At { get; init; }

    /// <summary>When the paper behind it ends, which may be earlier than the birthday.</summary>
    public required DateTimeOffset Until { get; init; }

    /// <summary>When the copy of the credential ends that was shown: from then on nobody could say whether it was withdrawn, and it has to be shown again.</summary>
    public required DateTimeOffset ShownUntil { get; init; }

    /// <summary>Where the issuer says that this copy was withdrawn.</summary>
    public required StatusReference Status { get; init; }

    /// <summary>From 14 on the child has a voice: without its consent the guardian's power to act rests.</summary>
    public bool ChildAgrees { get; init; }

    /// <summary>The 18th birthday ends every guardianship, whatever the paper says.</summary>
    public DateTimeOffset EndsAt => Until < ChildTurns18At ? Until : ChildTurns18At;

    /// <summary>True while it waits for the child's word.</summary>
    public bool NeedsWord(DateTimeOffset now) => now >= ChildTurns14At && !ChildAgrees;

    /// <summary>Until when the guardian may use this power, or null where not now. Whether it was withdrawn is another question.</summary>
    public DateTimeOffset? MayUntil(GuardianPower power, DateTimeOffset now)
    {
        if (now >= EndsAt || now >= ShownUntil || !Powers.Contains(power) || NeedsWord(now))
        {
            return null;
        }

        // A token given on the last day before 14 must not outlive it where the child has not agreed.
        var end = EndsAt < ShownUntil ? EndsAt : ShownUntil;
        return !ChildAgrees && ChildTurns14At < end ? ChildTurns14At : end;
    }

    /// <summary>The same with the child's word.</summary>
    public Guardianship With(bool childAgrees) => new()
    {
        GuardianId = GuardianId,
        ChildId = ChildId,
        ChildName = ChildName,
        Nature = Nature,
        Powers = Powers,
        ChildTurns14At = ChildTurns14At,
        ChildTurns18At = ChildTurns18At,
        Until = Until,
        ShownUntil = ShownUntil,
        Status = Status,
        ChildAgrees = childAgrees,
    };

    /// <summary>As JSON, to be encrypted.</summary>
    public byte[] ToJson() => JsonText.Write(json =>
    {
        json.WriteStartObject();
        json.WriteString("guardian", GuardianId);
        json.WriteString("child_name", ChildName);
        json.WriteString("nature", Nature.ToString());
        json.WriteStartArray("powers");
        foreach (var power in Powers)
        {
            json.WriteStringValue(power.ToString());
        }

        json.WriteEndArray();
        json.WriteNumber("turns_14", ChildTurns14At.ToUnixTimeSeconds());
        json.WriteNumber("turns_18", ChildTurns18At.ToUnixTimeSeconds());
        json.WriteNumber("until", Until.ToUnixTimeSeconds());
        json.WriteNumber("shown_until", ShownUntil.ToUnixTimeSeconds());
        json.WriteBoolean("child_agrees", ChildAgrees);
        json.WritePropertyName("status");
        StatusReference.Write(json, Status.Uri, Status.Index);
        json.WriteEndObject();
    });

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    public static Guardianship FromJson(string childId, ReadOnlySpan<byte> bytes)
    {
        var json = StrictJson.ParseObject(bytes).OrThrow().Element;
        return new()
        {
            GuardianId = json.StringMember("guardian")!,
            ChildId = childId,
            ChildName = json.StringMember("child_name"),
            Nature = Enum.Parse<Representation>(json.StringMember("nature")!),
            Powers = [.. json.StringsMember("powers")!.Select(Enum.Parse<GuardianPower>)],
            ChildTurns14At = Time(json, "turns_14"),
            ChildTurns18At = Time(json, "turns_18"),
            Until = Time(json, "until"),
            ShownUntil = Time(json, "shown_until"),
            Status = StatusReference.Parse(json).OrThrow(),
            ChildAgrees = json.BooleanMember("child_agrees") == true,
        };
    }

    /// <summary>Redacted.</summary>
    public override string ToString() => nameof(Guardianship);

    private static DateTimeOffset Time(JsonElement json, string member) => DateTimeOffset.FromUnixTimeSeconds(json.LongMember(member)!.Value);
}
