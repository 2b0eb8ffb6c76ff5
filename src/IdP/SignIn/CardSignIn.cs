using IdentityPlatform.Formats;
using IdentityPlatform.IdP.Accounts;
using IdentityPlatform.Verifier;
using IdentityPlatform.Verifier.AspNetCore;
using IdentityPlatform.Verifier.Presentation;

namespace IdentityPlatform.IdP.SignIn;

/// <summary>
/// Signs a person in by their card (DESIGN "Card sign-in"): the claim <c>account</c> holds this provider's issuer and the
/// pairwise subject that it once gave to the card's issuer. It is asked for here alone; nobody else has a use for it.
/// </summary>
public sealed class CardSignIn(CardPresentations cards, CardSettings settings, Identities identities, Browser browser)
{
    private const string AccountClaim = "account";

    /// <summary>Starts a request for this browser. Null when too many are open.</summary>
    public Task<(StartedPresentation Scan, StartedPresentation Open)?> StartAsync(HttpContext http, bool withName, CancellationToken ct)
    {
        var query = CredentialQuery.OfType("card", settings.Type!).Asking(AccountClaim);
        foreach (var claim in withName ? VerifiedAttributes.Names : [])
        {
            query = query.Asking(claim);
        }

        return cards.StartAsync(http, query, ct);
    }

    /// <summary>Looks whether the wallet has answered, and signs the person in when it has.</summary>
    public Task<(CardAnswer Answer, string? Reason)> CompleteAsync(HttpContext http, string id, CancellationToken ct) =>
        cards.CompleteAsync(http, id, card => SignInAsync(http, card, ct), ct);

    private async Task<CardAnswer> SignInAsync(HttpContext http, VerifiedCredential card, CancellationToken ct)
    {
        if (await cards.AccountOfAsync(card, AccountClaim, ct) is not { } accountId)
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
        return CardAnswer.Taken;
    }
}
