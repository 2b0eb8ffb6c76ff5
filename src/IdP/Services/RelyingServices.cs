using System.Globalization;
using IdentityPlatform.Formats;
using IdentityPlatform.OAuth.Clients;

namespace IdentityPlatform.IdP.Services;

/// <summary>A relying service as its registration describes it to people (RFC 7591 §2).</summary>
/// <param name="Id">The client id.</param>
/// <param name="Name">In the language of the page.</param>
/// <param name="Purpose">Why it asks for data, in the service's own registered words, or null.</param>
/// <param name="Home">Its own page, or null.</param>
/// <param name="Policy">Its privacy policy, or null.</param>
public sealed record RelyingService(string Id, string Name, string? Purpose, string? Home, string? Policy);

/// <summary>The registered services, in words for people.</summary>
public sealed class RelyingServices(Clients clients)
{
    /// <summary>A service in the language of the page; one that is no longer registered goes by its id.</summary>
    public async Task<RelyingService> DescribeAsync(string id, CancellationToken ct)
    {
        if (await clients.FindAsync(id, ct) is not { } client)
        {
            return new(id, id, null, null, null);
        }

        var language = CultureInfo.CurrentUICulture.TwoLetterISOLanguageName;
        var registration = client.Registration;
        return new(
            id,
            client.NameFor(language),
            registration.StringMember($"purpose#{language}") ?? registration.StringMember("purpose"),
            Link(registration.StringMember("client_uri")),
            Link(registration.StringMember("policy_uri")));
    }

    // Only what a browser opens as a web page.
    private static string? Link(string? text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "https" or "http" ? text : null;
}
