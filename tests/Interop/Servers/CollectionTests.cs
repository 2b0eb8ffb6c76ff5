using IdentityPlatform.Formats;
using IdentityPlatform.Interop.Node;
using IdentityPlatform.Playground.People;
using IdentityPlatform.Playground.Programs;

namespace IdentityPlatform.Interop.Servers;

/// <summary>@openid4vc/openid4vci against the running card issuer.</summary>
[Collection(nameof(Town))]
public sealed class CollectionTests(Town town)
{
    [Fact]
    public async Task A_wallet_on_openid4vci_collects_a_batch_with_the_spoken_code() =>
        AssertBatch(CollectedCopy.Of((await town.VisitTheDeskAsync()).SpokenCode));

    [Fact]
    public async Task A_wallet_on_openid4vci_with_another_code_than_the_spoken_one_gets_nothing() =>
        Assert.Equal("invalid_grant", (await town.VisitTheDeskAsync()).WrongCode.StringMember("refused"));

    [Fact]
    public async Task A_wallet_on_openid4vci_that_nobody_attests_gets_nothing() =>
        Assert.Equal("invalid_client_attestation", (await town.VisitTheDeskAsync()).Unattested.StringMember("refused"));

    [Fact]
    public async Task A_wallet_on_openid4vci_collects_a_batch_by_authorization_code()
    {
        var link = await town.OfferAtHomeAsync();
        await using var wallet = NodeClient.Start("openid4vci");

        var start = await wallet.AskAsync(town.Collection(link));
        Assert.Null(start.StringMember("refused"));
        var collected = await wallet.AskAsync(new() { ["callback"] = await AgreeAsync(start.StringMember("url")!) });

        AssertBatch(CollectedCopy.Of(collected));
    }

    private async Task<string> AgreeAsync(string url)
    {
        var browser = town.Cast.Holder.Browser;
        var page = await browser.OpenAsync(url, Neighbourhood.WalletCallback);
        if (PageForm.WithButton(page, "decision", "yes") is { } consent)
        {
            page = await browser.SubmitAsync(consent.Action, new(consent.Values()) { ["decision"] = "yes" }, Neighbourhood.WalletCallback);
        }

        Assert.StartsWith(Neighbourhood.WalletCallback, page.Url.AbsoluteUri, StringComparison.Ordinal);
        return page.Url.AbsoluteUri;
    }

    private static void AssertBatch(IReadOnlyList<CollectedCopy> copies)
    {
        Assert.Equal(10, copies.Count);
        Assert.Equal(10, copies.Select(copy => copy.Key["x"]!.GetValue<string>()).Distinct().Count());
    }
}
