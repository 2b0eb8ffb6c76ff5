using IdentityPlatform.OAuth.Clients;
using IdentityPlatform.OAuth.Protocol;
using IdentityPlatform.OAuth.Storage;
using Microsoft.AspNetCore.Http;

namespace IdentityPlatform.OAuth.Endpoints;

/// <summary><c>GET</c> and <c>POST /authorize</c> (RFC 6749 §3.1): the browser's part. Who the person is, seam 1 says.</summary>
internal sealed class Authorization(
    AuthorizationServerOptions options, Clients.Clients clients, ServerTerms terms, SignedRequests signedRequests, PushedRequests requests,
    Recipients recipients, RefusalLog log, TimeProvider time)
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
            ? await OpenAsync(http, owner, client, parameters, requestUri)
            : await BeginAsync(http, owner, client, parameters);
    }

    // What else stands in the URL does not count: the pushed request does (RFC 9126 §4).
    private async Task<IResult> OpenAsync(HttpContext http, IResourceOwner owner, Client client, RequestParameters parameters, string requestUri)
    {
        // A request object at the client's own address (OpenID Connect Core §6.2) would be fetched from wherever somebody says.
        if (requestUri.StartsWith("http", StringComparison.OrdinalIgnoreCase))
        {
            return await RefuseAsync(
                http, client, parameters, new(Rule.RequestUriForeign, OAuthErrors.RequestUriNotSupported, "request_uri is not one that this server gave"));
        }

        if ((await requests.OpenAsync(requestUri, client, http.RequestAborted)).Refused(out var refusal, out var opened))
        {
            return ShowError(http, client, refusal);
        }

        // The registration may have changed since the request was pushed.
        return recipients.Of(opened.Request) is { } recipient
            ? await AskAsync(http, owner, opened, isKept: true, recipient)
            : ShowError(http, client, UnverifiedRedirect);
    }

    // Only for clients whose policy allows it: the request comes through the browser, and goes on as if it had been pushed.
    private async Task<IResult> BeginAsync(HttpContext http, IResourceOwner owner, Client client, RequestParameters received)
    {
        if (client.RequiresPushedRequests || terms.TakesPushedRequestsAlone)
        {
            return ShowError(http, client, new(Rule.PushedRequestRequired, OAuthErrors.InvalidRequest, "the client has to push its request first"));
        }

        if ((await signedRequests.ReadAsync(received, client, http.RequestAborted)).Refused(out var refusal, out var parameters))
        {
            return await RefuseAsync(http, client, received, refusal);
        }

        if (recipients.AtRedirect(client, parameters) is not { } recipient)
        {
            return ShowError(http, client, UnverifiedRedirect);
        }

        if (AuthorizationRequest.Parse(parameters, client, terms.Current, time.GetUtcNow()).Refused(out refusal, out var request)
            || (refusal = AuthorizationChecks.Run(request, client)) is not null)
        {
            return await AnswerErrorAsync(http, recipient, client, refusal);
        }

        return await AskAsync(http, owner, requests.Name(request), isKept: false, recipient);
    }

    private async Task<IResult> AskAsync(HttpContext http, IResourceOwner owner, OpenedRequest opened, bool isKept, Recipient recipient)
    {
        var request = opened.Request;
        var answer = await owner.AskAsync(http, request, opened.Handle, http.RequestAborted);
        using var key = (answer as OwnerAnswer.Authorized)?.Authorization.Key;
        if (answer is OwnerAnswer.ShowPage page && !request.Prompts.Contains("none"))
        {
            await (isKept ? Task.CompletedTask : requests.KeepAsync(opened, http.RequestAborted));
            return RedirectAnswer.ToLocal(page.LocalUrl);
        }

        // One that is answered at once was never kept: nobody else has its handle.
        if (isKept && !await requests.CompleteAsync(opened.Handle, http.RequestAborted))
        {
            return ShowError(http, request.Client, new(Rule.RequestUriUsed, OAuthErrors.InvalidRequestUri, "the sign-in was completed already"));
        }

        return await AnswerAsync(http, request, answer, recipient);
    }

    private async Task<IResult> AnswerAsync(HttpContext http, AuthorizationRequest request, OwnerAnswer answer, Recipient recipient) =>
        answer switch
        {
            OwnerAnswer.Authorized granted when granted.Authorization.GrantedScopes.Count > 0 || AuthorizationDetails.AskForCredentials(request.AuthorizationDetails) =>
                await recipient.GrantAsync(http, request, granted.Authorization),
            OwnerAnswer.ShowPage forbidden => await AnswerErrorAsync(http, recipient, request.Client, PromptNone(forbidden.Interaction)),
            OwnerAnswer.Denied denied => await AnswerErrorAsync(http, recipient, request.Client, Denied(denied.Error)),
            _ => await AnswerErrorAsync(http, recipient, request.Client, Denied(OAuthErrors.AccessDenied)),
        };

    private static Refusal UnverifiedRedirect => new(Rule.RedirectUri, OAuthErrors.InvalidRequest, "redirect_uri is missing or not registered");

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

    // What cannot be read as a request can still name where its error goes, if the address is registered and the client need not push.
    private Task<IResult> RefuseAsync(HttpContext http, Client client, RequestParameters received, Refusal refusal) =>
        !client.RequiresPushedRequests && recipients.AtRedirect(client, received) is { } recipient
            ? AnswerErrorAsync(http, recipient, client, refusal)
            : Task.FromResult<IResult>(ShowError(http, client, refusal));

    private Task<IResult> AnswerErrorAsync(HttpContext http, Recipient recipient, Client client, Refusal refusal)
    {
        log.Write(ServerUrls.Authorize, client.Id, refusal);
        return recipient.RefuseAsync(http, refusal);
    }

    private PageAnswer ShowError(HttpContext http, Client? client, Refusal refusal)
    {
        log.Write(ServerUrls.Authorize, client?.Id, refusal);
        return new(options.ErrorPage(http, new(refusal, client)), HttpMessage.StatusOf(refusal) ?? StatusCodes.Status400BadRequest);
    }
}
