using System.Collections.Frozen;
using IdentityPlatform.Hosting.Keys;

namespace IdentityPlatform.OAuth.Clients;

/// <summary>The registered clients: one JSON file each, read once at start. A bad file stops the server.</summary>
public sealed class ClientDirectory
{
    private readonly FrozenDictionary<string, Client> _clients;
    private readonly FrozenDictionary<string, string> _files;

    private ClientDirectory(IReadOnlyCollection<(Client Client, string File)> clients) =>
        (_clients, _files) = (
            clients.ToFrozenDictionary(entry => entry.Client.Id, entry => entry.Client, StringComparer.Ordinal),
            clients.ToFrozenDictionary(entry => entry.Client.Id, entry => entry.File, StringComparer.Ordinal));

    public IReadOnlyCollection<Client> All => _clients.Values;

    /// <summary>The client, or null.</summary>
    public Client? Find(string? clientId) => clientId is null ? null : _clients.GetValueOrDefault(clientId);

    /// <summary>The file of a client, or null.</summary>
    internal string? FileOf(string clientId) => _files.GetValueOrDefault(clientId);

    /// <summary>Reads every <c>*.json</c> in the directory.</summary>
    /// <param name="directory">One file a client.</param>
    /// <param name="allowExampleKeys">False refuses a client with a key of keys.example.</param>
    /// <exception cref="ClientFileException">A file is wrong: names the file and the member.</exception>
    public static ClientDirectory Load(string directory, bool allowExampleKeys)
    {
        if (!Directory.Exists(directory))
        {
            throw new ClientFileException(directory, "the directory does not exist");
        }

        var clients = new Dictionary<string, (Client Client, string File)>(StringComparer.Ordinal);
        foreach (var file in Directory.EnumerateFiles(directory, "*.json").Order(StringComparer.Ordinal))
        {
            var client = ClientFile.Parse(file, File.ReadAllBytes(file));
            if (!allowExampleKeys && client.Keys.Any(key => ExampleKeys.Contains(key.Jwk)))
            {
                throw new ClientFileException(file, "jwks holds a key of keys.example, which everybody has");
            }

            if (!clients.TryAdd(client.Id, (client, file)))
            {
                throw new ClientFileException(file, $"client_id is the one of {Path.GetFileName(clients[client.Id].File)} too");
            }
        }

        return new(clients.Values);
    }
}

/// <summary>A client's file that cannot be used.</summary>
public sealed class ClientFileException : Exception
{
    public ClientFileException()
    {
    }

    public ClientFileException(string message)
        : base(message)
    {
    }

    public ClientFileException(string message, Exception inner)
        : base(message, inner)
    {
    }

    public ClientFileException(string file, string fault)
        : this($"Client file {file}: {fault}.")
    {
    }
}
