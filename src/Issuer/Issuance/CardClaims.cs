using System.Globalization;
using System.Text.Json;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.SdJwt;
using IdentityPlatform.Issuer.Catalogue;
using IdentityPlatform.Issuer.Protocol;

namespace IdentityPlatform.Issuer.Issuance;

/// <summary>
/// The disclosable claims of a card: what the officers decided about, what the issuer adds, and the ages of the day.
/// Every one of them is selectively disclosable, parts of objects and items of lists too. Holds personal data: redacted.
/// </summary>
public sealed class CardClaims
{
    private readonly IReadOnlyList<(string Name, SdValue Value)> _claims;
    private readonly int _absent;

    private CardClaims(IReadOnlyList<(string, SdValue)> claims, int absent) => (_claims, _absent) = (claims, absent);

    /// <summary>Puts the claims together. What the type does not know, or what does not fit its definition, refuses the whole card.</summary>
    public static Checked<CardClaims> Of(CredentialType type, Deployment deployment, MintPermit permit, CardDetails details, DateOnly today)
    {
        if (ClaimValues.HasStranger([.. type.Claims.Where(IsFromRegister)], permit.Claims))
        {
            return Unfit("the register holds a claim that the credential type does not take from it");
        }

        var claims = new List<(string, SdValue)>();
        foreach (var definition in type.Claims)
        {
            if (Given(definition, deployment, permit.Claims, details) is { } given)
            {
                if (ClaimValues.Fit(definition, given) is not { } value)
                {
                    return Unfit($"{definition.Name} does not fit its definition");
                }

                claims.Add((definition.Name, value));
            }
            else if (definition.Type == ClaimType.Ages && AgesOf(definition, permit.Claims, today) is { } ages)
            {
                claims.Add((definition.Name, ages));
            }
            else if (definition.Required)
            {
                return Unfit($"{definition.Name} is missing");
            }
        }

        return new CardClaims(claims, type.Claims.Count - claims.Count);
    }

    /// <summary>Redacted.</summary>
    public override string ToString() => $"{_claims.Count} claims of a card";

    /// <summary>Adds the claims to a credential, with a decoy for each one that is absent: every card of a type has as many digests.</summary>
    internal SdObject AddTo(SdObject credential) =>
        _claims.Aggregate(credential, (built, claim) => built.Disclosable(claim.Name, claim.Value)).WithDecoys(_absent);

    private static bool IsFromRegister(ClaimDefinition claim) => claim.Source is not (ClaimSource.Issuer or ClaimSource.Computed);

    private static JsonElement? Given(ClaimDefinition claim, Deployment deployment, JsonElement register, CardDetails details)
    {
        if (claim.Source != ClaimSource.Issuer)
        {
            return claim.Source == ClaimSource.Computed ? null : register.Member(claim.Name);
        }

        var text = claim.Name switch
        {
            "document_number" => details.Number,
            "date_of_issuance" => CardDetails.Text(details.Issued),
            "date_of_expiry" => CardDetails.Text(details.Expires),
            "issuing_authority" => deployment.Authority,
            "issuing_country" => deployment.Country,
            _ => null,
        };
        return text is null ? null : JsonElement.Parse(JsonText.Write(writer => writer.WriteStringValue(text)));
    }

    private static SdObject? AgesOf(ClaimDefinition claim, JsonElement register, DateOnly today) =>
        ClaimValues.Date(register.StringMember("birthdate")) is { } born
            ? claim.Thresholds.Aggregate(
                new SdObject(),
                (ages, age) => ages.Disclosable(age.ToString(CultureInfo.InvariantCulture), SdValue.Of(Ages.HasReached(born, age, today))))
            : null;

    private static CredentialFailure Unfit(string description) =>
        new(CredentialError.CredentialRequestDenied, CredentialRule.ClaimsUnfit, description);
}
