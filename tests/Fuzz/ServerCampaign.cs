using IdentityPlatform.OAuth.Tests.Server;

namespace IdentityPlatform.Fuzz;

/// <summary>A campaign against the authorization server of the tests.</summary>
internal abstract class ServerCampaign(TestServer server) : Campaign(server.Address)
{
    protected TestServer Server { get; } = server;

    protected override int Campaigns => 4;
}
