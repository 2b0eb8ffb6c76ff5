using System.Text.Json;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.OAuth.Clients;

namespace IdentityPlatform.OAuth.Protocol;

/// <summary>A signed authorization request (RFC 9101): from text to a JWT that may be verified, and from verified claims to parameters.</summary>
internal static class RequestObject
{
    /// <summary>RFC 9101 §10.8: the explicit type. <c>JWT</c>, or none, is what OpenID Connect Core clients send.</summary>
    public const string MediaType = "oauth-authz-req+jwt";

    // FAPI 2.0 §5.4.1 leaves RS256 out, and JAR forbids none (RFC 9101 §10.5).
    public static readonly IReadOnlyList<JwsAlgorithm> FapiAlgorithms = [JwsAlgorithm.ES256, JwsAlgorithm.ES384, JwsAlgorithm.ES512, JwsAlgorithm.PS256];

    private static readonly HashSet<string> JwtClaims = new(StringComparer.Ordinal) { "iss", "aud", "exp", "nbf", "iat", "jti", "sub" };

    /// <summary>Well formed, of a type and an algorithm that this client may use. Not verified.</summary>
    public static Checked<SignedJwt> Parse(string text, Client client)
    {
        if (SignedJwt.Parse(text).Failed(out var failure, out var received))
        {
            // OpenID Connect Core §6.1 knows unsigned objects: its clients are told that there is no such thing here.
            return failure.Rule == FormatRule.Algorithm
                ? new Refusal(
                    Rule.RequestObjectAlgorithm,
                    client.IsFapi ? OAuthErrors.InvalidRequestObject : OAuthErrors.RequestNotSupported,
                    "request objects have to be signed with an algorithm of this server")
                : Refuse(Rule.RequestObjectFormat, $"the request object is not valid: {failure.Fact}");
        }

        if (!AlgorithmsOf(client).Contains(received.Algorithm))
        {
            return Refuse(Rule.RequestObjectAlgorithm, "the algorithm of the request object is not one that the client may use");
        }

        return received.Type is null || received.IsType("JWT") || received.IsType(MediaType)
            ? received
            : Refuse(Rule.RequestObjectType, $"typ of the request object is not {MediaType}");
    }

    /// <summary>The parameters of a verified and checked request object. They alone count (RFC 9101 §6.3).</summary>
    public static Checked<RequestParameters> ParametersOf(VerifiedJwt verified)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        List<string> resources = [];
        foreach (var member in verified.Claims.EnumerateObject().Where(member => !JwtClaims.Contains(member.Name)))
        {
            if (member.NameEquals("resource"))
            {
                if (Resources(member.Value) is not { } several)
                {
                    return Refuse(Rule.RequestObjectMember, "resource of the request object is neither a text nor an array of texts");
                }

                resources.AddRange(several);
                continue;
            }

            if (TextOf(member) is not { } text)
            {
                return Refuse(Rule.RequestObjectMember, "a parameter of the request object is not of its type");
            }

            if (text.Length > 0)
            {
                values.Add(member.Name, text);
            }
        }

        return RequestParameters.OfSigned(values, resources);
    }

    private static IReadOnlyList<JwsAlgorithm> AlgorithmsOf(Client client)
    {
        if (client.RequestObjectAlgorithm is not { } registered)
        {
            return FapiAlgorithms;
        }

        return registered == JwsAlgorithm.RS256 && client.IsFapi ? [] : [registered];
    }

    private static string[]? Resources(JsonElement value)
    {
        JsonElement[] all = value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray()] : [value];
        return Array.TrueForAll(all, item => item.ValueKind == JsonValueKind.String) ? Array.ConvertAll(all, item => item.GetString()!) : null;
    }

    // RFC 9101 §4: texts as JSON strings, numbers as JSON numbers; OpenID Connect Core §6.1 and RFC 9396 §2 put JSON in as it is.
    private static string? TextOf(JsonProperty member)
    {
        if (member.Value.ValueKind == JsonValueKind.String)
        {
            return member.Value.GetString();
        }

        JsonValueKind? expected = member.Name switch
        {
            "max_age" => JsonValueKind.Number,
            "claims" => JsonValueKind.Object,
            "authorization_details" => JsonValueKind.Array,
            _ => null,
        };
        return member.Value.ValueKind == expected ? member.Value.GetRawText() : null;
    }

    private static Refusal Refuse(Rule rule, string description) => new(rule, OAuthErrors.InvalidRequestObject, description);
}
