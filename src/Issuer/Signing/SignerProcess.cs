using IdentityPlatform.Formats;
using IdentityPlatform.Hosting.Keys;
using IdentityPlatform.Issuer.Issuance;
using IdentityPlatform.Issuer.Officers;
using IdentityPlatform.Issuer.Status;

namespace IdentityPlatform.Issuer.Signing;

/// <summary>The signer as a whole: its keys, its memory and its door. The verb <c>sign</c> runs one and nothing else.</summary>
public sealed class SignerProcess : IAsyncDisposable
{
    private readonly SignerState _state;

    private SignerProcess(Signer keys, SignerState state, SignerServer server, RosterSigner roster) =>
        (Keys, _state, Server, Roster) = (keys, state, server, roster);

    /// <summary>The keys that no other process has.</summary>
    public Signer Keys { get; }

    /// <summary>Its memory.</summary>
    public SignerState State => _state;

    public SignerServer Server { get; }

    /// <summary>What makes invitations and roster entries.</summary>
    public RosterSigner Roster { get; }

    /// <summary>Opens the keys, looks at what they may be used for, and listens.</summary>
    /// <exception cref="KeyDirectoryException">A key is missing, or is certified for something else.</exception>
    /// <exception cref="SignerException">The socket cannot be used.</exception>
    public static async Task<SignerProcess> StartAsync(
        SignerSettings settings, string socket, StatusPolicy lists, TimeProvider time, FillRandom random, ILoggerFactory logging, CancellationToken ct)
    {
        var keys = settings.Keys.Open(settings.Development);
        SignerState? state = null;
        try
        {
            DocumentSigner.Check(keys.Active(KeyRole.Credentials), settings.Deployment);
            _ = keys.Active(KeyRole.Roster);
            _ = keys.Active(KeyRole.AuditHead);
            _ = keys.Secret(SecretRole.DocumentHash);
            state = await SignerState.OpenAsync(settings.State, keys, time, ct);
            var roster = new RosterSigner(keys, settings.Deployment, time);
            var minter = new CardMinter(keys, new IssuerUrls(settings.PublicUrl), random);
            var signer = new MintingSigner(keys, state, roster, minter, settings, lists, time, logging.CreateLogger<MintingSigner>());
            return new SignerProcess(keys, state, SignerServer.Listen(socket, settings.ForGroup, signer, logging.CreateLogger<SignerServer>()), roster);
        }
        catch
        {
            await (state?.DisposeAsync() ?? ValueTask.CompletedTask);
            keys.Dispose();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        await _state.DisposeAsync();
        Keys.Dispose();
    }
}
