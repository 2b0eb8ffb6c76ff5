using IdentityPlatform.Formats;
using IdentityPlatform.Issuer.Catalogue;
using IdentityPlatform.Issuer.Issuance;
using IdentityPlatform.OAuth;
using IdentityPlatform.OAuth.Protocol;
using IdentityPlatform.OAuth.Tokens;

namespace IdentityPlatform.Issuer.Events;

/// <summary>What tokens carry where tickets are issued: good for a place that waits to be collected, and for nothing after that.</summary>
public sealed class TicketTokens(TicketHolds holds, Deployment deployment) : ITokenContent
{
    public async Task<TokenContent?> ForAsync(TokenGrant grant, CancellationToken ct) =>
        grant.Extra?.StringMember("card") is { } ticket && ticket == grant.Subject && await holds.FindAsync(ticket, ct) is not null
            ? CardTokens.ContentOf(grant, deployment)
            : null;
}

/// <summary>Where tickets are issued nobody signs in: a ticket comes from a presentation, by a pre-authorised code, and there is no other way to one.</summary>
public sealed class NobodySignsIn : IResourceOwner
{
    public Task<OwnerAnswer> AskAsync(HttpContext http, AuthorizationRequest request, string requestHandle, CancellationToken ct) =>
        Task.FromResult<OwnerAnswer>(new OwnerAnswer.Denied(OAuthErrors.AccessDenied));
}
