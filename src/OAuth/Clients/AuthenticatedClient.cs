namespace IdentityPlatform.OAuth.Clients;

/// <summary>A client that proved who it is, or a public one that said so. Only <see cref="ClientAuthentication"/> makes one.</summary>
public sealed class AuthenticatedClient
{
    internal AuthenticatedClient(Client client, string? instanceThumbprint) => (Client, InstanceThumbprint) = (client, instanceThumbprint);

    public Client Client { get; }

    /// <summary>The attested key of this wallet instance, or null.</summary>
    public string? InstanceThumbprint { get; }

    public override string ToString() => Client.Id;
}
