using System.Runtime.CompilerServices;
using IdentityPlatform.EventDoor.Tickets;
using IdentityPlatform.Formats.Frames;
using IdentityPlatform.Kiosk;
using IdentityPlatform.Verifier;
using IdentityPlatform.Verifier.AspNetCore;
using IdentityPlatform.Verifier.Presentation;

namespace IdentityPlatform.EventDoor;

/// <summary>Asks one question of each visitor, and lets each ticket in once. It keeps and logs no claim, only counts.</summary>
internal sealed class Door(Visits<Verdict> visits, Presentations presentations, DoorSettings settings, TicketDesk? tickets, DoorCounts counts, TimeProvider time)
{
    private readonly DcqlQuery _question = DoorQuestion.Of(settings);

    // What the camera has seen of a visit goes when the visit goes.
    private readonly ConditionalWeakTable<Visit<Verdict>, FrameCollector> _seen = [];

    /// <summary>The door's words.</summary>
    public static Words Words { get; } = new(typeof(Door));

    /// <summary>Starts a challenge, or answers null when too many are open.</summary>
    public Task<StartedPresentation?> BeginAsync() => visits.BeginAsync(_question, JudgeAsync);

    /// <summary>The request of a challenge for a wallet without a network, as frames; null when there is no such challenge or it was answered.</summary>
    public async Task<IReadOnlyList<Frame>?> FramesOfAsync(string id, CancellationToken ct) =>
        visits.Find(id) is not null && await presentations.CarriedRequestAsync(id, visits.Session, ct) is { } request ? Frame.Split(PackedToken.Pack(request)) : null;

    /// <summary>Takes what the camera saw: how many frames are there, of how many, and whether the answer counted. Null when there is no such challenge.</summary>
    public async Task<(int Have, int Count, bool Taken)?> SeeAsync(string id, Frame frame, CancellationToken ct)
    {
        if (visits.Find(id) is not { } visit)
        {
            return null;
        }

        var seen = _seen.GetOrCreateValue(visit);
        byte[]? message;
        lock (seen)
        {
            message = seen.Add(frame);
            if (message is null)
            {
                return (seen.Have, seen.Count, false);
            }
        }

        var taken = PackedToken.Parse(message).Succeeded(out var response, out _) && await presentations.TakeCarriedAsync(id, visits.Session, response, ct);
        return (frame.Count, frame.Count, taken);
    }

    private async Task<Verdict> JudgeAsync(PresentationOutcome outcome)
    {
        var verdict = Verdict.Of(outcome);
        if (verdict.State == "accepted" && outcome is PresentationOutcome.Completed { Result: PresentationResult.Accepted accepted }
            && accepted.Answers.FirstOrDefault(answer => DoorQuestion.Tickets.Contains(answer.QueryId)) is { } ticket)
        {
            var credential = ticket.Verdict.Credential;
            verdict = await AdmitAsync(credential) is { } refusal ? Verdict.Refused(refusal, verdict.AsOf) : verdict;
        }

        counts.Add(verdict.State);
        return verdict;
    }

    // The name of what stands against it, or null. The ticket is used only when nothing else does.
    private async Task<string?> AdmitAsync(VerifiedCredential ticket)
    {
        var when = TicketRules.TimeOf(ticket, settings.OpensBefore, time.GetUtcNow());
        if (when != TicketTime.Now)
        {
            return $"Ticket{when}";
        }

        var use = TicketRules.HandleOf(ticket) is { } handle ? await tickets!.UseAsync(handle, CancellationToken.None) : TicketUse.None;
        return use == TicketUse.First ? null : $"Ticket{use}";
    }
}
