using System.Text.Json;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.OAuth.Protocol;

namespace IdentityPlatform.OAuth.Endpoints;

/// <summary>What the metadata says about authorization requests and their answers.</summary>
internal static class RequestMetadata
{
    public static void Write(Utf8JsonWriter writer, RequestTerms terms)
    {
        writer.WriteStrings("scopes_supported", terms.Scopes);
        writer.WriteStrings("response_modes_supported", ResponseModes.Names(terms.FormPost));

        // JARM §4
        writer.WriteStrings("authorization_signing_alg_values_supported", terms.ResponseAlgorithms.Names());

        // RFC 9101 §10.5, OpenID Connect Discovery §3: request objects by value; by reference only those that were pushed (RFC 9126).
        writer.WriteBoolean("request_parameter_supported", true);
        writer.WriteBoolean("request_uri_parameter_supported", false);
        writer.WriteStrings("request_object_signing_alg_values_supported", [.. RequestObject.FapiAlgorithms.Names(), JwsAlgorithm.RS256.Name()]);

        // RFC 9396 §10
        if (terms.AuthorizationDetails.Count > 0)
        {
            writer.WriteStrings("authorization_details_types_supported", terms.AuthorizationDetails.Keys);
        }
    }
}
