using System.Text.Json;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.OAuth.Protocol;

namespace IdentityPlatform.OAuth.Endpoints;

/// <summary>What the metadata says about authorization requests and their answers.</summary>
internal static class RequestMetadata
{
    public static void Write(Utf8JsonWriter writer, RequestTerms terms)
    {
        WriteStrings(writer, "scopes_supported", terms.Scopes);
        WriteStrings(writer, "response_modes_supported", ResponseModes.Names(terms.FormPost));

        // JARM §4
        WriteStrings(writer, "authorization_signing_alg_values_supported", terms.ResponseAlgorithms.Select(algorithm => algorithm.Name()));

        // RFC 9101 §10.5, OpenID Connect Discovery §3: request objects by value; by reference only those that were pushed (RFC 9126).
        writer.WriteBoolean("request_parameter_supported", true);
        writer.WriteBoolean("request_uri_parameter_supported", false);
        WriteStrings(
            writer, "request_object_signing_alg_values_supported", RequestObject.FapiAlgorithms.Append(JwsAlgorithm.RS256).Select(algorithm => algorithm.Name()));

        // RFC 9396 §10
        if (terms.AuthorizationDetails.Count > 0)
        {
            WriteStrings(writer, "authorization_details_types_supported", terms.AuthorizationDetails.Keys);
        }
    }

    private static void WriteStrings(Utf8JsonWriter writer, string name, IEnumerable<string> values)
    {
        writer.WriteStartArray(name);
        foreach (var value in values)
        {
            writer.WriteStringValue(value);
        }

        writer.WriteEndArray();
    }
}
