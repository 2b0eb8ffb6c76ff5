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

        var identified = grant.Extra?.BooleanMember("identifiers") == true;
        return new TokenContent
        {
            Subject = grant.AuthorizationId,
            AuthorizationDetails = identified ? JsonElement.Parse(JsonText.Write(writer => WriteDetails(writer, grant))) : null,
        };
    }

    // A card that was lost, revoked or replaced is not refilled: refresh tokens made for it end here. While a suspicion is looked
    // at, a token lets its wallet ask whether it was cleared, and gives it nothing before.
    private async Task<bool> IsGoodForAsync(string personId, string cardId, CancellationToken ct) =>
        (await register.FindCollectableAsync(personId, ct))?.CardId == cardId || await register.IsUnderReviewAsync(personId, cardId, ct);

    // OpenID4VCI 1.0 §6.2: credential_identifiers for each authorization detail that was asked for.
    private void WriteDetails(Utf8JsonWriter writer, TokenGrant grant)
    {
        writer.WriteStartArray();
        foreach (var configuration in deployment.Configurations.Where(configuration =>
            grant.Scopes.Contains(configuration.Scope) && IsAskedFor(configuration.Id, grant.AuthorizationDetails)))
        {
            writer.WriteStartObject();
            writer.WriteString("type", CardOwner.DetailsType);
            writer.WriteString("credential_configuration_id", configuration.Id);
            writer.WriteStartArray("credential_identifiers");
            writer.WriteStringValue(configuration.IdentifierIn(grant.AuthorizationId));
            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    // A token request may ask for less than the grant holds (RFC 9396 §6).
    private static bool IsAskedFor(string configuration, JsonElement? details) =>
        details is not { } asked || asked.EnumerateArray().Any(detail => detail.StringMember("credential_configuration_id") == configuration);
}
