using IdentityPlatform.Formats;
using IdentityPlatform.Issuer.Catalogue;
using IdentityPlatform.Issuer.People;
using IdentityPlatform.OAuth;
using IdentityPlatform.OAuth.Protocol;

namespace IdentityPlatform.Issuer.Issuance;

/// <summary>
/// Who collects: a person who is signed in here through the identity provider, whose own card may be collected, and who agreed
/// to this wallet. An <c>issuer_state</c> must be this person's; it may have come from anybody (OpenID4VCI 1.0 §5.1.3).
/// </summary>
public sealed class CardOwner(
    PersonSessions sessions, ICardRegister register, OfferService offers, WalletConsents consents, Deployment deployment) : IResourceOwner
{
    /// <summary>The type of the authorization details for credentials.</summary>
    public const string DetailsType = "openid_credential";

    public async Task<OwnerAnswer> AskAsync(HttpContext http, AuthorizationRequest request, string requestHandle, CancellationToken ct)
    {
        if (await sessions.FindAsync(http, ct) is not { } session || IsTooOld(session, request))
        {
            return new OwnerAnswer.ShowPage($"/signin?return={Uri.EscapeDataString(request.ResumeUrl)}", Interaction.SignIn);
        }

        var card = await register.FindCollectableAsync(session.PersonId, ct);
        if (card is null || (request.IssuerState is { } state && !await offers.IsForAsync(state, session.PersonId, card.CardId, ct)))
        {
            return new OwnerAnswer.Denied(OAuthErrors.AccessDenied);
        }

        if (AsksForMoreThanRegistered(request))
        {
            return new OwnerAnswer.Denied(OAuthErrors.AccessDenied);
        }

        return await consents.FindAsync(requestHandle, session.PersonId, ct) switch
        {
            true => new OwnerAnswer.Authorized(Authorize(session, request, card.CardId)),
            false => new OwnerAnswer.Denied(OAuthErrors.AccessDenied),
            null => new OwnerAnswer.ShowPage(await consents.AskAsync(requestHandle, session.PersonId, request, ct), Interaction.Consent),
        };
    }

    // A wallet's registration names scopes; a configuration that is asked for by authorization details stands for its own.
    private bool AsksForMoreThanRegistered(AuthorizationRequest request) => request.AuthorizationDetails is { } details
        && details.EnumerateArray().Any(detail => deployment.Find(detail.StringMember("credential_configuration_id") ?? "") is not { } configuration
            || !request.Client.Scopes.Contains(configuration.Scope));

    // OpenID Connect Core §3.1.2.1 gives prompt and max_age their meaning.
    private static bool IsTooOld(PersonSession session, AuthorizationRequest request) =>
        (request.Prompts.Contains("login") && session.StartedAt < request.ReceivedAt)
        || (request.MaxAge is { } maxAge && session.StartedAt < request.ReceivedAt - TimeSpan.FromSeconds(maxAge));

    private static OwnerAuthorization Authorize(PersonSession session, AuthorizationRequest request, string cardId) => new()
    {
        Subject = session.PersonId,
        AuthTime = session.StartedAt,
        SessionId = session.SessionId,
        GrantedScopes = request.Scopes,
        Extra = Entitlements.Extra(cardId),
    };
}
