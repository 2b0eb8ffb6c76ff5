using System.Net;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.SdJwt;
using IdentityPlatform.Playground.Programs;
using IdentityPlatform.Verifier;
using IdentityPlatform.Verifier.Bundle;
using IdentityPlatform.Verifier.Presentation;
using IdentityPlatform.Wallet;
using IdentityPlatform.Wallet.Cards;
using IdentityPlatform.Wallet.Issuance;
using IdentityPlatform.Wallet.Presentation;

namespace IdentityPlatform.EndToEnd.Tests.Browser;

/// <summary>The wallet on a person's phone: takes the links that pages show.</summary>
internal sealed class HandWallet(BrowserTown place)
{
    private readonly WalletFile _cards = WalletFile.InMemory();
    private readonly Collector _collector = new(place.Town.Http, place.Town.Wallet, Neighbourhood.WalletCallback, TimeProvider.System);

    /// <summary>From nobody to somebody with a card in a wallet.</summary>
    public static async Task<(Holder Holder, HandWallet Wallet)> GetCardAsync(BrowserTown place, Visitor visitor, string? document = null)
    {
        var (holder, wallet) = (new Holder(visitor), new HandWallet(place));
        await holder.SignUpAsync();
        var caseId = await holder.ApplyAsync();
        await (await place.CrewAsync(visitor.Language)).ApproveAsync(caseId, document: document);
        await wallet.CollectAsync(await holder.AskForOfferAsync(), holder);
        return (holder, wallet);
    }

    /// <summary>Collects at home: the wallet opens the person's browser, and the person agrees.</summary>
    public async Task CollectAsync(string link, Holder holder)
    {
        var offer = (await CredentialOffer.ReadAsync(link, place.Town.Http, CancellationToken.None)).OrThrow();
        var (pending, refused) = await _collector.AuthorizeAsync(offer, CancellationToken.None);
        Assert.True(pending is not null, $"the issuer refused the wallet: {refused?.Error}");
        var visitor = holder.At;
        await visitor.OpenAsync(pending.Url);
        await visitor.SeeAsync("wallet-consent", Words.Wallet(visitor.Language, "consent.title"));
        await visitor.PressAsync(Words.Wallet(visitor.Language, "consent.yes"), "/callback");
        var query = new Uri(visitor.Page.Url).Query.TrimStart('?').Split('&').Select(p => p.Split('=', 2)).ToDictionary(p => p[0], p => WebUtility.UrlDecode(p[1]));
        Keep(await _collector.CollectAsync(pending, query.GetValueOrDefault, CancellationToken.None));
    }

    /// <summary>Answers a verifier's link; gives where the browser of the same device goes on, or null.</summary>
    public async Task<string?> PresentAsync(string link)
    {
        var request = (await Wallet.Presentation.PresentationRequest.FetchAsync(link, place.Town.ReaderAnchors, place.Town.Http, DateTimeOffset.UtcNow, CancellationToken.None)).OrThrow();
        var answer = await new Presenter(place.Town.Http, _cards, TimeProvider.System).PresentAsync(request, CancellationToken.None);
        Assert.True(answer is { Taken: true }, $"the verifier answered {answer?.Status}");
        return answer!.RedirectUri;
    }

    /// <summary>Takes the one ticket that an offer is for, with the code that stands beside it.</summary>
    public async Task<CardCopy> TakeTicketAsync(string link, string code)
    {
        var offer = (await CredentialOffer.ReadAsync(link, place.Town.Http, CancellationToken.None)).OrThrow();
        return Assert.Single(Assert.IsType<CollectionOutcome.Collected>(await _collector.CollectAsync(offer, code, CancellationToken.None)).Copies);
    }

    /// <summary>Shows one claim of a credential to somebody who has the issuer's bundle and nothing else; gives what they learned, or why they refused.</summary>
    public async Task<string?> ProveAsync(CardCopy copy, string issuer, string keys, string claim)
    {
        using var root = KeyFile.Read(Path.Combine(place.Town.Places.Keys, keys, "bundle-root.json"));
        var bundle = OfflineBundle.Parse(await place.Town.Http.GetByteArrayAsync(new Uri($"{issuer}/bundle")), root.PublicKey).OrThrow();
        var expectation = new Expectation { Query = CredentialQuery.OfType("q", copy.Type).Asking(claim), Nonce = new string('n', 24), Audience = "x509_hash:somebody" };
        var shown = new Presenter(place.Town.Http, _cards, TimeProvider.System).Build(copy, [ClaimPath.Of(claim)], expectation.Audience, expectation.Nonce);
        return CredentialVerifier.Verify(shown, expectation, Policy.Haip, Trust.From(bundle), DateTimeOffset.UtcNow)
            .Match(good => good.Credential.Claims.StringMember(claim), bad => bad.Failure.GetType().Name);
    }

    /// <summary>Throws the copies of a lost card away.</summary>
    public void Forget() => _cards.Forget(_cards.Copies[0].Type);

    private void Keep(CollectionOutcome outcome)
    {
        var collected = Assert.IsType<CollectionOutcome.Collected>(outcome);
        Assert.Equal(10, collected.Copies.Count);
        if (!_cards.Copies.Contains(collected.Copies[0]))
        {
            _cards.Add(collected.Copies);
        }
    }
}
