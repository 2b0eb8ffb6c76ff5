using IdentityPlatform.Formats;
using IdentityPlatform.Hosting.Storage;

namespace IdentityPlatform.IdP.SignIn;

/// <summary>What the sign-in and consent pages have to know about the authorization request that a person came with.</summary>
public sealed class PendingRequest(
    string handle, string serviceId, string resumeUrl, string redirectUri, IReadOnlyList<string> scopes, IReadOnlyList<string> claims, DateTimeOffset since)
{
    /// <summary>Names it in the address of a page.</summary>
    public string Handle { get; } = handle;

    /// <summary>The service: its client id.</summary>
    public string ServiceId { get; } = serviceId;

    /// <summary>Where the browser goes on: a path on this server.</summary>
    public string ResumeUrl { get; } = resumeUrl;

    /// <summary>Where the answer will go, for the page's content security policy.</summary>
    public string RedirectUri { get; } = redirectUri;

    /// <summary>The scopes asked for.</summary>
    public IReadOnlyList<string> Scopes { get; } = scopes;

    /// <summary>The personal claims asked for.</summary>
    public IReadOnlyList<string> Claims { get; } = claims;

    /// <summary>The query of the pages that go on with it; the service stays known when the request is not any more.</summary>
    public string Query => $"request={Uri.EscapeDataString(Handle)}&client_id={Uri.EscapeDataString(ServiceId)}";

    /// <summary>When the request came: who signed in since then did so for it.</summary>
    public DateTimeOffset Since { get; } = since;

    /// <inheritdoc/>
    public override string ToString() => $"request of {ServiceId}";
}

/// <summary>
/// Keeps pending requests between pages, each by its handle: two tabs with two services do not meet, and every page can be
/// opened again until the request is answered.
/// </summary>
public sealed class PendingRequests(OneTimeStore store)
{
    private const string Kind = "idp-request";
    private const string RefusalKind = "idp-refusal";
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(30);

    /// <summary>Keeps a request, or renews it.</summary>
    public Task KeepAsync(PendingRequest request, CancellationToken ct)
    {
        var json = JsonText.Write(writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("service", request.ServiceId);
            writer.WriteString("resume", request.ResumeUrl);
            writer.WriteString("redirect", request.RedirectUri);
            writer.WriteString("scope", string.Join(' ', request.Scopes));
            writer.WriteString("claims", string.Join(' ', request.Claims));
            writer.WriteNumber("since", request.Since.ToUnixTimeMilliseconds());
            writer.WriteEndObject();
        });
        return store.PutAsync(Kind, request.Handle, json, Lifetime, ct);
    }

    /// <summary>The request, or null when it was answered, has expired, or never was.</summary>
    public async Task<PendingRequest?> FindAsync(string? handle, CancellationToken ct)
    {
        if (handle is not { Length: > 0 and <= 256 } || await store.FindAsync(Kind, handle, ct) is not { } bytes)
        {
            return null;
        }

        var json = StrictJson.ParseObject(bytes).OrThrow().Element;
        return new(
            handle, json.StringMember("service")!, json.StringMember("resume")!, json.StringMember("redirect")!,
            Words(json.StringMember("scope")!), Words(json.StringMember("claims")!),
            DateTimeOffset.FromUnixTimeMilliseconds(json.LongMember("since") ?? 0));
    }

    /// <summary>Notes that the person said no: the next visit at <c>/authorize</c> answers the service with <c>access_denied</c>.</summary>
    public Task RefuseAsync(PendingRequest request, CancellationToken ct) => store.PutAsync(RefusalKind, request.Handle, new byte[] { 1 }, Lifetime, ct);

    /// <summary>True once, when the person said no.</summary>
    public async Task<bool> TakeRefusalAsync(string handle, CancellationToken ct) =>
        await store.FindAsync(RefusalKind, handle, ct) is not null && await store.TakeAsync(RefusalKind, handle, ct) is not null;

    private static string[] Words(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
