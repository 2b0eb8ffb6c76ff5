using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using IdentityPlatform.Conformance.Official;
using IdentityPlatform.Conformance.Programs;

namespace IdentityPlatform.Conformance.Harness;

/// <summary>The running programs and everybody registered at them: started once for all tests.</summary>
public sealed class Suite : IAsyncLifetime
{
    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("conformance-");
    private readonly HttpClient _http = SuiteHttp.Create();
    private readonly ConcurrentDictionary<(Variant, int), SuiteClient> _clients = [];
    private readonly SuiteAuthority _authority = new("Suite authority");
    private ProviderProgram? _provider;

    public SuitePerson Person { get; } = new();

    /// <summary>The OpenID Provider.</summary>
    public ServerUnderTest Provider => _provider!.Server;

    internal ProviderProgram Idp => _provider!;

    internal Registrar Registrar => new(Provider, _provider!.InitialAccessToken);

    /// <summary>What the clients publish, and what is sent to them.</summary>
    internal Receiver Received { get; } = new();

    public async ValueTask InitializeAsync()
    {
        try
        {
            foreach (var variant in OfficialModules.All.Where(entry => OfficialModules.IsToRun(entry) && entry.Variant is { IsHaip: false, Dynamic: false }).Select(entry => entry.Variant).Distinct())
            {
                _clients[(variant, 1)] = new(variant, 1);
                _clients[(variant, 2)] = new(variant, 2);
                if (variant.Auth == ClientAuth.Basic)
                {
                    var post = variant with { Auth = ClientAuth.Post };
                    _clients[(post, 1)] = new(post, 1);
                }
            }

            await Received.StartAsync();
            foreach (var client in _clients.Values.Where(client => client.Variant.Plan == PlanNames.BackchannelLogout))
            {
                client.BackchannelLogoutUri = Received.UrlOf(client.Id);
            }

            _provider = new(Path.Combine(_data.FullName, "idp"), _http);
            await _provider.StartAsync(_clients.Values, _authority);
            foreach (var client in _clients.Values)
            {
                client.Server = Provider;
            }

            await Person.SignUpAsync(Provider.Issuer);
        }
        catch
        {
            // A fixture that did not start is not disposed, and its programs would go on.
            await DisposeAsync();
            throw;
        }
    }

    /// <summary>Registers a fresh client.</summary>
    public Task<SuiteClient> RegisterAsync(Variant variant, Action<SuiteClient, JsonObject>? change = null) => Registrar.RegisterAsync(variant, change);

    /// <summary>The client of a variant that sends its secret in the form instead.</summary>
    public SuiteClient PostClientOf(Variant variant) => ClientOf(variant with { Auth = ClientAuth.Post }, 1);

    /// <summary>A registered client of a variant: 1 or 2.</summary>
    public SuiteClient ClientOf(Variant variant, int number) => _clients.TryGetValue((variant, number), out var client)
        ? client
        : throw new Xunit.Sdk.XunitException($"no client is registered for {variant}");

    public async ValueTask DisposeAsync()
    {
        if (_provider is not null)
        {
            await _provider.DisposeAsync();
        }

        foreach (var client in _clients.Values)
        {
            client.Dispose();
        }

        await Received.DisposeAsync();
        _authority.Dispose();
        _http.Dispose();
        _data.Delete(recursive: true);
    }
}
