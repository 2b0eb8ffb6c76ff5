using System.Collections.Frozen;
using IdentityPlatform.OAuth.Clients;
using IdentityPlatform.OAuth.Protocol;
using Microsoft.AspNetCore.Http;

namespace IdentityPlatform.OAuth;

/// <summary>The page for a person whose browser cannot be sent back to a client: the host draws it, the engine sets the status.</summary>
public delegate IResult ErrorPage(HttpContext http, AuthorizationProblem problem);

/// <summary>What a page can tell a person about a request that cannot go on.</summary>
public enum ErrorKind
{
    /// <summary>The request itself is wrong: the service has to mend it.</summary>
    Request,

    /// <summary>No service of this name is registered.</summary>
    UnknownService,

    /// <summary>The service wants its answer at an address that it has not registered: somebody else may have made the request.</summary>
    Address,

    /// <summary>There is no such request, or not any more.</summary>
    RequestUnknown,

    /// <summary>The request waited too long before it was opened.</summary>
    RequestExpired,

    /// <summary>The request was answered: another tab, or the back button.</summary>
    RequestCompleted,
}

/// <summary>Why the browser stays here, with what a page needs to offer a way on.</summary>
public sealed class AuthorizationProblem
{
    private static readonly FrozenDictionary<Rule, ErrorKind> Kinds = new Dictionary<Rule, ErrorKind>
    {
        [Rule.UnknownClient] = ErrorKind.UnknownService,
        [Rule.RedirectUri] = ErrorKind.Address,
        [Rule.RequestUriUnknown] = ErrorKind.RequestUnknown,
        [Rule.RequestUriClient] = ErrorKind.RequestUnknown,
        [Rule.RequestUriExpired] = ErrorKind.RequestExpired,
        [Rule.RequestUriUsed] = ErrorKind.RequestCompleted,
    }.ToFrozenDictionary();

    internal AuthorizationProblem(Refusal refusal, Client? client) => (Refusal, Client) = (refusal, client);

    public Refusal Refusal { get; }

    /// <summary>
    /// The registered client that the request names, or null. Its registration (<c>client_uri</c>, <c>initiate_login_uri</c>) says
    /// where a person can start again; nothing of the request itself may be a link.
    /// </summary>
    public Client? Client { get; }

    public ErrorKind Kind => Kinds.GetValueOrDefault(Refusal.Rule, ErrorKind.Request);

    /// <inheritdoc/>
    public override string ToString() => $"{Kind}: {Refusal.Rule}";
}
