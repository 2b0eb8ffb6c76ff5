using System.Text.Json;
using IdentityPlatform.Formats;
using IdentityPlatform.Hosting.PersonKeys;
using IdentityPlatform.Issuer.Protocol;
using IdentityPlatform.OAuth.Storage;
using IdentityPlatform.OAuth.Tokens;

namespace IdentityPlatform.Issuer.Issuance;

/// <summary>Whose card a token collects. Disposing zeroes the person's key.</summary>
/// <param name="GrantId">The grant of the token.</param>
/// <param name="PersonId">The person, from the grant and not from the token.</param>
/// <param name="CardId">The card that the grant was made for; null when the grant has ended meanwhile.</param>
/// <param name="Grant">What the token covers.</param>
public sealed record Entitlement(string GrantId, string PersonId, string? CardId, CredentialGrant Grant) : IDisposable
{
    /// <summary>The person's key, read once for all that the request opens and seals; null where the person was erased.</summary>
    internal PersonKey? Key { get; init; }

    public void Dispose() => Key?.Dispose();
}

/// <summary>Reads from a grant which card it is for. The grant's id stands for the dataset towards the wallet: it names nobody.</summary>
public sealed class Entitlements(StoredGrants grants)
{
    /// <summary>What a grant keeps: the card.</summary>
    public static JsonElement Extra(string cardId) => JsonElement.Parse(JsonText.Write(writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("card", cardId);
        writer.WriteEndObject();
    }));

    /// <summary>What a token entitles to.</summary>
    public async Task<Entitlement> OfAsync(AccessToken token, CancellationToken ct)
    {
        var opened = await grants.OpenAsync(token, ct);
        var extra = opened?.Grant.Content.Extra ?? default;
        return new Entitlement(token.GrantId, token.Owner, extra.StringMember("card"), new CredentialGrant(token.ClientId, token.Scopes, Identifiers(token))) { Key = opened?.Key };
    }

    // The token itself says what its response said (RFC 9396 §9.1).
    private static Dictionary<string, IReadOnlyList<string>> Identifiers(AccessToken token)
    {
        var identifiers = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        foreach (var detail in token.AuthorizationDetails?.EnumerateArray() ?? [])
        {
            if (detail.StringMember("credential_configuration_id") is { } id && detail.StringsMember("credential_identifiers") is { } given)
            {
                identifiers[id] = given;
            }
        }

        return identifiers;
    }
}
