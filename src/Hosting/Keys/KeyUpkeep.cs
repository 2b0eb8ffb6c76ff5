using Microsoft.Extensions.Logging;

namespace IdentityPlatform.Hosting.Keys;

/// <summary>
/// Every half minute: does what is due in the key directory (<see cref="KeyRotation"/>), then lets the signer follow it.
/// Any number of processes may share a directory: a lock file lets one of them act, and the others follow.
/// </summary>
internal sealed partial class KeyUpkeep(Signer signer, KeyDirectory directory, RotationPolicy policy, TimeProvider time, ILogger<KeyUpkeep> logger) : PeriodicService(Interval, time)
{
    /// <summary>How old the keys of a process may be.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);

    // keys.example is the same for all programs of a machine, and under version control: nobody renews it.
    private readonly bool _rotates = policy.Automatic && !signer.HasExampleKeys;

    private readonly Dictionary<string, string> _faults = [];

    /// <summary>One round.</summary>
    internal void Run()
    {
        Attempt("rotated", () =>
        {
            // What was read last says whether something may be due; what is there under the lock says what is.
            if (_rotates && KeyRotation.Plan(signer.Files, policy, Time.GetUtcNow()).Count > 0)
            {
                foreach (var change in directory.TryRotate(policy))
                {
                    LogChanged(logger, change);
                }
            }
        });
        Attempt("followed", () =>
        {
            if (signer.Reload())
            {
                LogFollowed(logger, signer.Version);
            }
        });
    }

    protected override Task RoundAsync(CancellationToken ct)
    {
        Run();
        return Task.CompletedTask;
    }

    // The keys from before stay in force. Each fault is said once, and again only after another or none.
    private void Attempt(string what, Action action)
    {
        try
        {
            action();
            _faults.Remove(what);
        }
        catch (Exception e) when (e is KeyDirectoryException or IOException or UnauthorizedAccessException)
        {
            if (_faults.GetValueOrDefault(what) != e.Message)
            {
                _faults[what] = e.Message;
                LogFailed(logger, what, e);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Key rotation: {Change}")]
    private static partial void LogChanged(ILogger logger, string change);

    [LoggerMessage(Level = LogLevel.Information, Message = "The key directory has changed; version {Version} of its keys is in force")]
    private static partial void LogFollowed(ILogger logger, int version);

    [LoggerMessage(Level = LogLevel.Error, Message = "The key directory could not be {What}; the keys from before stay in force")]
    private static partial void LogFailed(ILogger logger, string what, Exception exception);
}
