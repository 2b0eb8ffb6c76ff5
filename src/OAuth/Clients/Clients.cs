using IdentityPlatform.OAuth.Storage;

namespace IdentityPlatform.OAuth.Clients;

/// <summary>The registered clients: those in the operator's files, and those that registered themselves.</summary>
public sealed class Clients
{
    private readonly ClientDirectory _files;
    private readonly RegisteredClients _registered;

    internal Clients(ClientDirectory files, RegisteredClients registered) => (_files, _registered) = (files, registered);

    /// <summary>The clients that the operator registered by file.</summary>
    public IReadOnlyCollection<Client> Files => _files.All;

    /// <summary>The client as it is registered now, or null. One of a file costs no I/O.</summary>
    public ValueTask<Client?> FindAsync(string? clientId, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        if (_files.Find(clientId) is { } client)
        {
            return new(client);
        }

        return clientId is not null && RegisteredClients.IsOne(clientId) ? new(_registered.FindAsync(clientId, ct)) : new((Client?)null);
    }
}
