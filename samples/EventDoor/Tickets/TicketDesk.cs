using System.Security.Cryptography;

namespace IdentityPlatform.EventDoor.Tickets;

/// <summary>What became of a ticket at this door.</summary>
internal enum TicketUse
{
    /// <summary>Nothing yet.</summary>
    None,

    /// <summary>It was used for the first time.</summary>
    First,

    /// <summary>It was used before, here or at another door.</summary>
    Again,

    /// <summary>The keeper of the list cannot be reached, and the organiser wants nobody in without it.</summary>
    Unknown,
}

/// <summary>
/// Lets each ticket in once. A door on its own, or the keeper of several, decides by its own list. Another door asks the keeper, and holds a copy of its list
/// for the time when the keeper cannot be reached: then the organiser's policy decides, and who was let in meanwhile is reported later.
/// </summary>
internal sealed class TicketDesk : IDisposable
{
    private readonly UsedTickets _used;
    private readonly UsedTickets? _alone;
    private readonly IKeeper? _keeper;
    private readonly bool _admitsAlone;
    private readonly SemaphoreSlim _one = new(1);

    // A ticket whose question was not answered keeps the name of its visit: the keeper may have written it down.
    private readonly Dictionary<string, UsedTicket> _unanswered = new(StringComparer.Ordinal);
    private int _reported;
    private int _copied;
    private volatile bool _isAlone;
    private volatile int _twice;

    /// <param name="directory">Where the lists are kept.</param>
    /// <param name="keeper">The door that decides for all; null for this one.</param>
    /// <param name="admitsAlone">Whether people are let in while the keeper is away.</param>
    public TicketDesk(string directory, IKeeper? keeper, bool admitsAlone)
    {
        (_keeper, _admitsAlone) = (keeper, admitsAlone);
        _used = UsedTickets.Open(Path.Combine(directory, "used.txt"));
        _alone = keeper is null ? null : UsedTickets.Open(Path.Combine(directory, "alone.txt"));

        // After a crash between the two files, who was let in alone is not let in again.
        foreach (var ticket in _alone?.After(0, int.MaxValue) ?? [])
        {
            _used.TryUse(ticket);
        }
    }

    /// <summary>The list of this door; of the keeper, the list of all.</summary>
    public UsedTickets Used => _used;

    /// <summary>True while the keeper cannot be reached.</summary>
    public bool IsAlone => _isAlone;

    /// <summary>How many tickets this door let in alone that another door had let in too.</summary>
    public int Twice => _twice;

    /// <summary>Uses a ticket.</summary>
    public async Task<TicketUse> UseAsync(string handle, CancellationToken ct)
    {
        // One at a time: two visitors with one ticket at this very door are asked about in turn.
        await _one.WaitAsync(ct);
        try
        {
            return _used.Knows(handle) ? TicketUse.Again : await DecideAsync(handle, ct);
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>Tells the keeper who was let in without it, and copies what other doors used meanwhile. Nothing to do for a door that decides itself.</summary>
    public async Task MeetKeeperAsync(CancellationToken ct)
    {
        if (_keeper is null)
        {
            return;
        }

        await _one.WaitAsync(ct);
        try
        {
            _isAlone = !await ReportAsync(_keeper, ct) || !await CopyAsync(_keeper, ct);
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose()
    {
        _used.Dispose();
        _alone?.Dispose();
        _one.Dispose();
    }

    private async Task<TicketUse> DecideAsync(string handle, CancellationToken ct)
    {
        var ticket = _unanswered.GetValueOrDefault(handle) ?? new UsedTicket(handle, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(UsedTickets.VisitLetters / 2)));
        var first = _keeper is null ? true : await _keeper.UseAsync(ticket, ct);
        _isAlone = first is null;
        if (first is null && !_admitsAlone)
        {
            _unanswered[handle] = ticket;
            return TicketUse.Unknown;
        }

        _unanswered.Remove(handle);
        if (first is null)
        {
            _alone!.TryUse(ticket);
        }

        var wrote = _used.TryUse(ticket);
        return wrote && first != false ? TicketUse.First : TicketUse.Again;
    }

    private async Task<bool> ReportAsync(IKeeper keeper, CancellationToken ct)
    {
        while (_alone!.After(_reported, KeeperLimits.Batch) is { Count: > 0 } batch)
        {
            foreach (var ticket in batch)
            {
                if (await keeper.UseAsync(ticket, ct) is not { } first)
                {
                    return false;
                }

                _twice += first ? 0 : 1;
                _reported++;
            }
        }

        return true;
    }

    private async Task<bool> CopyAsync(IKeeper keeper, CancellationToken ct)
    {
        while (true)
        {
            if (await keeper.UsedAfterAsync(_copied, ct) is not { } tickets)
            {
                return false;
            }

            foreach (var ticket in tickets)
            {
                _used.TryUse(ticket);
            }

            _copied += tickets.Count;
            if (tickets.Count < KeeperLimits.Batch)
            {
                return true;
            }
        }
    }
}

/// <summary>The door that decides for all, as the others see it.</summary>
internal interface IKeeper
{
    /// <summary>True when this visit is the first with its ticket, false when another one was, null when the keeper does not answer.</summary>
    Task<bool?> UseAsync(UsedTicket ticket, CancellationToken ct);

    /// <summary>What was used after so many others, at most <see cref="KeeperLimits.Batch"/>; null when the keeper does not answer.</summary>
    Task<IReadOnlyList<UsedTicket>?> UsedAfterAsync(int count, CancellationToken ct);
}

/// <summary>Bounds between doors.</summary>
internal static class KeeperLimits
{
    /// <summary>How many tickets one answer names.</summary>
    public const int Batch = 1000;

    /// <summary>How long a door waits for the keeper, with a visitor in front of it.</summary>
    public static TimeSpan Patience { get; } = TimeSpan.FromSeconds(2);
}
