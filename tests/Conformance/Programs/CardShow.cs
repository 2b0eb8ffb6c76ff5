using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.RegularExpressions;
using IdentityPlatform.Conformance.Harness;
using IdentityPlatform.Wallet.Cards;
using IdentityPlatform.Wallet.Presentation;

namespace IdentityPlatform.Conformance.Programs;

/// <summary>The person shows their card to the identity provider, so that it has a name to pass on: there is no other way for it to learn one.</summary>
internal sealed partial class CardShow(ProviderProgram provider, X509Certificate2 readers, HttpClient http)
{
    public async Task ShowAsync(Flow collection)
    {
        var tokens = await collection.SucceedAsync();
        var card = await CardRequest.MakeAsync(collection.Client);
        var credential = (string)(await tokens.CollectAsync(card)).Is(200).Json["credentials"]![0]!["credential"]!;
        var wallet = WalletFile.InMemory();
        wallet.Add([CardCopy.Take(credential, (ECDsa)card.Holder.Pair).OrThrow()]);

        await provider.WaitForBundleAsync();
        var page = await collection.Browser.PressAsync($"{provider.Server.Issuer}/card/start", new Dictionary<string, string> { ["return"] = "/account", ["name"] = "yes" }, null);
        var link = WebUtility.HtmlDecode(WalletLink().Match(page.Body).Groups[1].Value);
        var request = (await PresentationRequest.FetchAsync(link, [readers], http, DateTimeOffset.UtcNow, CancellationToken.None)).OrThrow();
        var answer = await new Presenter(http, wallet, TimeProvider.System).PresentAsync(request, CancellationToken.None);
        Assert.True(answer?.RedirectUri is not null, $"the provider did not take the card: {answer?.Status}");

        // The account page offers to show the card again: the person looks at it, and presses nothing.
        var end = await collection.Browser.VisitAsync(answer!.RedirectUri!, "https://nowhere.test", Willing.ToLook);
        Assert.True(end.Url.AbsolutePath == "/account", $"the browser ended at {end}: {end.Body}");
    }

    [GeneratedRegex("href=\"(openid4vp://[^\"]+)\"", RegexOptions.None, 1000)]
    private static partial Regex WalletLink();
}
