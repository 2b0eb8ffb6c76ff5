using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using IdentityPlatform.Formats;
using IdentityPlatform.Hosting;
using IdentityPlatform.Hosting.Web;
using IdentityPlatform.IdP.Accounts;
using IdentityPlatform.Verifier;
using IdentityPlatform.Verifier.AspNetCore;
using IdentityPlatform.Verifier.Presentation;

namespace IdentityPlatform.IdP.SignIn;

/// <summary>What a presented card came to.</summary>
public enum CardAnswer
{
    /// <summary>The wallet has not answered yet.</summary>
    Waiting,

    /// <summary>The person is signed in.</summary>
    SignedIn,

    /// <summary>The card, or the way it was presented, did not pass.</summary>
    Rejected,

    /// <summary>The wallet or the person declined.</summary>
    Declined,

    /// <summary>A good card of nobody here.</summary>
    UnknownAccount,

    /// <summary>A good card of another account than the one that this browser is signed in to.</summary>
    OtherAccount,

    /// <summary>There is no such request for this browser.</summary>
    Gone,
}

/// <summary>
/// Signs a person in by their card (DESIGN "Card sign-in"): the claim <c>account</c> holds this provider's issuer and the
/// pairwise subject that it once gave to the card's issuer. It is asked for here alone; nobody else has a use for it.
/// </summary>
public sealed class CardSignIn(
    Presentations presentations, CardSettings settings, ServerSettings server, CardSubjects subjects, Identities identities, Browser browser, Cookies cookies)
{
    private const string QueryId = "card";
    private const string AccountClaim = "account";
    private const string Cookie = "card";
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    /// <summary>Starts a request in both ways, for this browser: for a wallet on another device, and for one on the same.</summary>
    /// <returns>Null when too many are open.</returns>
    public async Task<(StartedPresentation Scan, StartedPresentation Open)?> StartAsync(HttpContext http, bool withName, CancellationToken ct)
    {
        var secret = Base64UrlText.Encode(RandomNumberGenerator.GetBytes(24));
        cookies.Set(http, Cookie, secret, Lifetime);
        var query = CredentialQuery.OfType(QueryId, settings.Type!).Asking(AccountClaim);
        foreach (var claim in withName ? VerifiedAttributes.Names : [])
        {
            query = query.Asking(claim);
        }

        return await presentations.StartAsync(DcqlQuery.For(query), PresentationWay.CrossDevice, secret, ct: ct) is { } scan
            && await presentations.StartAsync(DcqlQuery.For(query), PresentationWay.SameDevice, secret, ct: ct) is { } open
            ? (scan, open)
            : null;
    }

    /// <summary>Looks whether the wallet has answered, and signs the person in when it has.</summary>
    public async Task<(CardAnswer Answer, string? Reason)> CompleteAsync(HttpContext http, string id, CancellationToken ct) => await TakeAsync(http, id, ct) switch
    {
        PresentationOutcome.Pending => (CardAnswer.Waiting, null),
        PresentationOutcome.Completed { Result: PresentationResult.Accepted accepted } => (await SignInAsync(http, accepted.Answers[0].Verdict.Credential, ct), null),
        PresentationOutcome.Completed { Result: PresentationResult.Rejected rejected } => (CardAnswer.Rejected, rejected.Verdict.Explain(CultureInfo.CurrentUICulture)),
        PresentationOutcome.Declined => (CardAnswer.Declined, null),
        PresentationOutcome.NotYours => (CardAnswer.Gone, null),
        _ => (CardAnswer.Rejected, null),
    };

    private Task<PresentationOutcome> TakeAsync(HttpContext http, string id, CancellationToken ct) =>
        presentations.TakeAsync(id, cookies.Find(http, Cookie) ?? "", http.Request.Query["response_code"] is [var code] ? code : null, ct);

    private async Task<CardAnswer> SignInAsync(HttpContext http, VerifiedCredential card, CancellationToken ct)
    {
        if (SubjectOf(card) is not { } subject || await subjects.FindAccountAsync(subject, ct) is not { } accountId)
        {
            return CardAnswer.UnknownAccount;
        }

        // The person must not find themselves in another account unawares.
        if (await browser.SessionAsync(http, ct) is { } session && session.AccountId != accountId)
        {
            return CardAnswer.OtherAccount;
        }

        var shown = VerifiedAttributes.Names
            .Select(name => (Name: name, Value: card.Claims.StringMember(name)))
            .Where(claim => !string.IsNullOrEmpty(claim.Value))
            .ToDictionary(claim => claim.Name, claim => claim.Value!);
        await identities.TakeOverAsync(accountId, shown, card.ValidUntil!.Value, ct);
        await browser.SignInAsync(http, accountId, SignInMethod.Card, HolderLog.Entry(accountId, HolderLog.CardPresented, shown.Keys), ct);
        return CardAnswer.SignedIn;
    }

    // A subject of another provider is no subject of ours, whatever it looks like.
    private string? SubjectOf(VerifiedCredential card) =>
        card.Find(AccountClaim) is [{ ValueKind: JsonValueKind.Object } account] && account.StringMember("iss") == server.PublicUrl
            ? account.StringMember("sub")
            : null;
}
