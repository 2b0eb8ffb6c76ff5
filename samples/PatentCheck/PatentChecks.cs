using System.Collections.Concurrent;
using System.Security.Cryptography;
using IdentityPlatform.Formats;
using IdentityPlatform.Verifier;
using IdentityPlatform.Verifier.AspNetCore;
using IdentityPlatform.Verifier.Refresh;

namespace IdentityPlatform.PatentCheck;

/// <summary>Starts checks, and gives each verdict once. What was shown is nowhere after that, and never in a log or a file.</summary>
internal sealed class PatentChecks(Presentations presentations, BundleStore store, TimeProvider time)
{
    private readonly ConcurrentDictionary<string, OpenCheck> _open = new(StringComparer.Ordinal);

    // The id of a check is what gives its verdict; the sessions of the presentations are this process.
    private readonly string _session = Base64UrlText.Encode(RandomNumberGenerator.GetBytes(24));

    /// <summary>How long a holder may take.</summary>
    public static TimeSpan Patience { get; } = TimeSpan.FromMinutes(3);

    /// <summary>What is asked of every patent: a status too, since a patent that was annulled does not count.</summary>
    public static Policy Policy { get; } = new()
    {
        IssuerTrust = IssuerTrust.Bundle,
        HolderBinding = HolderBinding.Required,
        Status = StatusCheck.Always,
        ExpiryRequired = true,
        Algorithms = Policy.Haip.Algorithms,
        ClockSkew = TimeSpan.FromMinutes(2),
        PresentationMaxAge = Patience,
    };

    /// <summary>Starts a check, or answers null when too many are open.</summary>
    public StartedPresentation? Begin(Level level, string region, string? ground)
    {
        Sweep();
        var check = new OpenCheck(time.GetUtcNow() + Patience);
        var statement = ground is null ? null : LegalGround.StatementOf(ground);
        if (presentations.Start(level.Query, PresentationWay.CrossDevice, _session, outcome => check.Verdict = VerdictOf(outcome, region), statement) is not { } started)
        {
            return null;
        }

        _open[started.Id] = check;
        return started;
    }

    /// <summary>A check that is open, or null. One that has a verdict is given once.</summary>
    public OpenCheck? Take(string id) => _open.TryGetValue(id, out var check) && (check.Verdict is null || _open.TryRemove(id, out _)) ? check : null;

    /// <summary>True when the check can no longer be answered.</summary>
    public bool IsOver(OpenCheck check) => time.GetUtcNow() >= check.Until;

    private Verdict VerdictOf(PresentationOutcome outcome, string region) => outcome switch
    {
        PresentationOutcome.Completed completed => completed.Result.Match(
            accepted => Verdict.Of(accepted.Answers[0].Verdict, PermissionOf(accepted.Answers[0].Verdict.Credential, region), region),
            rejected => Verdict.Of(rejected.Verdict),
            _ => Verdict.Unreadable),
        PresentationOutcome.Declined => Verdict.Declined,
        _ => Verdict.Unreadable,
    };

    private WorkPermission PermissionOf(VerifiedCredential patent, string region) =>
        store.Trust.Bundle is { } bundle ? WorkRules.Answer(patent, region, bundle.Content, time.GetUtcNow()) : WorkPermission.UnknownRegion;

    private void Sweep()
    {
        foreach (var (id, check) in _open)
        {
            if (time.GetUtcNow() > check.Until + Patience)
            {
                _open.TryRemove(id, out _);
            }
        }
    }
}

/// <summary>One holder's check.</summary>
internal sealed class OpenCheck(DateTimeOffset until)
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
