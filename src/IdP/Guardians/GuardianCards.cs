using IdentityPlatform.Formats.SdJwt;
using IdentityPlatform.IdP.Accounts;
using IdentityPlatform.IdP.SignIn;
using IdentityPlatform.Verifier;
using IdentityPlatform.Verifier.AspNetCore;
using IdentityPlatform.Verifier.Presentation;

namespace IdentityPlatform.IdP.Guardians;

/// <summary>
/// Takes the credential by which a guardian acts for a child. It names both by the subjects that this provider once gave to the card's
/// issuer, and is asked for here alone; of who the child is it shows the birth date, by which the power ends, and the given name, by
/// which the guardian tells one child from another.
/// </summary>
public sealed class GuardianCards(CardPresentations cards, CardSettings settings, Guardianships guardianships, Browser browser, HolderLog log, TimeProvider time)
{
    private const string GuardianClaim = "account";
    private const string ChildClaim = "represented_account";

    /// <summary>True where such credentials are taken.</summary>
    public bool IsOn => settings.RepresentationType is not null;

    /// <summary>Starts a request for this browser. Null when too many are open.</summary>
    public Task<(StartedPresentation Scan, StartedPresentation Open)?> StartAsync(HttpContext http, CancellationToken ct) => cards.StartAsync(http, Query(), ct);

    /// <summary>Looks whether the wallet has answered, and keeps the guardianship when it has.</summary>
    public Task<(CardAnswer Answer, string? Reason)> CompleteAsync(HttpContext http, string id, CancellationToken ct) =>
        cards.CompleteAsync(http, id, card => TakeAsync(http, card, ct), ct);

    // There are people without a given name: then the rest is enough.
    private CredentialQuery Query() => CredentialQuery.OfType("representation", settings.RepresentationType!)
        .Asking(Claim("guardian", GuardianClaim))
        .Asking(Claim("child", ChildClaim))
        .Asking(Claim("born", RepresentationClaims.Child, RepresentationClaims.Birthdate))
        .Asking(Claim("name", RepresentationClaims.Child, RepresentationClaims.GivenName))
        .WithClaimSets(["guardian", "child", "born", "name"], ["guardian", "child", "born"]);

    private static ClaimQuery Claim(string id, params object?[] path) => new(id, ClaimPath.Of(path), []);

    private async Task<CardAnswer> TakeAsync(HttpContext http, VerifiedCredential card, CancellationToken ct)
    {
        if (await browser.SessionAsync(http, ct) is not { } session)
        {
            return CardAnswer.Gone;
        }

        // Whoever shows another's credential, or lures its holder into showing it here, gets nothing by it.
        if (await cards.AccountOfAsync(card, GuardianClaim, ct) != session.AccountId)
        {
            return CardAnswer.OtherAccount;
        }

        if (await cards.AccountOfAsync(card, ChildClaim, ct) is not { } child || child == session.AccountId)
        {
            return CardAnswer.UnknownChild;
        }

        if (RepresentationClaims.Read(card, session.AccountId, child) is not { } shown || time.GetUtcNow() >= shown.EndsAt)
        {
            return CardAnswer.NoGuardian;
        }

        if (!await guardianships.AddAsync(shown, ct))
        {
            return CardAnswer.UnknownChild;
        }

        // In clear the log says no more than of any card that was shown: that it was a guardian's would stand beside the child's entry.
        await log.AddAsync(HolderLog.Entry(session.AccountId, HolderLog.CardPresented, [RepresentationClaims.Child]), ct);
        return CardAnswer.Taken;
    }
}
