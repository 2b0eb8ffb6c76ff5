using System.Text.Json;
using IdentityPlatform.Formats;
using IdentityPlatform.Issuer.Catalogue;
using IdentityPlatform.OAuth;
using IdentityPlatform.OAuth.Tokens;

namespace IdentityPlatform.Issuer.Issuance;

/// <summary>What this issuer's tokens carry: nothing about the person. The subject is the grant, so that two wallets cannot be joined by their tokens.</summary>
public sealed class CardTokens(ICardRegister register, Deployment deployment) : ITokenContent
{
    public async Task<TokenContent?> ForAsync(TokenGrant grant, CancellationToken ct)
    {
        if (grant.Extra?.StringMember("card") is not { } cardId || !await IsGoodForAsync(grant.Subject, cardId, ct))
        {
            return null;
        }

        return ContentOf(grant, deployment);
    }

    /// <summary>What a token carries that is good.</summary>
    internal static TokenContent ContentOf(TokenGrant grant, Deployment deployment) => new()
    {
        Subject = grant.AuthorizationId,
        AuthorizationDetails = grant.AuthorizationDetails is { } asked ? Details(Configurations(asked, deployment), grant.AuthorizationId) : null,
    };

    /// <summary>The details by which these configurations are asked for (OpenID4VCI 1.0 §5.1.1).</summary>
    internal static JsonElement DetailsOf(IEnumerable<CredentialConfiguration> configurations) => Details(configurations, null);

    // A card that was lost, revoked or replaced is not refilled: refresh tokens made for it end here. While a suspicion is looked
    // at, a token lets its wallet ask whether it was cleared, and gives it nothing before.
    private async Task<bool> IsGoodForAsync(string personId, string cardId, CancellationToken ct) =>
        await register.FindCollectableAsync(personId, cardId, ct) is not null || await register.IsUnderReviewAsync(personId, cardId, ct);

    private static IEnumerable<CredentialConfiguration> Configurations(JsonElement details, Deployment deployment) => details.EnumerateArray()
        .Select(detail => deployment.Find(detail.StringMember("credential_configuration_id") ?? ""))
        .OfType<CredentialConfiguration>()
        .Distinct();

    // OpenID4VCI 1.0 §6.2: credential_identifiers for each authorization detail that was asked for, and for nothing that came by scope.
    private static JsonElement Details(IEnumerable<CredentialConfiguration> configurations, string? grantId) => JsonElement.Parse(JsonText.Write(writer =>
    {
        writer.WriteStartArray();
        foreach (var configuration in configurations)
        {
            writer.WriteStartObject();
            writer.WriteString("type", CardOwner.DetailsType);
            writer.WriteString("credential_configuration_id", configuration.Id);
            if (grantId is not null)
            {
                writer.WriteStartArray("credential_identifiers");
                writer.WriteStringValue(configuration.IdentifierIn(grantId));
                writer.WriteEndArray();
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }));
}
