using IdentityPlatform.IdP.Tests.Harness;
using Microsoft.Data.Sqlite;

namespace IdentityPlatform.IdP.Tests.Logout;

/// <summary>A provider with one service that wants to be told of logouts, and that service's own server.</summary>
public sealed class BackchannelHost : IAsyncLifetime
{
    public const string ServiceId = "told-service";

    public IdpHost Host { get; private set; } = null!;

    public LogoutReceiver Receiver { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Receiver = await LogoutReceiver.StartAsync();
        Host = new IdpHost();
        Host.Register(ServiceId, "openid profile offline_access", $"\"backchannel_logout_uri\": \"{Receiver.Address}\", \"backchannel_logout_session_required\": true,");
    }

    public Service Service() => Host.Service(ServiceId);

    /// <summary>How many notices still wait.</summary>
    public long Waiting()
    {
        using var connection = Host.OpenDatabase();
        using var command = new SqliteCommand("SELECT count(*) FROM logout_outbox", connection);
        return (long)command.ExecuteScalar()!;
    }

    public async ValueTask DisposeAsync()
    {
        await Host.DisposeAsync();
        await Receiver.DisposeAsync();
    }
}
