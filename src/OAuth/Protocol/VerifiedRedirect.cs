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

    /// <summary>The URI as it is registered: where a form goes.</summary>
    internal string Address => _uri;

    /// <summary>The URI with parameters added to its query (RFC 6749 §3.1.2: an existing query stays).</summary>
    internal string With(IEnumerable<KeyValuePair<string, string>> parameters)
    {
        var location = new StringBuilder(_uri);
        var separator = _uri.Contains('?', StringComparison.Ordinal) ? '&' : '?';
        foreach (var (name, value) in parameters)
        {
            location.Append(separator).Append(name).Append('=').Append(Uri.EscapeDataString(value));
            separator = '&';
        }

        return location.ToString();
    }
}
