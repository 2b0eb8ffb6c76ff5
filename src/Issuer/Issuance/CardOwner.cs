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

        if (await CardAsync(session.PersonId, request, ct) is not { } card)
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
            null => new OwnerAnswer.ShowPage(await consents.AskAsync(requestHandle, session.PersonId, card.Type, request, ct), Interaction.Consent),
        };
    }

    // The offer names the card. Without one it is the person's card of the first type that the wallet asks for.
    private async Task<RegisteredCard?> CardAsync(string personId, AuthorizationRequest request, CancellationToken ct)
    {
        if (request.IssuerState is { } state)
        {
            return await offers.CardOfAsync(state, personId, ct) is { } offered ? await register.FindCollectableAsync(personId, offered, ct) : null;
        }

        var asked = request.AuthorizationDetails?.EnumerateArray().Select(detail => detail.StringMember("credential_configuration_id")).ToList() ?? [];
        return deployment.Configurations.FirstOrDefault(form => request.Scopes.Contains(form.Scope) || asked.Contains(form.Id)) is { } first
            ? await register.FindOfTypeAsync(personId, first.Type, ct)
            : null;
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
