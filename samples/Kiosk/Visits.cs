using System.Collections.Concurrent;
using System.Security.Cryptography;
using IdentityPlatform.Formats;
using IdentityPlatform.Verifier.AspNetCore;
using IdentityPlatform.Verifier.Presentation;

namespace IdentityPlatform.Kiosk;

/// <summary>The people in front of a kiosk: a question to each, and its verdict for some minutes. Nothing of a presentation is kept.</summary>
public sealed class Visits<TVerdict>(Presentations presentations, TimeProvider time)
    where TVerdict : class
{
    private readonly ConcurrentDictionary<string, Visit<TVerdict>> _visits = new(StringComparer.Ordinal);

    /// <summary>The secret of this program towards <see cref="Presentations"/>: the id of a visit is what gives its verdict.</summary>
    public string Session { get; } = Base64UrlText.Encode(RandomNumberGenerator.GetBytes(24));

    /// <summary>Asks, or answers null when too many questions are open.</summary>
    /// <param name="query">The question.</param>
    /// <param name="judge">What is made of the answer.</param>
    /// <param name="statement">What the holder is told about the reasons, or null.</param>
    public async Task<StartedPresentation?> BeginAsync(DcqlQuery query, Func<PresentationOutcome, Task<TVerdict>> judge, VerifierInfo? statement = null)
    {
        Sweep();
        var visit = new Visit<TVerdict>(time.GetUtcNow() + Kiosks.Patience);
        if (await presentations.StartAsync(query, PresentationWay.CrossDevice, Session, outcome => visit.Judged = judge(outcome), statement) is not { } started)
        {
            return null;
        }

        _visits[started.Id] = visit;
        return started;
    }

    /// <summary>The visit, or null when there is none or it was forgotten.</summary>
    public Visit<TVerdict>? Find(string id) => _visits.GetValueOrDefault(id);

    /// <summary>The visit, or null; one that has a verdict is given once.</summary>
    public Visit<TVerdict>? Take(string id) => _visits.TryGetValue(id, out var visit) && (visit.Verdict is null || _visits.TryRemove(id, out _)) ? visit : null;

    /// <summary>True when there will be no verdict: nobody answered in time, or it could not be worked out.</summary>
    public bool IsOver(Visit<TVerdict> visit) => visit.Judged is { } judged ? judged.IsFaulted : time.GetUtcNow() >= visit.Until;

    // A verdict stays readable as long again as its question was open.
    private void Sweep()
    {
        foreach (var (id, visit) in _visits)
        {
            if (time.GetUtcNow() > visit.Until + Kiosks.Patience)
            {
                _visits.TryRemove(id, out _);
            }
        }
    }
}

/// <summary>One visitor.</summary>
public sealed class Visit<TVerdict>(DateTimeOffset until)
    where TVerdict : class
{
    private Task<TVerdict>? _judged;

    /// <summary>Until when the question can be answered.</summary>
    public DateTimeOffset Until => until;

    /// <summary>The verdict, or null while there is none.</summary>
    public TVerdict? Verdict => Judged is { IsCompletedSuccessfully: true } judged ? judged.Result : null;

    internal Task<TVerdict>? Judged
    {
        get => Volatile.Read(ref _judged);
        set => Volatile.Write(ref _judged, value);
    }
}
