namespace IdentityPlatform.OAuth.Tests.Server;

/// <summary>A server of its own for each test.</summary>
public abstract class ServerTests(TestSetup? setup = null) : IAsyncLifetime
{
    protected TestServer Server { get; private set; } = null!;

    protected TestClient One { get; private set; } = null!;

    protected TestClient Two { get; private set; } = null!;

    protected static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        Server = await TestServer.StartAsync(setup);
        (One, Two) = (TestClient.One(Server), TestClient.Two(Server));
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await Server.DisposeAsync();
    }
}
