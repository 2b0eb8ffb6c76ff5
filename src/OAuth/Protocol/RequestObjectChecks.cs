using System.Text.Json;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.OAuth.Clients;

namespace IdentityPlatform.OAuth.Protocol;

/// <summary>The claims of a request object (RFC 9101; FAPI 2.0 Message Signing §5.3.1). Order is this table.</summary>
internal static class RequestObjectChecks
{
    private delegate Refusal? Check(JsonElement claims, Expected expected);

    private static readonly Check[] Table = [Subject, Issuer, Audience, NotBefore, IssuedAt, Expiry, Lifetime, ClientId, Nested, ResponseType];

    /// <summary>The first rule that refuses, or null.</summary>
    /// <param name="verified">The request object, with its signature verified by a key of the client.</param>
    /// <param name="outer">The parameters beside it.</param>
    /// <param name="client">The client that sent it.</param>
    /// <param name="issuer">This server.</param>
    /// <param name="now">The time.</param>
    public static Refusal? Run(VerifiedJwt verified, RequestParameters outer, Client client, string issuer, DateTimeOffset now)
    {
        var expected = new Expected(outer, client, issuer, now);
        foreach (var check in Table)
        {
            if (check(verified.Claims, expected) is { } refusal)
            {
                return refusal;
            }
        }

        return null;
    }

    // RFC 9101 §10.8: what has the client as its subject may be a client assertion, and must not become a request.
    private static Refusal? Subject(JsonElement claims, Expected expected) => claims.StringMember("sub") == expected.Client.Id
        ? Refuse(Rule.RequestObjectSubject, "sub of the request object is the client_id, as in a client assertion")
        : null;

    // RFC 9101 §4: issued by the client, for this server.
    private static Refusal? Issuer(JsonElement claims, Expected expected) => claims.StringMember("iss") == expected.Client.Id
        ? null
        : Refuse(Rule.RequestObjectIssuer, "iss of the request object is not the client_id");

    private static Refusal? Audience(JsonElement claims, Expected expected) =>
        claims.StringMember("aud") == expected.Issuer || claims.StringsMember("aud")?.Contains(expected.Issuer) == true
            ? null
            : Refuse(Rule.RequestObjectAudience, "aud of the request object does not hold the issuer");

    // FAPI 2.0 Message Signing §5.3.1: nbf is there, and at most 60 minutes past.
    private static Refusal? NotBefore(JsonElement claims, Expected expected)
    {
        if (claims.Member("nbf") is null && !expected.Client.IsFapi)
        {
            return null;
        }

        if (claims.LongMember("nbf") is not { } nbf || TimeRules.IsFuture(nbf, expected.Now))
        {
            return Refuse(Rule.RequestObjectTime, "nbf of the request object is missing or ahead");
        }

        return expected.Client.IsFapi && TimeRules.IsPast(nbf, expected.Now - TimeRules.RequestObjectLifetime)
            ? Refuse(Rule.RequestObjectTime, "nbf of the request object is more than 60 minutes past")
            : null;
    }

    private static Refusal? IssuedAt(JsonElement claims, Expected expected) =>
        claims.Member("iat") is not null && (claims.LongMember("iat") is not { } iat || TimeRules.IsFuture(iat, expected.Now))
            ? Refuse(Rule.RequestObjectTime, "iat of the request object is ahead")
            : null;

    private static Refusal? Expiry(JsonElement claims, Expected expected)
    {
        if (claims.Member("exp") is null && !expected.Client.IsFapi)
        {
            return null;
        }

        return claims.LongMember("exp") is { } exp && !TimeRules.IsPast(exp, expected.Now)
            ? null
            : Refuse(Rule.RequestObjectTime, "exp of the request object is missing or past");
    }

    // FAPI 2.0 Message Signing §5.3.1: at most 60 minutes from nbf to exp. Compared without arithmetic on foreign numbers.
    private static Refusal? Lifetime(JsonElement claims, Expected expected) =>
        expected.Client.IsFapi && (Int128)claims.LongMember("exp")!.Value - claims.LongMember("nbf")!.Value > (long)TimeRules.RequestObjectLifetime.TotalSeconds
            ? Refuse(Rule.RequestObjectLifetime, "the request object lives more than 60 minutes")
            : null;

    // RFC 9101 §5 and §6.3: client_id is in the object, the same as outside.
    private static Refusal? ClientId(JsonElement claims, Expected expected) => claims.StringMember("client_id") == expected.Client.Id
        ? null
        : Refuse(Rule.RequestObjectClient, "client_id of the request object is not the one of the request");

    // RFC 9101 §4: neither request nor request_uri within a request object.
    private static Refusal? Nested(JsonElement claims, Expected expected) => claims.Member("request") is null && claims.Member("request_uri") is null
        ? null
        : Refuse(Rule.RequestObjectNested, "the request object holds request or request_uri");

    // OpenID Connect Core §6.1: response_type outside has to match the one inside.
    private static Refusal? ResponseType(JsonElement claims, Expected expected) =>
        expected.Outer["response_type"] is { } outer && outer != claims.StringMember("response_type")
            ? Refuse(Rule.RequestObjectMismatch, "response_type differs inside and outside the request object")
            : null;

    private static Refusal Refuse(Rule rule, string description) => new(rule, OAuthErrors.InvalidRequestObject, description);

    private sealed record Expected(RequestParameters Outer, Client Client, string Issuer, DateTimeOffset Now);
}
