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

    /// <summary>What was shown is taken: the person is signed in, or acts for a child.</summary>
    Taken,

    /// <summary>The card, or the way it was presented, did not pass.</summary>
    Rejected,

    /// <summary>The wallet or the person declined.</summary>
    Declined,

    /// <summary>A good card of nobody here.</summary>
    UnknownAccount,

    /// <summary>A good card of another account than the one that this browser is signed in to.</summary>
    OtherAccount,

    /// <summary>A guardian's credential for a child without an account here.</summary>
    UnknownChild,

    /// <summary>A guardian's credential that has ended, or says what is not known here.</summary>
    NoGuardian,

    /// <summary>There is no such request for this browser.</summary>
    Gone,
}

/// <summary>Asks a wallet for a card in this browser, and says whose account a card names. Each result is given once, and to the browser that asked.</summary>
public sealed class CardPresentations(Presentations presentations, ServerSettings server, CardSubjects subjects, Cookies cookies)
{
    private const string Cookie = "card";
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    /// <summary>Starts a request in both ways, for this browser: for a wallet on another device, and for one on the same.</summary>
    /// <returns>Null when too many are open.</returns>
    public async Task<(StartedPresentation Scan, StartedPresentation Open)?> StartAsync(HttpContext http, CredentialQuery query, CancellationToken ct)
    {
        var secret = Base64UrlText.Encode(RandomNumberGenerator.GetBytes(24));
        cookies.Set(http, Cookie, secret, Lifetime);
        return await presentations.StartAsync(DcqlQuery.For(query), PresentationWay.CrossDevice, secret, ct: ct) is { } scan
            && await presentations.StartAsync(DcqlQuery.For(query), PresentationWay.SameDevice, secret, ct: ct) is { } open
            ? (scan, open)
            : null;
    }

    /// <summary>Looks whether the wallet has answered, and takes what it showed when that passed.</summary>
    public async Task<(CardAnswer Answer, string? Reason)> CompleteAsync(HttpContext http, string id, Func<VerifiedCredential, Task<CardAnswer>> take, CancellationToken ct) =>
        await presentations.TakeAsync(id, cookies.Find(http, Cookie) ?? "", http.Request.Query["response_code"] is [var code] ? code : null, ct) switch
        {
            PresentationOutcome.Pending => (CardAnswer.Waiting, null),
            PresentationOutcome.Completed { Result: PresentationResult.Accepted accepted } => (await take(accepted.Answers[0].Verdict.Credential), null),
            PresentationOutcome.Completed { Result: PresentationResult.Rejected rejected } => (CardAnswer.Rejected, rejected.Verdict.Explain(CultureInfo.CurrentUICulture)),
            PresentationOutcome.Declined => (CardAnswer.Declined, null),
            PresentationOutcome.NotYours => (CardAnswer.Gone, null),
            _ => (CardAnswer.Rejected, null),
        };

    /// <summary>The account that a claim of the card names, or null. A subject of another provider is no subject of ours, whatever it looks like.</summary>
    public async Task<string?> AccountOfAsync(VerifiedCredential card, string claim, CancellationToken ct) =>
        card.Find(claim) is [{ ValueKind: JsonValueKind.Object } account] && account.StringMember("iss") == server.PublicUrl && account.StringMember("sub") is { } subject
            ? await subjects.FindAccountAsync(subject, ct)
            : null;
}
