using System.Text.Json;
using IdentityPlatform.Hosting.PersonKeys;
using IdentityPlatform.OAuth.Protocol;
using Microsoft.AspNetCore.Http;

namespace IdentityPlatform.OAuth;

/// <summary>Seam 1: who signs the person in and asks for consent. Called by <c>/authorize</c> after the request was found and checked, each time the browser comes.</summary>
public interface IResourceOwner
{
    /// <param name="http">The browser's request, with its cookies.</param>
    /// <param name="request">The checked request; send the browser back to its <see cref="AuthorizationRequest.ResumeUrl"/>.</param>
    /// <param name="requestHandle">Names this sign-in: the same at every visit, unguessable, dead once answered.</param>
    /// <param name="ct">The request's end.</param>
    Task<OwnerAnswer> AskAsync(HttpContext http, AuthorizationRequest request, string requestHandle, CancellationToken ct);
}

/// <summary>Why a page is needed; decides the error when <c>prompt=none</c> forbids pages (OpenID Connect Core §3.1.2.6).</summary>
public enum Interaction
{
    SignIn,
    StepUp,
    Consent,
}

/// <summary>What the host answers.</summary>
public abstract class OwnerAnswer
{
    private OwnerAnswer()
    {
    }

    /// <summary>The person is signed in and agrees.</summary>
    public sealed class Authorized(OwnerAuthorization authorization) : OwnerAnswer
    {
        public OwnerAuthorization Authorization { get; } = authorization;
    }

    /// <summary>A page of the host comes first; it sends the browser back to the request's resume URL.</summary>
    public sealed class ShowPage(string localUrl, Interaction interaction) : OwnerAnswer
    {
        public string LocalUrl { get; } = localUrl;

        public Interaction Interaction { get; } = interaction;
    }

    /// <summary>No: the client gets this error code, such as <see cref="OAuthErrors.AccessDenied"/>.</summary>
    public sealed class Denied(string error) : OwnerAnswer
    {
        public string Error { get; } = error;
    }
}

/// <summary>What the person granted. Kept encrypted as the content of the grant.</summary>
public sealed class OwnerAuthorization
{
    /// <summary>The account or case, opaque to the engine; never shown to a client as it is.</summary>
    public required string Subject { get; init; }

    /// <summary>The key of that person, where the host has read it for this answer: it is not looked up again, and the engine disposes of it.</summary>
    public PersonKey? Key { get; init; }

    public required DateTimeOffset AuthTime { get; init; }

    public string? Acr { get; init; }

    public IReadOnlyList<string> Amr { get; init; } = [];

    public string? SessionId { get; init; }

    /// <summary>
    /// The host's name for what this ends with, such as a session, or null: <see cref="Storage.StoredGrants.RevokeEndingWithAsync"/>
    /// ends it. A grant that a refresh token outlives the session with has none.
    /// </summary>
    public string? EndsWith { get; init; }

    /// <summary>A part of the requested scopes.</summary>
    public required IReadOnlyList<string> GrantedScopes { get; init; }

    /// <summary>Whatever the host wants back at <see cref="ITokenContent"/>.</summary>
    public JsonElement? Extra { get; init; }
}
