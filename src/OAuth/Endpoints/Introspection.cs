using System.Text;
using System.Text.Json;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Hosting.Keys;
using IdentityPlatform.OAuth.Clients;
using IdentityPlatform.OAuth.Protocol;
using IdentityPlatform.OAuth.Tokens;
using Microsoft.AspNetCore.Http;

namespace IdentityPlatform.OAuth.Endpoints;

/// <summary><c>POST /introspect</c> (RFC 7662), plain or signed (RFC 9701).</summary>
internal sealed class Introspection(
    AuthorizationServerOptions options, ServerTerms terms, ClientAuthentication authentication, TokenFacts tokens, Signer signer, RefusalLog log, TimeProvider time)
{
    /// <summary>The <c>typ</c> of a signed answer; with <c>application/</c> its media type (RFC 9701 §5).</summary>
    private const string SignedType = "token-introspection+jwt";

    private const string SignedMediaType = $"application/{SignedType}";

    public async Task<IResult> HandleAsync(HttpContext http)
    {
        if ((await authentication.ReceiveAsync(http)).Refused(out var refusal, out var call))
        {
            return Refuse(null, refusal);
        }

        var (form, client) = (call.Form, call.Sender.Client);

        if (Check(form, client) is { } fault)
        {
            return Refuse(client, fault);
        }

        // token_type_hint is only a hint (RFC 7662 §2.1), and the two kinds cannot be mistaken for each other.
        var members = await tokens.FindAsync(form["token"]!, client, http.RequestAborted);
        return WantsSigned(http, client) ? Signed(client, members) : JsonAnswer.Of(StatusCodes.Status200OK, JsonText.Write(writer => Write(writer, members)));
    }

    private static Refusal? Check(RequestParameters form, Client client)
    {
        // RFC 7662 §2.1: the caller proves who it is; anybody can say that they are a public client.
        if (client.AuthenticationMethod == ClientAuthenticationMethod.None)
        {
            return new(Rule.NoClientAuthentication, OAuthErrors.InvalidClient, "a public client cannot ask about tokens");
        }

        return form["token"] is null ? new(Rule.MissingParameter, OAuthErrors.InvalidRequest, "token is missing") : null;
    }

    // RFC 9701 §4, or by registration (§6).
    private static bool WantsSigned(HttpContext http, Client client) =>
        client.IntrospectionAlgorithm is not null || http.Request.Headers.Accept.ToString().Contains(SignedMediaType, StringComparison.OrdinalIgnoreCase);

    // A key may have gone since the client registered. Who relies on the signature is not answered without it.
    private JsonAnswer Signed(Client client, Action<Utf8JsonWriter>? members)
    {
        if (signer.FindActive(terms.ResponseRole, client.IntrospectionAlgorithm ?? JwsAlgorithm.ES256) is { } key)
        {
            return Sign(key, client, members);
        }

        var refusal = new Refusal(Rule.SigningKey, OAuthErrors.TemporarilyUnavailable, "there is no active key of the algorithm that the client registered for");
        log.Write(ServerUrls.Introspection, client.Id, refusal);
        return JsonAnswer.Error(refusal, StatusCodes.Status503ServiceUnavailable);
    }

    // RFC 9701 §5: the answer stands in a member of its own, so that it cannot be taken for a token.
    private JsonAnswer Sign(SigningKey key, Client client, Action<Utf8JsonWriter>? members)
    {
        var jwt = JwtWriter.Sign(key, SignedType, writer =>
        {
            writer.WriteString("iss", options.Issuer);
            writer.WriteString("aud", client.Id);
            writer.WriteNumber("iat", time.GetUtcNow().ToUnixTimeSeconds());
            writer.WritePropertyName("token_introspection");
            Write(writer, members);
        });
        return JsonAnswer.Of(StatusCodes.Status200OK, Encoding.ASCII.GetBytes(jwt), SignedMediaType);
    }

    private static void Write(Utf8JsonWriter writer, Action<Utf8JsonWriter>? members)
    {
        writer.WriteStartObject();
        writer.WriteBoolean("active", members is not null);
        members?.Invoke(writer);
        writer.WriteEndObject();
    }

    private JsonAnswer Refuse(Client? client, Refusal refusal)
    {
        log.Write(ServerUrls.Introspection, client?.Id, refusal);
        return JsonAnswer.Error(refusal);
    }
}
