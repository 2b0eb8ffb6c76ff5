using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.SdJwt;
using IdentityPlatform.Verifier;
using IdentityPlatform.Verifier.AspNetCore;
using IdentityPlatform.Verifier.Presentation;

namespace IdentityPlatform.EventDoor;

/// <summary>Asks one question of each visitor and remembers the verdict for some minutes. It keeps and logs no claim.</summary>
internal sealed class Door(Presentations presentations, TimeProvider time)
{
    /// <summary>The one kind of card.</summary>
    private const string CardType = "https://example.org/vct/compatriot-card/1";

    private readonly ConcurrentDictionary<string, Challenge> _challenges = new(StringComparer.Ordinal);

    // The id of a challenge is what gives its verdict; the sessions of the presentations are this process.
    private readonly string _session = Base64UrlText.Encode(RandomNumberGenerator.GetBytes(24));

    /// <summary>How long a visitor may take.</summary>
    public static TimeSpan Patience { get; } = TimeSpan.FromMinutes(3);

    /// <summary>What the door asks of every card: a status too, since a card that cannot be withdrawn does not belong here.</summary>
    public static Policy Policy { get; } = new()
    {
        IssuerTrust = IssuerTrust.Bundle,
        HolderBinding = HolderBinding.Required,
        Status = StatusCheck.Always,
        ExpiryRequired = true,
        Algorithms = Verifier.Policy.Haip.Algorithms,
        ClockSkew = TimeSpan.FromMinutes(2),
        PresentationMaxAge = Patience,
    };

    /// <summary>"Over 18, valid card", and nothing else.</summary>
    public static DcqlQuery Question { get; } = DcqlQuery.For(CredentialQuery.OfType("card", CardType)
        .Asking(new ClaimQuery(null, ClaimPath.Of("age_equal_or_over", "18"), [JsonElement.Parse("true")])));

    /// <summary>Starts a challenge, or answers null when too many are open.</summary>
    public StartedPresentation? Begin()
    {
        Sweep();
        var challenge = new Challenge(time.GetUtcNow() + Patience);
        if (presentations.Start(Question, PresentationWay.CrossDevice, _session, outcome => challenge.Verdict = Verdict.Of(outcome)) is not { } started)
        {
            return null;
        }

        _challenges[started.Id] = challenge;
        return started;
    }

    /// <summary>The challenge, or null when there is none or it was forgotten.</summary>
    public Challenge? Find(string id) => _challenges.GetValueOrDefault(id);

    /// <summary>True when the challenge can no longer be answered.</summary>
    public bool IsOver(Challenge challenge) => time.GetUtcNow() >= challenge.Until;

    // A verdict stays readable as long again as its challenge was open.
    private void Sweep()
    {
        foreach (var (id, challenge) in _challenges)
        {
            if (time.GetUtcNow() > challenge.Until + Patience)
            {
                _challenges.TryRemove(id, out _);
            }
        }
    }
}

/// <summary>One visitor's challenge.</summary>
internal sealed class Challenge(DateTimeOffset until)
{
    private Verdict? _verdict;

    public DateTimeOffset Until => until;

    /// <summary>The verdict, or null while the wallet has not answered.</summary>
    public Verdict? Verdict
    {
        get => Volatile.Read(ref _verdict);
        set => Volatile.Write(ref _verdict, value);
    }
}

/// <summary>What the door says: names of checks and paths of claims, and no value of any claim.</summary>
internal sealed record Verdict(
    string State, string? Check, string? Failure, DateTimeOffset? AsOf, ImmutableArray<ClaimPath> Disclosed, Func<CultureInfo, string> Explain)
{
    public static Verdict Of(PresentationOutcome outcome) => outcome switch
    {
        PresentationOutcome.Completed completed => completed.Result.Match(
            accepted => Accepted(accepted.Answers[0].Verdict),
            rejected => Rejected(rejected.Verdict),
            _ => new Verdict("rejected", "Request", "Unanswered", null, [], Texts.Named("Unanswered"))),
        PresentationOutcome.Declined declined => new Verdict("declined", null, declined.Error, null, [], Texts.Named("Declined")),
        _ => new Verdict("rejected", "Format", "Malformed", null, [], Texts.Named("Unanswered")),
    };

    private static Verdict Accepted(VerificationResult.Accepted accepted)
    {
        // The object around the ages has a disclosure of its own; what was shown of it is below it.
        var shown = accepted.Credential.DisclosedPaths;
        var leaves = shown.Where(path => !shown.Any(other => other.Parts.Count > path.Parts.Count && path.CoversStartOf(other)));
        return new Verdict("accepted", null, null, accepted.Report.ValidAsOf, [.. leaves], InEveryLanguage(accepted));
    }

    private static Verdict Rejected(VerificationResult.Rejected rejected) =>
        new("rejected", rejected.Failure.Check.ToString(), rejected.Failure.GetType().Name, rejected.Report.ValidAsOf, [], InEveryLanguage(rejected));

    // Worked out at once, so that nothing of the presentation has to be kept until somebody reads the verdict.
    private static Func<CultureInfo, string> InEveryLanguage(VerificationResult result)
    {
        var words = Texts.Languages.ToDictionary(language => language.Name, result.Explain);
        return culture => words[culture.Name];
    }
}
