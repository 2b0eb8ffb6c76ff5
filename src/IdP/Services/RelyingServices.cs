using System.Globalization;
using IdentityPlatform.Formats;
using IdentityPlatform.Hosting;
using IdentityPlatform.OAuth.Clients;
using Microsoft.AspNetCore.WebUtilities;

namespace IdentityPlatform.IdP.Services;

/// <summary>A relying service as its registration describes it to people (RFC 7591 §2).</summary>
/// <param name="Id">The client id.</param>
/// <param name="Name">In the language of the page.</param>
/// <param name="Purpose">Why it asks for data, in the service's own registered words, or null.</param>
/// <param name="Home">Its own page, or null.</param>
/// <param name="Policy">Its privacy policy, or null.</param>
/// <param name="Terms">Its terms, or null.</param>
/// <param name="Start">Where a sign-in to it begins, or null.</param>
/// <param name="Logo">Where its picture is shown from, at our own address, or null.</param>
public sealed record RelyingService(string Id, string Name, string? Purpose, string? Home, string? Policy, string? Terms, string? Start, string? Logo)
{
    /// <summary>A service of which nothing is known but how it calls itself.</summary>
    public static RelyingService Unknown(string id) => new(id, id, null, null, null, null, null, null);
}

/// <summary>The registered services, in words for people.</summary>
public sealed class RelyingServices(Clients clients, ServerSettings server)
{
    /// <summary>A service in the language of the page; one that is no longer registered goes by its id.</summary>
    public async Task<RelyingService> DescribeAsync(string id, CancellationToken ct) => await FindAsync(id, ct) ?? RelyingService.Unknown(id);

    /// <summary>A service that is registered, or null.</summary>
    public async Task<RelyingService?> FindAsync(string? id, CancellationToken ct)
    {
        if (await clients.FindAsync(id, ct) is not { } client)
        {
            return null;
        }

        var language = CultureInfo.CurrentUICulture.TwoLetterISOLanguageName;
        var registration = client.Registration;
        return new(
            client.Id,
            client.NameFor(language),
            registration.StringMember($"purpose#{language}") ?? registration.StringMember("purpose"),
            Link(registration.StringMember("client_uri")),
            Link(registration.StringMember("policy_uri")),
            Link(registration.StringMember("tos_uri")),
            Start(Link(registration.StringMember("initiate_login_uri"))),
            Logos.UrlOf(client));
    }

    // OpenID Connect Core §4: a service is asked to start a sign-in with the provider that is meant.
    private string? Start(string? initiateLogin) => initiateLogin is null ? null : QueryHelpers.AddQueryString(initiateLogin, "iss", server.PublicUrl);

    // Only what a browser opens as a web page.
    private static string? Link(string? text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "https" or "http" ? text : null;
}
