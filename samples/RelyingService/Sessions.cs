using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using IdentityPlatform.Formats;
using IdentityPlatform.Hosting.Storage;
using IdentityPlatform.Hosting.Web;
using IdentityPlatform.OAuth.RelyingParty;

namespace IdentityPlatform.RelyingService;

/// <summary>Who is signed in at this service, as its provider said it.</summary>
public sealed class SignedInPerson(JsonElement json)
{
    /// <summary>The pairwise subject: another service sees another.</summary>
    public string Subject => json.StringMember("sub")!;

    /// <summary>The verified name, where the person agreed to give it.</summary>
    public string? Name => json.StringMember("name");

    /// <summary>The date on which the name was verified.</summary>
    public string? VerifiedAt => json.StringMember("verified_at");

    /// <summary>How well the provider knows the person.</summary>
    public string? Assurance => json.StringMember("acr");

    /// <summary>Redacted.</summary>
    public override string ToString() => "a signed-in person";
}

/// <summary>Sessions and half-done sign-ins, on the server; the browser holds a random handle only.</summary>
internal sealed class Sessions(OneTimeStore store, Cookies cookies)
{
    private const string Cookie = "session";
    private const string SignInCookie = "signin";
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(8);
    private static readonly TimeSpan SignInLifetime = TimeSpan.FromMinutes(30);

    public async Task KeepAsync(HttpContext http, SignInState state)
    {
        var browser = cookies.Find(http, SignInCookie) ?? NewHandle();
        cookies.Set(http, SignInCookie, browser, SignInLifetime);
        await store.PutAsync("signin", $"{browser}.{state.State}", state.ToBytes(), SignInLifetime, http.RequestAborted);
    }

    /// <summary>The half-done sign-in of this browser and this <c>state</c>, once: a callback link sent to somebody else finds nothing.</summary>
    public async Task<SignInState?> TakeAsync(HttpContext http, string? state)
    {
        var bytes = await store.TakeAsync("signin", $"{cookies.Find(http, SignInCookie)}.{state}", http.RequestAborted);
        return bytes is null ? null : SignInState.FromBytes(bytes);
    }

    public async Task StartAsync(HttpContext http, SignInOutcome.SignedIn signedIn, JsonElement? userInfo)
    {
        var handle = NewHandle();
        var person = JsonText.Write(writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("sub", signedIn.Subject);
            writer.WriteString("sid", signedIn.Claims.StringMember("sid"));
            writer.WriteString("acr", signedIn.Claims.StringMember("acr"));
            writer.WriteString("name", userInfo?.StringMember("name"));
            writer.WriteString("verified_at", userInfo?.StringMember("verified_at"));
            writer.WriteEndObject();
        });
        await store.PutAsync("session", Hash(handle), person, Lifetime, http.RequestAborted);
        cookies.Set(http, Cookie, handle);
    }

    public async Task<SignedInPerson?> FindAsync(HttpContext http)
    {
        var bytes = cookies.Find(http, Cookie) is { } handle ? await store.FindAsync("session", Hash(handle), http.RequestAborted) : null;
        if (bytes is null)
        {
            return null;
        }

        var json = StrictJson.ParseObject(bytes).OrThrow().Element;
        return json.StringMember("sid") is { } sid && await store.FindAsync("ended", sid, http.RequestAborted) is not null ? null : new(json);
    }

    /// <summary>
    /// The provider's session is over: with it every session here that came from it, in any browser, and the one that a sign-in
    /// still on its way would make.
    /// </summary>
    public Task EndAllAsync(string sid, CancellationToken ct) => store.PutAsync("ended", sid, "over"u8.ToArray(), Lifetime + SignInLifetime, ct);

    public async Task EndAsync(HttpContext http)
    {
        if (cookies.Find(http, Cookie) is { } handle)
        {
            await store.TakeAsync("session", Hash(handle), http.RequestAborted);
        }

        cookies.Clear(http, Cookie);
    }

    private static string NewHandle()
    {
        Span<byte> bytes = stackalloc byte[32];
        RandomNumberGenerator.Fill(bytes);
        return Base64UrlText.Encode(bytes);
    }

    private static string Hash(string handle) => Base64UrlText.Encode(SHA256.HashData(Encoding.UTF8.GetBytes(handle)));
}
