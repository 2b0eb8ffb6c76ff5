using System.Net;
using System.Text.RegularExpressions;
using IdentityPlatform.Formats;
using IdentityPlatform.Playground.People;
using IdentityPlatform.Wallet.Issuance;
using IdentityPlatform.Wallet.Presentation;

namespace IdentityPlatform.Playground.Story;

/// <summary>A new card; the person signs in at the IdP by showing it, and a service gets a verified name after consent.</summary>
internal sealed partial class Step8CardSignIn(Cast cast, StoryTeller teller)
{
    public async Task PlayAsync(CancellationToken ct)
    {
        await ReplaceAsync(ct);
        cast.Holder.Browser.Forget();

        // The IdP fetches the issuer's bundle by its own clock, here every second, never because of a sign-in.
        await Task.Delay(TimeSpan.FromSeconds(2), ct);
        var signedIn = await ShowAsync(withName: true, ct);
        teller.CheckEqual("the person signed in at the IdP by showing the new card, in a browser without cookies", "/account", signedIn.Url.PathAndQuery);

        var sub = await Step2SignIn.SignInAsync(cast, cast.Town.ServiceOne, scope: "profile", ct);
        var me = (await cast.Holder.Browser.OpenAsync($"{cast.Town.ServiceOne.Url}/me", ct: ct)).Json;
        teller.Check("the service knows the same subject as before", sub.Length > 0 && sub == cast.SubjectAtServiceOne);
        teller.CheckEqual("after consent it gets the verified name", "Юлия Щеглова", me.StringMember("name"));
        teller.Check($"with the date of its verification: {me.StringMember("verified_at")}", me.StringMember("verified_at") is not null);
    }

    private async Task ReplaceAsync(CancellationToken ct)
    {
        var asked = await cast.Holder.Browser.PostAsync($"{cast.Town.CardIssuer.Url}/card/replacement", _ => { }, ct);
        if (asked.Status != 200)
        {
            throw new StoryFailedException($"no replacement was given: {asked.Status} {asked.Body}");
        }

        cast.Holder.Wallet.Forget(cast.Holder.Wallet.Copies[0].Type);
        var outcome = await new Step4Collect(cast, teller).CollectAtHomeAsync(ct);
        teller.Check("a new card was collected", outcome is CollectionOutcome.Collected { Copies.Count: 10 });
    }

    // On one device: the page's link opens the wallet, and the wallet sends the browser on.
    private async Task<BrowserAnswer> ShowAsync(bool withName, CancellationToken ct)
    {
        var form = new Dictionary<string, string> { ["return"] = "/account", ["name"] = withName ? "yes" : "no" };
        var page = await cast.Holder.Browser.SubmitAsync($"{cast.Town.Idp.Url}/card/start", form, ct: ct);
        var link = WalletLink().Match(page.Body) is { Success: true } match ? WebUtility.HtmlDecode(match.Groups[1].Value) : throw new StoryFailedException($"the IdP shows no wallet link (status {page.Status})");
        var fetched = await PresentationRequest.FetchAsync(link, cast.Town.ReaderAnchors, cast.Town.Http, DateTimeOffset.UtcNow, ct);
        if (fetched.Failed(out var failure, out var request))
        {
            throw new StoryFailedException($"the wallet does not trust the IdP's request: {failure.Fact}");
        }

        var answer = await new Presenter(cast.Town.Http, cast.Holder.Wallet, TimeProvider.System).PresentAsync(request, ct);
        return answer?.RedirectUri is { } next
            ? await cast.Holder.Browser.OpenAsync(next, ct: ct)
            : throw new StoryFailedException($"the IdP did not take the card (status {answer?.Status})");
    }

    [GeneratedRegex("href=\"(openid4vp:[^\"]+)\"", RegexOptions.None, 1000)]
    private static partial Regex WalletLink();
}
