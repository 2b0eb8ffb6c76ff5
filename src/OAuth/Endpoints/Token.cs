using System.Collections.Frozen;
using IdentityPlatform.OAuth.Clients;
using IdentityPlatform.OAuth.Grants;
using IdentityPlatform.OAuth.Protocol;
using IdentityPlatform.OAuth.Tokens;
using Microsoft.AspNetCore.Http;

namespace IdentityPlatform.OAuth.Endpoints;

/// <summary><c>POST /token</c> (RFC 6749 §3.2). What the client has to show beside its grant, key or certificate, comes first.</summary>
internal sealed class Token(
    AuthorizationServerOptions options,
    ClientAuthentication authentication,
    TokenBindings bindings,
    IEnumerable<GrantHandler> handlers,
    RefusalLog log)
{
    private readonly FrozenDictionary<string, GrantHandler> _handlers =
        handlers.Where(handler => options.GrantTypes.Contains(handler.GrantType)).ToFrozenDictionary(handler => handler.GrantType, StringComparer.Ordinal);

    public async Task<IResult> HandleAsync(HttpContext http, ITokenContent contents)
    {
        if ((await authentication.ReceiveAsync(http)).Refused(out var refusal, out var call))
        {
            return Refuse(null, refusal);
        }

        var (form, client) = (call.Form, call.Sender);

        if (FindHandler(form, client.Client).Refused(out refusal, out var handler)
            || (await AnswerAsync(http, form, client, handler, contents)).Refused(out refusal, out var response))
        {
            return Refuse(client.Client, refusal);
        }

        return JsonAnswer.Of(StatusCodes.Status200OK, response.ToJson());
    }

    private Checked<GrantHandler> FindHandler(RequestParameters form, Client client)
    {
        if (form["grant_type"] is not { } grantType)
        {
            return new Refusal(Rule.MissingParameter, OAuthErrors.InvalidRequest, "grant_type is missing");
        }

        if (!_handlers.TryGetValue(grantType, out var handler))
        {
            return new Refusal(Rule.GrantType, OAuthErrors.UnsupportedGrantType, "grant_type is not supported");
        }

        return client.GrantTypes.Contains(grantType)
            ? handler
            : new Refusal(Rule.GrantTypeOfClient, OAuthErrors.UnauthorizedClient, "the client is not registered for this grant type");
    }

    // The proof comes before the grant: a missing nonce must not cost the code (RFC 9449 §8).
    private async Task<Checked<TokenResponse>> AnswerAsync(
        HttpContext http, RequestParameters form, AuthenticatedClient client, GrantHandler handler, ITokenContent contents)
    {
        var ct = http.RequestAborted;
        if ((await bindings.OfAsync(http, client.Client, ct)).Refused(out var refusal, out var binding))
        {
            return refusal;
        }

        return await handler.AnswerAsync(new TokenRequest(form, client, binding), contents, ct);
    }

    private JsonAnswer Refuse(Client? client, Refusal refusal)
    {
        log.Write(ServerUrls.Token, client?.Id, refusal);
        return JsonAnswer.Error(refusal);
    }
}
