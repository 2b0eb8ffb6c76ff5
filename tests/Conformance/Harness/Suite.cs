using System.Collections.Concurrent;
using System.Security.Cryptography.X509Certificates;
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
    private readonly SuiteAuthority _clientAuthority = new("Suite authority of clients");
    private readonly SuiteAuthority _wallets = new("Suite wallet provider root");
    private readonly SuiteKey _walletProvider = SuiteKey.Of("ES256");
    private ProviderProgram? _provider;
    private IssuerProgram? _issuer;

    public SuitePerson Person { get; } = new();

    /// <summary>The OpenID Provider.</summary>
    public ServerUnderTest Provider => _provider!.Server;

    /// <summary>The offer that the person was given: good for an hour.</summary>
    internal JsonObject CardOffer { get; private set; } = [];

    /// <summary>The root under which the issuer signs.</summary>
    internal X509Certificate2 IssuerRoot => _authority.Root;

    internal ProviderProgram Idp => _provider!;

    internal Registrar Registrar => new(Provider, _provider!.InitialAccessToken);

    /// <summary>What the clients publish, and what is sent to them.</summary>
    internal Receiver Received { get; } = new();

    public async ValueTask InitializeAsync()
    {
        try
        {
            MakeClients();
            await Received.StartAsync();
            await StartAsync();
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

    /// <summary>A registered client of a variant: 1 or 2; in the Basic plans 3 and 4 too, each for one module alone.</summary>
    public SuiteClient ClientOf(Variant variant, int number) => _clients.TryGetValue((variant, number), out var client)
        ? client
        : throw new Xunit.Sdk.XunitException($"no client is registered for {variant}");

    public async ValueTask DisposeAsync()
    {
        if (_issuer is not null)
        {
            await _issuer.DisposeAsync();
        }

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
        _clientAuthority.Dispose();
        _wallets.Dispose();
        _walletProvider.Dispose();
        _http.Dispose();
        _data.Delete(recursive: true);
    }

    // The issuer is a client of the provider, so its keys come first; it is started second.
    private async Task StartAsync()
    {
        var issuerPort = ChildServer.FreePort();
        _provider = new(Path.Combine(_data.FullName, "idp"), $"https://localhost:{issuerPort}", _clientAuthority, _http);
        _issuer = new(Path.Combine(_data.FullName, "card-issuer"), issuerPort, _provider.Child.Url, _authority, _wallets, _http);
        var issuer = await _issuer.PrepareAsync(_authority, _provider.BundleRoot);
        await _provider.StartAsync([.. ClientsOf(haip: false).Select(client => (client.Id, client.Registration())), (IssuerProgram.ClientId, issuer)], _authority);
        await _issuer.StartAsync(ClientsOf(haip: true));
        foreach (var client in _clients.Values)
        {
            client.Server = client.Variant.IsHaip ? _issuer.Server : Provider;
        }

        await Person.SignUpAsync(Provider.Issuer);
        CardOffer = await new Desk(_issuer.Child, Person).IssueAsync();

        // The first collection makes the card active; the modules then collect side by side.
        using var browser = Person.NewBrowser();
        await new CardShow(_provider, _authority.Root, _http).ShowAsync(new(ClientsOf(haip: true).First(client => client.Variant.Vci is null), browser));
    }

    private IEnumerable<SuiteClient> ClientsOf(bool haip) => _clients.Values.Where(client => client.Variant.IsHaip == haip);

    private void MakeClients()
    {
        foreach (var variant in OfficialModules.All.Where(entry => OfficialModules.IsToRun(entry) && entry.Variant is { Dynamic: false, Vp: null }).Select(entry => entry.Variant).Distinct())
        {
            for (var number = 1; number <= (variant.Plan is PlanNames.Basic or PlanNames.FormPostBasic ? 4 : 2); number++)
            {
                _clients[(variant, number)] = Make(variant, number);
            }

            if (variant.Auth == ClientAuth.Basic)
            {
                var post = variant with { Auth = ClientAuth.Post };
                _clients[(post, 1)] = Make(post, 1);
            }
        }
    }

    private SuiteClient Make(Variant variant, int number)
    {
        using var certificate = _wallets.Issue(_walletProvider, "Suite wallet provider");
        var client = new SuiteClient(variant, number, _clientAuthority) { Wallet = variant.IsHaip ? new(_walletProvider, Convert.ToBase64String(certificate.RawData)) : null };
        client.BackchannelLogoutUri = variant.Plan == PlanNames.BackchannelLogout ? Received.UrlOf(client.Id) : null;
        return client;
    }
}
