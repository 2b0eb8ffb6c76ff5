using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace IdentityPlatform.Benchmarks.Load;

/// <summary>What one turn of load got done.</summary>
/// <param name="Units">Finished units of work.</param>
/// <param name="Seconds">Of the clock on the wall.</param>
/// <param name="Latencies">How long each took.</param>
internal sealed record LoadResult(long Units, double Seconds, Latencies Latencies);

/// <summary>
/// A fixed number of connections, each with one request under way: a closed loop. One thread serves them all, woken once for
/// all answers that are there, so that the load costs less than the lightest server.
/// </summary>
internal static class ClosedLoop
{
    private const int SecondMicroseconds = 1_000_000;

    /// <summary>Lets every caller work for a while over a connection of its own.</summary>
    /// <exception cref="LoadException">An answer was not the expected one, or none came for ten seconds.</exception>
    public static LoadResult Run(IPEndPoint server, IReadOnlyList<Caller> callers, TimeSpan duration)
    {
        var work = callers.Select(caller => new Work(new Connection(server), caller)).ToDictionary(one => one.Connection.Socket);
        try
        {
            return Run(work, duration);
        }
        finally
        {
            foreach (var one in work.Values)
            {
                one.Connection.Dispose();
            }
        }
    }

    private static LoadResult Run(Dictionary<Socket, Work> work, TimeSpan duration)
    {
        var (latencies, start) = (new Latencies(), Stopwatch.GetTimestamp());
        foreach (var one in work.Values)
        {
            one.Begin();
        }

        var (units, seconds, ready) = (0L, 0.0, new List<Socket>(work.Count));
        while (IsAnyUnderWay(work))
        {
            var isOver = Stopwatch.GetElapsedTime(start) >= duration;
            seconds = isOver && seconds == 0 ? Stopwatch.GetElapsedTime(start).TotalSeconds : seconds;
            foreach (var socket in Ready(work, ready))
            {
                // What ends after the time is not counted, but it has to end: a server may have spent a token on it.
                units += work[socket].Advance(latencies, goOn: !isOver) && !isOver ? 1 : 0;
            }
        }

        return new(units, seconds, latencies);
    }

    private static bool IsAnyUnderWay(Dictionary<Socket, Work> work)
    {
        foreach (var one in work.Values)
        {
            if (one.IsUnderWay)
            {
                return true;
            }
        }

        return false;
    }

    private static List<Socket> Ready(Dictionary<Socket, Work> work, List<Socket> ready)
    {
        ready.Clear();
        foreach (var (socket, one) in work)
        {
            if (one.IsUnderWay)
            {
                ready.Add(socket);
            }
        }

        Socket.Select(ready, null, null, 10 * SecondMicroseconds);
        return ready.Count > 0 ? ready : throw new LoadException("No answer came for ten seconds.");
    }

    private sealed class Work(Connection connection, Caller caller)
    {
        public Connection Connection => connection;

        public bool IsUnderWay { get; private set; }

        public void Begin()
        {
            IsUnderWay = true;
            connection.SentAt = Stopwatch.GetTimestamp();
            connection.Send(caller.Begin());
        }

        /// <summary>True when a unit was finished; the next one is begun then, unless the time is over.</summary>
        public bool Advance(Latencies latencies, bool goOn)
        {
            if (!connection.TryReceive(out var response))
            {
                return false;
            }

            var next = caller.Continue(response);
            if (next.Length > 0)
            {
                connection.Send(next);
                return false;
            }

            IsUnderWay = false;
            latencies.Add(Stopwatch.GetTimestamp() - connection.SentAt);
            if (goOn)
            {
                Begin();
            }

            return true;
        }
    }
}
