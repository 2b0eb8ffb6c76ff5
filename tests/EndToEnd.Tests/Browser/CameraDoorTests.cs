using System.Net.Sockets;
using System.Text.Json;
using Deque.AxeCore.Playwright;
using IdentityPlatform.Formats;
using IdentityPlatform.Playground.Programs;
using IdentityPlatform.Wallet.Presentation;
using Microsoft.Playwright;

namespace IdentityPlatform.EndToEnd.Tests.Browser;

/// <summary>
/// The door's camera: a phone that reaches no network reads the request from the door's codes, and the door reads the wallet's codes. Real are the door as a
/// process, its page, the wallet's code and page, and the reading of pictures; the camera is Chromium's, which plays a film of what the wallet's page draws.
/// </summary>
public sealed class CameraDoorTests : IAsyncLifetime
{
    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("camera-door-");
    private readonly EveningIssuers _issuers = new();
    private readonly List<string> _outside = [];
    private ChildProgram _door = null!;
    private IPlaywright _playwright = null!;
    private IBrowser _chromium = null!;
    private Task? _filmed;

    private string Film => Path.Combine(_data.FullName, "film.y4m");

    public async ValueTask InitializeAsync()
    {
        var url = $"http://localhost:{FreePort()}";
        _door = new(Places.Find(_data.FullName), "door", "samples/EventDoor", url, new Dictionary<string, string>
        {
            ["PublicUrl"] = url,
            ["EventDoor:Directory"] = _data.FullName,
            ["EventDoor:BundleRoot"] = _issuers.WriteRoot(_data.FullName, "card"),
            ["EventDoor:BundleUrl"] = "",
            ["EventDoor:Event"] = EveningIssuers.Event,
            ["EventDoor:TicketBundleRoot"] = _issuers.WriteRoot(_data.FullName, "ticket"),
            ["EventDoor:TicketBundleUrl"] = "",
        });
        await _door.StartAsync(CancellationToken.None);
        using var http = new HttpClient();
        foreach (var bundle in _issuers.Bundles())
        {
            using var body = new ByteArrayContent(bundle);
            (await http.PutAsync(new Uri($"{_door.Url}/bundle"), body)).EnsureSuccessStatusCode();
        }

        _playwright = await Microsoft.Playwright.Playwright.CreateAsync();
        _chromium = await _playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = "/usr/bin/chromium",
            Args = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream", $"--use-file-for-fake-video-capture={Film}"],
        });
    }

    public async ValueTask DisposeAsync()
    {
        await _chromium.DisposeAsync();
        _playwright.Dispose();
        await _door.DisposeAsync();
        _issuers.Dispose();
        _data.Delete(recursive: true);
    }

    [Theory]
    [InlineData("dc+sd-jwt")]
    [InlineData("mso_mdoc")]
    public async Task A_card_and_a_ticket_are_shown_to_the_camera_and_the_ticket_lets_in_once(string format)
    {
        var copies = format == "mso_mdoc" ? _issuers.Mdocs() : _issuers.Copies();
        Assert.All(EveningIssuers.Wallet(copies).Copies, copy => Assert.Equal(format, copy.Format));
        var page = await OpenAsync();
        await VisitAsync(page, () => EveningIssuers.Wallet(copies), Words.Door("en", "VerdictAccepted"));
        Assert.Contains(Words.Door("en", "TicketFirst"), await page.InnerTextAsync("#verdict"), StringComparison.Ordinal);

        // The wallet shows what it has shown before; another copy of the card would not help.
        await page.Locator("#next").ClickAsync();
        await SeeAsync(page, Words.Door("en", "VerdictRejected"));
        Assert.Contains(Words.Door("en", "TicketAgain"), await page.InnerTextAsync("#verdict"), StringComparison.Ordinal);
        Assert.Empty(_outside);
    }

    private async Task<IPage> OpenAsync()
    {
        var page = await _chromium.NewPageAsync(new() { ViewportSize = new() { Width = 390, Height = 844 }, Locale = "en" });
        page.SetDefaultTimeout(120_000);
        page.Request += (_, request) => Note(!request.Url.StartsWith(_door.Url, StringComparison.Ordinal), request.Url);
        page.PageError += (_, error) => Note(true, error);
        await page.GotoAsync(_door.Url);
        return page;
    }

    private async Task VisitAsync(IPage page, Func<Wallet.Cards.WalletFile> wallet, string verdict)
    {
        // Between the door's codes and its camera: the wallet reads the codes, and its own page is filmed.
        await page.RouteAsync("**/frames", async route =>
        {
            if (route.Request.Method != "GET")
            {
                await route.ContinueAsync();
                return;
            }

            var answer = await route.FetchAsync();
            _filmed = FilmAsync(JsonElement.Parse(await answer.BodyAsync()), wallet());
            await _filmed;
            await route.FulfillAsync(new() { Response = answer });
        });
        await page.Locator("#use-camera").ClickAsync();
        await page.GetByRole(AriaRole.Heading, new() { Name = Words.Door("en", "CameraTitle") }).WaitForAsync();
        while (_filmed is null)
        {
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }

        await _filmed;
        await Shots.TakeAsync(page, "door-camera");
        Assert.Empty((await page.RunAxe()).Violations.Select(violation => $"{violation.Id}: {violation.Nodes[0].Html}"));
        await SeeAsync(page, verdict);
        await Shots.TakeAsync(page, "door-verdict");
    }

    private static Task SeeAsync(IPage page, string verdict) => page.GetByRole(AriaRole.Heading, new() { Name = verdict, Exact = true }).WaitForAsync();

    private async Task FilmAsync(JsonElement codes, Wallet.Cards.WalletFile wallet)
    {
        var texts = codes.ArrayMember("frames")!.Value.EnumerateArray().Select(frame => frame.StringMember("text")!);
        var request = PresentationRequest.Read(texts, EveningIssuers.ReaderAnchors, DateTimeOffset.UtcNow).OrThrow();
        using var http = new HttpClient();
        var frames = new Presenter(http, wallet, TimeProvider.System).Frames(request)!;
        Assert.InRange(frames.Count, 10, 40);
        var phone = await _chromium.NewPageAsync();
        await phone.SetContentAsync(FramesPage.Write(frames));
        await Shots.TakeAsync(phone, "wallet-frames");
        await CameraFilm.WriteAsync(phone, Film);
        await phone.CloseAsync();
    }

    private void Note(bool isFault, string fault)
    {
        if (isFault)
        {
            _outside.Add(fault);
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        return ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;
    }
}
