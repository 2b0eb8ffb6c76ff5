using System.Text;
using System.Text.Json;
using IdentityPlatform.Formats;
using IdentityPlatform.OAuth.Clients;

namespace IdentityPlatform.OAuth.Protocol;

/// <summary>The parameter <c>authorization_details</c> (RFC 9396): an array of objects, each of a type that the server knows and the client may use.</summary>
internal static class AuthorizationDetails
{
    /// <summary>OpenID4VCI 1.0 §5.1.1.</summary>
    public const string CredentialType = "openid_credential";

    // More than any request needs, and few enough to show to a person.
    private const int MostDetails = 32;

    /// <summary>The array, well formed; what its objects ask for is not checked yet.</summary>
    public static Checked<DetailList> Parse(string text)
    {
        if (StrictJson.Parse(Encoding.UTF8.GetBytes(text)).Failed(out _, out var json) || json.Element.ValueKind != JsonValueKind.Array)
        {
            return Refuse("authorization_details is not a JSON array");
        }

        var count = json.Element.GetArrayLength();
        if (count is 0 or > MostDetails)
        {
            return Refuse($"authorization_details has one to {MostDetails} members");
        }

        return json.Element.EnumerateArray().All(detail => detail.ValueKind == JsonValueKind.Object && detail.StringMember("type") is { Length: > 0 })
            ? new DetailList(json.Element)
            : Refuse("each of authorization_details is an object with a type");
    }

    /// <summary>RFC 9396 §5: what is unknown, not allowed or wrong is refused, never left out.</summary>
    public static Refusal? Check(JsonElement details, Client client, RequestTerms terms)
    {
        foreach (var detail in details.EnumerateArray())
        {
            var type = detail.StringMember("type")!;
            if (!terms.AuthorizationDetails.TryGetValue(type, out var check))
            {
                return Refuse("a type of authorization_details is unknown here");
            }

            // Every wallet asks for credentials: that type alone needs no registration.
            if (type != CredentialType && !client.AuthorizationDetailsTypes.Contains(type))
            {
                return Refuse("a type of authorization_details is not registered for the client");
            }

            if (check(detail) is { } fault)
            {
                return Refuse(fault);
            }
        }

        return null;
    }

    /// <summary>The check of <see cref="CredentialType"/>: members that we do not know are ignored (OpenID4VCI 1.0 §5.1.1).</summary>
    public static AuthorizationDetailCheck CredentialCheck(IReadOnlyCollection<string> configurations) => detail =>
        detail.StringMember("credential_configuration_id") is { } id && configurations.Contains(id)
            ? null
            : "credential_configuration_id is missing or unknown";

    /// <summary>True where credentials are asked for.</summary>
    public static bool AskForCredentials(JsonElement? details) =>
        details is { } all && all.EnumerateArray().Any(detail => detail.StringMember("type") == CredentialType);

    private static Refusal Refuse(string description) => new(Rule.AuthorizationDetails, OAuthErrors.InvalidAuthorizationDetails, description);
}

/// <summary>A well-formed array of authorization details.</summary>
internal sealed class DetailList(JsonElement json)
{
    public JsonElement Json { get; } = json;

    /// <summary>Redacted: details may be personal.</summary>
    public override string ToString() => $"{Json.GetArrayLength()} authorization details";
}
