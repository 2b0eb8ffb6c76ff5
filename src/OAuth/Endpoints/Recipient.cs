using IdentityPlatform.OAuth.Clients;
using IdentityPlatform.OAuth.Protocol;
using IdentityPlatform.OAuth.Storage;
using Microsoft.AspNetCore.Http;

namespace IdentityPlatform.OAuth.Endpoints;

/// <summary>Who waits for the answer to a request. Every answer of <c>/authorize</c> that is no page goes through one.</summary>
internal abstract class Recipient
{
    public abstract Task<IResult> GrantAsync(HttpContext http, AuthorizationRequest request, OwnerAuthorization authorization);

    public abstract Task<IResult> RefuseAsync(HttpContext http, Refusal refusal);
}

/// <summary>The client at its redirect URI, which was verified: there is no other way to make one.</summary>
internal sealed class RedirectRecipient(
    AuthorizationServerOptions options, AuthorizationAnswers answers, CodeIssuance codes, VerifiedRedirect redirect, Client client, RequestParameters parameters)
    : Recipient
{
    // Also of a request that could not be read: its mode and state are needed to say so.
    private readonly ResponseMode _mode = ResponseModes.Find(parameters["response_mode"]) ?? ResponseMode.Query;

    public override async Task<IResult> GrantAsync(HttpContext http, AuthorizationRequest request, OwnerAuthorization authorization) =>
        answers.Send(http, await codes.IssueAsync(request, redirect, authorization, http.RequestAborted), _mode, client);

    public override Task<IResult> RefuseAsync(HttpContext http, Refusal refusal) => Task.FromResult(answers.Send(
        http, AuthorizationResponse.Error(redirect, options.Issuer, parameters["state"], refusal.Error, refusal.Description), _mode, client));
}

/// <summary>Makes recipients.</summary>
internal sealed class Recipients(AuthorizationServerOptions options, AuthorizationAnswers answers, CodeIssuance codes, DeviceCodes devices, TimeProvider time)
{
    /// <summary>Who waits for the answer to a stored request; null when its redirect URI is not registered any more.</summary>
    public Recipient? Of(AuthorizationRequest request) => request.DeviceCode is { } device
        ? new DeviceRecipient(options, codes, devices, time, device)
        : AtRedirect(request.Client, request.Parameters);

    /// <summary>The client at the redirect URI of these parameters; null when it is missing or not registered.</summary>
    public Recipient? AtRedirect(Client client, RequestParameters parameters) => VerifiedRedirect.For(client, parameters["redirect_uri"]) is { } redirect
        ? new RedirectRecipient(options, answers, codes, redirect, client, parameters)
        : null;
}
