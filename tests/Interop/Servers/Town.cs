using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using IdentityPlatform.Formats;
using IdentityPlatform.Interop.Cards;
using IdentityPlatform.Interop.Node;
using IdentityPlatform.Playground.People;
using IdentityPlatform.Playground.Programs;
using IdentityPlatform.Playground.Story;

namespace IdentityPlatform.Interop.Servers;

/// <summary>All tests that share the running servers: one after another, on the servers' own ports.</summary>
[CollectionDefinition(nameof(Town))]
public sealed class TownCollection : ICollectionFixture<Town>;

/// <summary>
/// The real programs with data of their own, as the playground starts them: the IdP with one relying service more, the card
/// issuer, and the event door.
/// </summary>
public sealed class Town : IAsyncLifetime
{
    internal const string ServiceId = "interop-service";
    internal const string ServiceCallback = $"{ServiceOrigin}/callback";

    /// <summary>A service that signs its requests and wants signed answers.</summary>
    internal const string FapiId = "interop-fapi";
    internal const string FapiCallback = $"{ServiceOrigin}/fapi/callback";
    internal const string FapiSignedOut = $"{ServiceOrigin}/fapi/bye";

    /// <summary>A service on Microsoft's classes, one for each algorithm.</summary>
    internal static string MicrosoftId(string algorithm) => $"interop-microsoft-{algorithm}";

    internal static string MicrosoftCallback(string algorithm) => $"{ServiceOrigin}/{MicrosoftId(algorithm)}/callback";

    /// <summary>A device without a browser.</summary>
    internal const string DeviceId = "interop-device";

    /// <summary>A program without a person, and the service that it calls.</summary>
    internal const string ProgramId = "interop-program";
    internal const string ResourceId = "interop-resource";
    internal const string Resource = "https://records.example";
    internal const string ResourceScope = "records.read";

    /// <summary>A page in the browser whose tokens are bound to a DPoP key.</summary>
    internal const string BoundPage = "interop-page";

    /// <summary>One whose tokens are bound to nothing.</summary>
    internal const string UnboundPage = "interop-plain-page";

    private const string ServiceOrigin = "http://localhost:5112";

    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("interop-");
    private readonly Lazy<Task<DeskVisit>> _visit;
    private readonly Lazy<Task> _apache;
    private readonly Lazy<Task> _service;
    private Mirror? _mirror;
    private int _taken;

    public Town()
    {
        _visit = new(VisitAsync);
        _apache = new(() => Apache.StartAsync(Programs.Idp.Url));
        _service = new(() => Programs.ServiceOne.StartAsync(CancellationToken.None));
    }

    internal Neighbourhood Programs { get; private set; } = null!;

    internal Cast Cast { get; private set; } = null!;

    internal ApacheSite Apache { get; } = new();

    /// <summary>What arrives at the addresses of services.</summary>
    internal Pages Received { get; } = new();

    /// <summary>The registered key of the relying service.</summary>
    internal ECDsa ServiceKey { get; } = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public async ValueTask InitializeAsync()
    {
        var places = Places.Find(_data.FullName);
        Programs = new(places, IdpSettings(places));
        _mirror = new(Programs.Http, Programs.CardIssuer.Url);
        Cast = new(Programs, _mirror);
        try
        {
            await _mirror.StartAsync(CancellationToken.None);
            await Received.StartAsync(Programs.Places, ServiceOrigin);
            foreach (var program in new[] { Programs.Idp, Programs.CardIssuer, Programs.Door })
            {
                await program.StartAsync(CancellationToken.None);
            }
        }
        catch
        {
            // A fixture that did not start is not disposed, and its programs would go on.
            await DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        Cast.Dispose();
        await _mirror!.DisposeAsync();
        await Received.DisposeAsync();
        await Apache.DisposeAsync();
        await Programs.DisposeAsync();
        ServiceKey.Dispose();
        _data.Delete(recursive: true);
    }

    /// <summary>
    /// The visit at the desk where the person got the card, made once for all tests: an officer offers across the desk only
    /// until the card was collected.
    /// </summary>
    internal Task<DeskVisit> VisitTheDeskAsync() => _visit.Value;

    /// <summary>Starts Apache, once for all tests.</summary>
    internal Task StartApacheAsync() => _apache.Value;

    /// <summary>Starts the sample service, once for all tests.</summary>
    internal Task StartServiceAsync() => _service.Value;

    /// <summary>A copy that was collected across the desk and that no test has had yet.</summary>
    internal async Task<CollectedCopy> TakeCopyAsync() => CollectedCopy.Of((await VisitTheDeskAsync()).SpokenCode)[_taken++];

    /// <summary>An offer that the person makes at home, later.</summary>
    internal async Task<string> OfferAtHomeAsync()
    {
        await VisitTheDeskAsync();
        var shown = await Cast.Holder.Browser.PostAsync($"{Programs.CardIssuer.Url}/card/offer", _ => { });
        Assert.True(shown.Status == 200, $"{shown.Status} {shown.Body}");
        return shown.Json.StringMember("link")!;
    }

    /// <summary>A batch that a wallet on @openid4vc/openid4vci collects at home, by authorization code.</summary>
    internal async Task<IReadOnlyList<CollectedCopy>> CollectAtHomeAsync(string? configuration = null)
    {
        var link = await OfferAtHomeAsync();
        await using var wallet = NodeClient.Start("openid4vci");
        var start = await wallet.AskAsync(Collection(link, configuration: configuration));
        Assert.Null(start.StringMember("refused"));
        return CollectedCopy.Of(await wallet.AskAsync(new() { ["callback"] = await AgreeAsync(start.StringMember("url")!) }));
    }

    /// <summary>What a wallet on @openid4vc/openid4vci is told: the offer, and who attests it.</summary>
    internal JsonObject Collection(string offer, string? spoken = null, string? configuration = null)
    {
        using var file = JsonDocument.Parse(File.ReadAllText(Path.Combine(Programs.Places.Keys, "wallet-provider", "wallet-provider.json")));
        return new()
        {
            ["offer"] = offer,
            ["configuration"] = configuration,
            ["txCode"] = spoken,
            ["provider"] = JsonObject.Create(file.RootElement.GetProperty("jwk").Clone()),
            ["x5c"] = JsonArray.Create(file.RootElement.GetProperty("x5c").Clone()),
            ["clientId"] = "playground-wallet",
            ["redirectUri"] = Neighbourhood.WalletCallback,
        };
    }

    // The person says yes to the wallet, where they were not asked before.
    private async Task<string> AgreeAsync(string url)
    {
        var browser = Cast.Holder.Browser;
        var page = await browser.OpenAsync(url, Neighbourhood.WalletCallback);
        if (PageForm.WithButton(page, "decision", "yes") is { } consent)
        {
            page = await browser.SubmitAsync(consent.Action, new(consent.Values()) { ["decision"] = "yes" }, Neighbourhood.WalletCallback);
        }

        Assert.StartsWith(Neighbourhood.WalletCallback, page.Url.AbsoluteUri, StringComparison.Ordinal);
        return page.Url.AbsoluteUri;
    }

    private async Task<DeskVisit> VisitAsync()
    {
        var teller = new StoryTeller(TextWriter.Null);
        await new Step1Enrol(Cast, teller).PlayAsync(CancellationToken.None);
        await new Step3Decide(Cast, teller).PlayAsync(CancellationToken.None);
        var shown = await Cast.OfficerA.Browser.PostAsync($"{Programs.CardIssuer.Url}/desk/cases/{Cast.CaseId}/offer", _ => { });
        Assert.True(shown.Status == 200, $"{shown.Status} {shown.Body}");
        var (link, spoken) = (shown.Json.StringMember("link")!, shown.Json.StringMember("tx_code")!);

        using var stranger = new TestAuthority("Nobody's wallet provider");
        var (signer, key) = stranger.Certify("https://wallet-provider.example.org");
        var unattested = Collection(link, spoken);
        (unattested["provider"], unattested["x5c"]) = (NodeJson.PrivateKey(key), NodeJson.Chain(signer));
        return new(
            await NodeClient.AskOnceAsync("openid4vci", unattested),
            await NodeClient.AskOnceAsync("openid4vci", Collection(link, spoken == "000000" ? "000001" : "000000")),
            await NodeClient.AskOnceAsync("openid4vci", Collection(link, spoken)));
    }

    private Dictionary<string, string> IdpSettings(Places places) => new()
    {
        ["Clients:Directory"] = Registrations.Write(
            Path.Combine(places.Keys, "idp-clients"),
            _data.CreateSubdirectory("services"),
            Registrations.Service(ServiceId, ServiceCallback, ServiceKey),
            Registrations.Fapi(FapiId, FapiCallback, FapiSignedOut, ServiceKey),
            Registrations.Apache(Apache.PublicKey),
            Registrations.Microsoft("ES256", ServiceKey),
            Registrations.Microsoft("PS256", ServiceKey),
            Registrations.Microsoft("RS256", ServiceKey),
            Registrations.Device(DeviceId, ServiceKey),
            Registrations.Program(ProgramId, ResourceScope, ServiceKey),
            Registrations.Resource(ResourceId, Resource, ResourceScope, ServiceKey),
            Registrations.Page(BoundPage, Pages.Origin),
            Registrations.UnboundPage(UnboundPage, Pages.Origin)),

        // So that every client shows that it can answer the question for a nonce (RFC 9449 §8).
        ["RequireDpopNonce"] = "true",
    };
}
