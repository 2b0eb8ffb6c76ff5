using System.Text;
using System.Text.Json;
using IdentityPlatform.Formats;
using IdentityPlatform.Issuer.Catalogue;

namespace IdentityPlatform.Issuer.Issuance;

/// <summary>The parameter <c>authorization_details</c> (RFC 9396) for credentials (OpenID4VCI 1.0 §5.1.1).</summary>
internal static class AuthorizationDetails
{
    /// <summary>True when it asks for one of our types, false when it is absent; null when it asks for what we do not have or is malformed.</summary>
    public static bool? AskForCredentials(string? parameter, Deployment deployment)
    {
        if (parameter is null)
        {
            return false;
        }

        if (StrictJson.Parse(Encoding.UTF8.GetBytes(parameter)).Failed(out _, out var json)
            || json.Element.ValueKind != JsonValueKind.Array || json.Element.GetArrayLength() == 0)
        {
            return null;
        }

        // Members of a detail that we do not know are ignored (§5.1.1); a type or configuration that we do not have is not (RFC 9396 §5).
        return json.Element.EnumerateArray().All(detail =>
            detail.StringMember("type") == CardOwner.DetailsType
            && detail.StringMember("credential_configuration_id") is { } id && deployment.Find(id) is not null)
            ? true
            : null;
    }
}
