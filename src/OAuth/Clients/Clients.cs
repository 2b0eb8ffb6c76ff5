namespace IdentityPlatform.OAuth.Clients;

/// <summary>The registered clients.</summary>
public sealed class Clients(ClientDirectory files)
{
    /// <summary>The clients that the operator registered by file.</summary>
    public IReadOnlyCollection<Client> Files => files.All;

    /// <summary>The client as it is registered now, or null. One of a file costs no I/O.</summary>
    public ValueTask<Client?> FindAsync(string? clientId, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        return new(files.Find(clientId));
    }
}
