using System.Diagnostics.CodeAnalysis;

namespace IdentityPlatform.Hosting.Storage;

/// <summary>
/// A thread for what waits for the disk, one piece of work after the other: on a thread of the pool it would keep back the
/// requests that bring the next piece, and make the pool start threads that then stand in each other's way.
/// </summary>
internal sealed class OwnThread : IDisposable
{
    private readonly object _gate = new();
    private Action? _work;
    private TaskCompletionSource _done = new();
    private bool _ended;

    public OwnThread(string name) => new Thread(Run) { IsBackground = true, Name = name }.Start();

    /// <summary>Runs the work; the caller waits for it before it brings the next.</summary>
    public Task RunAsync(Action work)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            (_work, _done) = (work, done);
            Monitor.Pulse(_gate);
        }

        return done.Task;
    }

    /// <summary>Ends the thread when its work is done.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _ended = true;
            Monitor.Pulse(_gate);
        }
    }

    private void Run()
    {
        while (Next() is var (work, done))
        {
            Run(work, done);
        }
    }

    private (Action Work, TaskCompletionSource Done)? Next()
    {
        lock (_gate)
        {
            while (_work is null && !_ended)
            {
                Monitor.Wait(_gate);
            }

            var work = _work;
            _work = null;
            return work is null ? null : (work, _done);
        }
    }

    [SuppressMessage("Design", "CA1031", Justification = "The failure is the caller's.")]
    private static void Run(Action work, TaskCompletionSource done)
    {
        try
        {
            work();
        }
        catch (Exception e)
        {
            done.SetException(e);
            return;
        }

        done.SetResult();
    }
}
