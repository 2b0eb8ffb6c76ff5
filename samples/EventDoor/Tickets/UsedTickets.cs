using System.Buffers;
using System.Text;

namespace IdentityPlatform.EventDoor.Tickets;

/// <summary>
/// The tickets that were used, on disk before anybody is let in: one line each, the ticket's handle and the visit that used it. No name, no time,
/// nothing of what was shown. A line that a crash left unfinished is cut off when the file is opened: nobody was let in for it.
/// </summary>
internal sealed class UsedTickets : IDisposable
{
    /// <summary>Letters of a handle: a SHA-256 in hex.</summary>
    public const int HandleLetters = 64;

    /// <summary>Letters of a visit's name.</summary>
    public const int VisitLetters = 32;

    private const int LineBytes = HandleLetters + 1 + VisitLetters + 1;

    private readonly Lock _gate = new();
    private readonly FileStream _file;
    private readonly Dictionary<string, string> _visits = new(StringComparer.Ordinal);
    private readonly List<UsedTicket> _order = [];

    private UsedTickets(FileStream file) => _file = file;

    /// <summary>How many tickets were used.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _order.Count;
            }
        }
    }

    /// <summary>Opens the list, or begins it.</summary>
    /// <exception cref="InvalidDataException">The file is no such list. To go on without it would let tickets in again.</exception>
    public static UsedTickets Open(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var used = new UsedTickets(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read));
        var lines = new byte[used._file.Length - (used._file.Length % LineBytes)];
        used._file.ReadExactly(lines);
        used._file.SetLength(lines.Length);
        for (var at = 0; at < lines.Length; at += LineBytes)
        {
            var ticket = UsedTicket.Parse(Encoding.ASCII.GetString(lines, at, LineBytes - 1));
            if (ticket is null || lines[at + LineBytes - 1] != '\n')
            {
                used.Dispose();
                throw new InvalidDataException($"{path} cannot be used: line {(at / LineBytes) + 1} is damaged.");
            }

            used.Remember(ticket);
        }

        return used;
    }

    /// <summary>Uses a ticket: true for the visit that was the first, also when it asks again because the answer was lost.</summary>
    public bool TryUse(UsedTicket ticket)
    {
        lock (_gate)
        {
            if (_visits.TryGetValue(ticket.Handle, out var first))
            {
                return first == ticket.Visit;
            }

            _file.Write(Encoding.ASCII.GetBytes($"{ticket.Handle} {ticket.Visit}\n"));
            _file.Flush(flushToDisk: true);
            Remember(ticket);
            return true;
        }
    }

    /// <summary>True when the ticket was used, whoever used it.</summary>
    public bool Knows(string handle)
    {
        lock (_gate)
        {
            return _visits.ContainsKey(handle);
        }
    }

    /// <summary>Those that were used after so many others, in their order.</summary>
    public IReadOnlyList<UsedTicket> After(int count, int most)
    {
        lock (_gate)
        {
            return [.. _order.Skip(count).Take(most)];
        }
    }

    public void Dispose() => _file.Dispose();

    private void Remember(UsedTicket ticket)
    {
        _visits.TryAdd(ticket.Handle, ticket.Visit);
        _order.Add(ticket);
    }
}

/// <summary>A ticket's handle, and a random name of the visit that used it: a door that asks again for the same visit gets the same answer.</summary>
internal sealed record UsedTicket(string Handle, string Visit)
{
    private static readonly SearchValues<char> Hex = SearchValues.Create("0123456789abcdef");

    /// <summary>Reads the two with a blank between them, or null.</summary>
    public static UsedTicket? Parse(string line) =>
        line.Length == UsedTickets.HandleLetters + 1 + UsedTickets.VisitLetters && line[UsedTickets.HandleLetters] == ' '
        && IsHex(line.AsSpan(0, UsedTickets.HandleLetters)) && IsHex(line.AsSpan(UsedTickets.HandleLetters + 1))
            ? new UsedTicket(line[..UsedTickets.HandleLetters], line[(UsedTickets.HandleLetters + 1)..])
            : null;

    private static bool IsHex(ReadOnlySpan<char> text) => !text.ContainsAnyExcept(Hex);
}
