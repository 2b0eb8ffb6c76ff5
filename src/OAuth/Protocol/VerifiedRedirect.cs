using System.Text;
using IdentityPlatform.OAuth.Clients;

namespace IdentityPlatform.OAuth.Protocol;

/// <summary>A redirect URI that is registered for its client. Only <see cref="For"/> makes one, and every redirecting answer needs one: an open redirect does not compile.</summary>
public sealed class VerifiedRedirect
{
    private readonly string _uri;

    private VerifiedRedirect(string uri) => _uri = uri;

    /// <summary>The redirect, or null when the URI is missing or not registered. Compared as text, whole (RFC 9700 §4.1.3).</summary>
    public static VerifiedRedirect? For(Client client, string? redirectUri) =>
        redirectUri is not null && client.RedirectUris.Contains(redirectUri, StringComparer.Ordinal) ? new(redirectUri) : null;

    /// <summary>The URI with parameters added to its query (RFC 6749 §3.1.2: an existing query stays).</summary>
    internal string With(params ReadOnlySpan<(string Name, string? Value)> parameters)
    {
        var location = new StringBuilder(_uri);
        var separator = _uri.Contains('?', StringComparison.Ordinal) ? '&' : '?';
        foreach (var (name, value) in parameters)
        {
            if (value is not null)
            {
                location.Append(separator).Append(name).Append('=').Append(Uri.EscapeDataString(value));
                separator = '&';
            }
        }

        return location.ToString();
    }
}

/// <summary>An answer at the redirect URI (RFC 6749 §4.1.2). The issuer is in each, errors too (RFC 9207).</summary>
public sealed class AuthorizationResponse
{
    private AuthorizationResponse(string location) => Location = location;

    /// <summary>Where the browser goes. Holds a code: never logged.</summary>
    public string Location { get; }

    public static AuthorizationResponse Code(VerifiedRedirect redirect, string issuer, string? state, string code) =>
        new(redirect.With(("code", code), ("state", state), ("iss", issuer)));

    public static AuthorizationResponse Error(VerifiedRedirect redirect, string issuer, string? state, string error, string? description) =>
        new(redirect.With(("error", error), ("error_description", description), ("state", state), ("iss", issuer)));

    /// <summary>Redacted.</summary>
    public override string ToString() => "authorization response";
}
