using IdentityPlatform.OAuth.Clients;
using IdentityPlatform.OAuth.Protocol;
using IdentityPlatform.OAuth.Storage;
using Microsoft.AspNetCore.Http;

namespace IdentityPlatform.OAuth.Endpoints;

/// <summary><c>GET</c> and <c>POST /authorize</c> (RFC 6749 §3.1): the browser's part. Who the person is, seam 1 says.</summary>
internal sealed class Authorization(
    AuthorizationServerOptions options, Clients.Clients clients, PushedRequests requests, CodeIssuance codes, RefusalLog log, TimeProvider time)
{
    public async Task<IResult> HandleAsync(HttpContext http, IResourceOwner owner)
    {
        if (HttpMessage.CheckMethod(http, HttpMethods.Get, HttpMethods.Post) is { } wrongMethod)
        {
            return ShowError(http, null, wrongMethod);
        }

        var read = HttpMethods.IsPost(http.Request.Method) ? await HttpMessage.ReadFormAsync(http) : HttpMessage.ReadQuery(http);
        if (read.Refused(out var refusal, out var parameters))
        {
            return ShowError(http, null, refusal);
        }

        if (await clients.FindAsync(parameters["client_id"], http.RequestAborted) is not { } client)
        {
            return ShowError(http, null, new(Rule.UnknownClient, OAuthErrors.InvalidClient, "client_id is missing or unknown"));
        }

        return parameters["request_uri"] is { } requestUri
            ? await OpenAsync(http, owner, client, requestUri)
            : await BeginAsync(http, owner, client, parameters);
    }

    // What else stands in the URL does not count: the pushed request does (RFC 9126 §4).
    private async Task<IResult> OpenAsync(HttpContext http, IResourceOwner owner, Client client, string requestUri)
    {
        if ((await requests.OpenAsync(requestUri, client, http.RequestAborted)).Refused(out var refusal, out var opened))
        {
            return ShowError(http, client, refusal);
        }

        // The registration may have changed since the request was pushed.
        return VerifiedRedirect.For(client, opened.Request.RedirectUri) is { } redirect
            ? await AskAsync(http, owner, opened, redirect)
            : ShowError(http, client, new(Rule.RedirectUri, OAuthErrors.InvalidRequest, "redirect_uri is not registered"));
    }

    // Only for clients whose policy allows it: the request comes through the browser, and goes on as if it had been pushed.
    private async Task<IResult> BeginAsync(HttpContext http, IResourceOwner owner, Client client, RequestParameters parameters)
    {
        if (client.RequiresPushedRequests)
        {
            return ShowError(http, client, new(Rule.PushedRequestRequired, OAuthErrors.InvalidRequest, "the client has to push its request first"));
        }

        if (VerifiedRedirect.For(client, parameters["redirect_uri"]) is not { } redirect)
        {
            return ShowError(http, client, new(Rule.RedirectUri, OAuthErrors.InvalidRequest, "redirect_uri is missing or not registered"));
        }

        if (AuthorizationRequest.Parse(parameters, client, options.Scopes, time.GetUtcNow()).Refused(out var refusal, out var request)
            || (refusal = AuthorizationChecks.Run(request, client)) is not null)
        {
            return RedirectError(redirect, client, parameters["state"], refusal);
        }

        var handle = await requests.PushAsync(request, http.RequestAborted);
        return await AskAsync(http, owner, new OpenedRequest(handle, request), redirect);
    }

    private async Task<IResult> AskAsync(HttpContext http, IResourceOwner owner, OpenedRequest opened, VerifiedRedirect redirect)
    {
        var request = opened.Request;
        var answer = await owner.AskAsync(http, request, opened.Handle, http.RequestAborted);
        if (answer is OwnerAnswer.ShowPage page && !request.Prompts.Contains("none"))
        {
            return RedirectAnswer.ToLocal(page.LocalUrl);
        }

        if (!await requests.CompleteAsync(opened.Handle, http.RequestAborted))
        {
            return ShowError(http, request.Client, new(Rule.RequestUriUsed, OAuthErrors.InvalidRequestUri, "the sign-in was completed already"));
        }

        return answer switch
        {
            OwnerAnswer.Authorized { Authorization.GrantedScopes.Count: > 0 } granted =>
                RedirectAnswer.To(await codes.IssueAsync(request, redirect, granted.Authorization, http.RequestAborted)),
            OwnerAnswer.ShowPage forbidden => RedirectError(redirect, request.Client, request.State, PromptNone(forbidden.Interaction)),
            OwnerAnswer.Denied denied => RedirectError(redirect, request.Client, request.State, Denied(denied.Error)),
            _ => RedirectError(redirect, request.Client, request.State, Denied(OAuthErrors.AccessDenied)),
        };
    }

    private static Refusal Denied(string error) => new(Rule.Owner, error, "the request was not granted");

    // OpenID Connect Core §3.1.2.6
    private static Refusal PromptNone(Interaction interaction) => new(
        Rule.PromptNone,
        interaction switch
        {
            Interaction.SignIn => OAuthErrors.LoginRequired,
            Interaction.Consent => OAuthErrors.ConsentRequired,
            Interaction.StepUp => OAuthErrors.InteractionRequired,
            _ => throw new ArgumentOutOfRangeException(nameof(interaction)),
        },
        "a page would be needed, and prompt=none forbids it");

    private RedirectAnswer RedirectError(VerifiedRedirect redirect, Client client, string? state, Refusal refusal)
    {
        log.Write(ServerUrls.Authorize, client.Id, refusal);
        return RedirectAnswer.To(AuthorizationResponse.Error(redirect, options.Issuer, state, refusal.Error, refusal.Description));
    }

    private ErrorPageAnswer ShowError(HttpContext http, Client? client, Refusal refusal)
    {
        log.Write(ServerUrls.Authorize, client?.Id, refusal);
        return new(options.ErrorPage(http, new(refusal, client)), HttpMessage.StatusOf(refusal) ?? StatusCodes.Status400BadRequest);
    }
}
