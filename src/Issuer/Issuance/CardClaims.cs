using System.Globalization;
using System.Text.Json;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Cose;
using IdentityPlatform.Formats.Mdoc;
using IdentityPlatform.Formats.SdJwt;
using IdentityPlatform.Issuer.Catalogue;
using IdentityPlatform.Issuer.Protocol;

namespace IdentityPlatform.Issuer.Issuance;

/// <summary>
/// The disclosable claims of a card: what the officers decided about, what the issuer adds, and the ages of the day.
/// Every one of them is selectively disclosable, parts of objects and items of lists too, but for what a representation never hides. Holds personal data: redacted.
/// </summary>
public sealed class CardClaims
{
    private readonly CredentialType _type;
    private readonly IReadOnlyList<(ClaimDefinition Definition, SdValue Value, JsonElement Json)> _claims;

    private CardClaims(CredentialType type, IReadOnlyList<(ClaimDefinition, SdValue, JsonElement)> claims) => (_type, _claims) = (type, claims);

    /// <summary>Puts the claims together. What the type does not know, or what does not fit its definition, refuses the whole card.</summary>
    public static Checked<CardClaims> Of(CredentialType type, Deployment deployment, MintPermit permit, CardDetails details, DateOnly today)
    {
        if (ClaimValues.HasStranger([.. type.Claims.Where(IsFromRegister)], permit.Claims))
        {
            return Unfit("the register holds a claim that the credential type does not take from it");
        }

        var claims = new List<(ClaimDefinition, SdValue, JsonElement)>();
        foreach (var definition in type.Claims)
        {
            if (Given(definition, deployment, permit.Claims, details) is { } given)
            {
                if (ClaimValues.Fit(definition, given) is not { } value)
                {
                    return Unfit($"{definition.Name} does not fit its definition");
                }

                claims.Add((definition, value, given));
            }
            else if (definition.Type == ClaimType.Ages && AgesOf(definition, permit.Claims, today) is { } ages)
            {
                claims.Add((definition, ages.Aggregate(new SdObject(), (built, age) => built.Disclosable(age.Key, SdValue.Of(age.Value))), Json(ages)));
            }
            else if (definition.Required)
            {
                return Unfit($"{definition.Name} is missing");
            }
        }

        return new CardClaims(type, claims);
    }

    /// <summary>The claims of a ticket: what its event's facts say, and nothing that the type does not know.</summary>
    public static Checked<CardClaims> OfEvent(CredentialType type, JsonElement facts)
    {
        if (ClaimValues.HasStranger(type.Claims, facts))
        {
            return Unfit("the event says what a ticket of this type does not");
        }

        var claims = new List<(ClaimDefinition, SdValue, JsonElement)>();
        foreach (var definition in type.Claims)
        {
            if (facts.Member(definition.Name) is not { } given)
            {
                if (definition.Required)
                {
                    return Unfit($"{definition.Name} is missing");
                }
            }
            else if (ClaimValues.Fit(definition, given) is { } value)
            {
                claims.Add((definition, value, given));
            }
            else
            {
                return Unfit($"{definition.Name} does not fit its definition");
            }
        }

        return new CardClaims(type, claims);
    }

    /// <summary>Redacted.</summary>
    public override string ToString() => $"{_claims.Count} claims of a card";

    /// <summary>Adds the claims to a credential, with a decoy for each one that is absent: every card of a type has as many digests.</summary>
    internal SdObject AddTo(SdObject credential) =>
        _claims
            .Aggregate(credential, (built, claim) => claim.Definition.AlwaysDisclosed
                ? built.Plain(claim.Definition.Name, claim.Value)
                : built.Disclosable(claim.Definition.Name, claim.Value))
            .WithDecoys(_type.Claims.Count(claim => !claim.AlwaysDisclosed) - _claims.Count(claim => !claim.Definition.AlwaysDisclosed));

    /// <summary>The claims as the content of an mdoc, with a decoy for each element that is absent.</summary>
    internal MdocContent ToMdoc() => MdocValues.Content(_type, _claims.Select(claim => (claim.Definition, claim.Json)));

    /// <summary>The few claims that a paper shows, those that the card has.</summary>
    internal IReadOnlyList<(string Name, CborValue Value)> ToPrint() =>
        [.. _claims.Where(claim => _type.Printed!.Claims.Contains(claim.Definition.Name)).Select(claim => (claim.Definition.Name, MdocValues.OnPaper(claim.Definition, claim.Json)))];

    /// <summary>The holder's photograph, as JPEG.</summary>
    internal byte[] Photograph() => ClaimValues.Picture(_claims.First(claim => claim.Definition == _type.Photograph).Json.GetString()!);

    private static bool IsFromRegister(ClaimDefinition claim) => claim.Source is not (ClaimSource.Issuer or ClaimSource.Computed);

    /// <summary>What the register, or the issuer itself, says; null where it says nothing.</summary>
    internal static JsonElement? Given(ClaimDefinition claim, Deployment deployment, JsonElement register, CardDetails details)
    {
        if (claim.Source != ClaimSource.Issuer)
        {
            return claim.Source == ClaimSource.Computed ? null : register.Member(claim.Name);
        }

        return claim.Value switch
        {
            IssuerValue.Number or IssuerValue.SeriesNumber => Text(details.Number),
            IssuerValue.Issued => Text(CardDetails.Text(details.Issued)),
            IssuerValue.Expires => Text(CardDetails.Text(details.Expires)),
            IssuerValue.Authority => Text(deployment.Authority),
            IssuerValue.Country => Text(deployment.Country),
            IssuerValue.PaidUntil => details.Term is { } term ? Text(CardDetails.Text(term.PaidUntil)) : null,
            IssuerValue.Regions => details.Term is { } term ? Texts(term.Regions) : null,
            null => null,
            _ => throw new ArgumentOutOfRangeException(nameof(claim)),
        };
    }

    private static JsonElement Text(string text) => JsonElement.Parse(JsonText.Write(writer => writer.WriteStringValue(text)));

    private static JsonElement Texts(IReadOnlyList<string> texts) => JsonElement.Parse(JsonText.Write(writer =>
    {
        writer.WriteStartArray();
        foreach (var text in texts)
        {
            writer.WriteStringValue(text);
        }

        writer.WriteEndArray();
    }));

    private static List<KeyValuePair<string, bool>>? AgesOf(ClaimDefinition claim, JsonElement register, DateOnly today) =>
        ClaimValues.Date(register.StringMember(claim.Of!)) is { } born
            ? [.. claim.Thresholds.Select(age => KeyValuePair.Create(age.ToString(CultureInfo.InvariantCulture), Ages.HasReached(born, age, today)))]
            : null;

    private static JsonElement Json(List<KeyValuePair<string, bool>> ages) => JsonElement.Parse(JsonText.Write(writer =>
    {
        writer.WriteStartObject();
        ages.ForEach(age => writer.WriteBoolean(age.Key, age.Value));
        writer.WriteEndObject();
    }));

    private static CredentialFailure Unfit(string description) =>
        new(CredentialError.CredentialRequestDenied, CredentialRule.ClaimsUnfit, description);
}
