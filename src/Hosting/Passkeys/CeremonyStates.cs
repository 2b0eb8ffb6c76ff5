using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using IdentityPlatform.Formats;
using IdentityPlatform.Hosting.Storage;
using IdentityPlatform.Hosting.Web;
using Microsoft.AspNetCore.Http;

namespace IdentityPlatform.Hosting.Passkeys;

/// <summary>What the server remembers between options and credential. Holds no name.</summary>
internal sealed class CeremonyState
{
    /// <summary>The challenge, in the form in which the framework's handler keeps it.</summary>
    public required string HandlerState { get; init; }

    /// <summary>The account that registers a passkey; null in a sign-in.</summary>
    public required string? UserId { get; init; }

    public required string? UserHandle { get; init; }

    /// <summary>SHA-256 of the browser's secret, as base64url.</summary>
    public required string Browser { get; init; }

    public override string ToString() => nameof(CeremonyState);
}

/// <summary>
/// Ceremonies under way: kept on the server, taken once, bound to the browser that began them. Without the binding, someone
/// could begin a sign-in, confirm it, and let another person's browser complete it (login CSRF).
/// </summary>
internal sealed class CeremonyStates(OneTimeStore store, Cookies cookies, PasskeySettings settings)
{
    private const string Cookie = "ceremony";

    /// <summary>The kind of a registration.</summary>
    public const string Registration = "passkey-create";

    /// <summary>The kind of a sign-in.</summary>
    public const string SignIn = "passkey-get";

    /// <summary>Remembers a ceremony and gives its id.</summary>
    public async Task<string> BeginAsync(HttpContext http, string kind, string handlerState, string? userId, string? userHandle)
    {
        var id = Base64UrlText.Encode(RandomNumberGenerator.GetBytes(32));
        var state = new CeremonyState { HandlerState = handlerState, UserId = userId, UserHandle = userHandle, Browser = HashOf(MarkBrowser(http)) };
        await store.PutAsync(kind, id, JsonSerializer.SerializeToUtf8Bytes(state), settings.CeremonyLifetime, http.RequestAborted);
        return id;
    }

    /// <summary>Takes a ceremony, whoever asks for it; null where there is none of this kind.</summary>
    public async Task<CeremonyState?> TakeAsync(HttpContext http, string kind, string ceremonyId) =>
        await store.TakeAsync(kind, ceremonyId, http.RequestAborted) is { } bytes ? JsonSerializer.Deserialize<CeremonyState>(bytes) : null;

    /// <summary>True when the request comes from the browser that began the ceremony.</summary>
    public bool IsOwnBrowser(HttpContext http, CeremonyState state) =>
        cookies.Find(http, Cookie) is { } secret
        && CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(HashOf(secret)), Encoding.ASCII.GetBytes(state.Browser));

    // Two tabs share one secret, so that the second does not spoil the first.
    private string MarkBrowser(HttpContext http)
    {
        var secret = cookies.Find(http, Cookie) is { } known && Base64UrlText.TryDecode(known, out var bytes) && bytes.Length == 32
            ? known
            : Base64UrlText.Encode(RandomNumberGenerator.GetBytes(32));
        cookies.Set(http, Cookie, secret, settings.CeremonyLifetime, SameSiteMode.Strict);
        return secret;
    }

    private static string HashOf(string secret) => Base64UrlText.Encode(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));
}
