using System.Text;
using System.Text.Json;
using IdentityPlatform.Formats;
using IdentityPlatform.Hosting.Storage;
using IdentityPlatform.OAuth.Clients;
using IdentityPlatform.OAuth.Protocol;

namespace IdentityPlatform.OAuth.Storage;

/// <summary>
/// Pushed authorization requests (RFC 9126). One may be opened again and again until its sign-in completes, in several
/// tabs too; then it is dead. Its <c>expires_in</c> counts for the first opening: who has begun may take longer.
/// </summary>
internal sealed class PushedRequests(AuthorizationServerOptions options, ServerTerms terms, OneTimeStore store, TimeProvider time)
{
    public const string Prefix = "urn:ietf:params:oauth:request_uri:";

    private const string Kind = "par";

    // Which client's request a browser has begun with. It outlives the request, so that who comes back learns that it was answered.
    private const string BegunKind = "par-begun";

    /// <summary>Keeps a checked request; answers its handle.</summary>
    public async Task<string> PushAsync(AuthorizationRequest request, CancellationToken ct)
    {
        var named = Name(request);
        await KeepAsync(named, ct);
        return named.Handle;
    }

    /// <summary>A handle for a request that a browser brought: it is kept when a page has to come first, and only then.</summary>
    public OpenedRequest Name(AuthorizationRequest request)
    {
        var handle = StoredHash.NewSecret();
        request.ResumeUrl = ResumeUrl(request.Client, handle);
        return new(handle, request);
    }

    /// <summary>Keeps a named request.</summary>
    public Task KeepAsync(OpenedRequest named, CancellationToken ct) =>
        store.PutAsync(Kind, named.Handle, Write(named.Request), options.InteractionLifetime, ct);

    /// <summary>The request behind a <c>request_uri</c>, for the client that pushed it.</summary>
    public async Task<Checked<OpenedRequest>> OpenAsync(string requestUri, Client client, CancellationToken ct)
    {
        if (!requestUri.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return Refuse(Rule.RequestUriUnknown, "request_uri is not one of this server");
        }

        var handle = requestUri[Prefix.Length..];
        if (await store.FindAsync(Kind, handle, ct) is not { } stored)
        {
            return await WasBegunAsync(handle, client, ct)
                ? Refuse(Rule.RequestUriUsed, "the sign-in of this request_uri has ended already")
                : Refuse(Rule.RequestUriUnknown, "request_uri is unknown or expired");
        }

        var json = StrictJson.ParseObject(stored, int.MaxValue).OrThrow().Element;

        // RFC 9126 §2.2: bound to the client that pushed it.
        if (json.StringMember("client_id") != client.Id)
        {
            return Refuse(Rule.RequestUriClient, "request_uri was made by another client");
        }

        var receivedAt = DateTimeOffset.FromUnixTimeMilliseconds(json.LongMember("received")!.Value);
        if (!await WasBegunAsync(handle, client, ct))
        {
            if (time.GetUtcNow() - receivedAt > options.PushedRequestLifetime)
            {
                return Refuse(Rule.RequestUriExpired, "request_uri is expired");
            }

            await store.PutAsync(BegunKind, handle, Encoding.UTF8.GetBytes(client.Id), options.InteractionLifetime, ct);
        }

        return Read(json, client, handle, receivedAt);
    }

    /// <summary>Ends the request: true for the one caller who may answer the client.</summary>
    public async Task<bool> CompleteAsync(string handle, CancellationToken ct) => await store.TakeAsync(Kind, handle, ct) is not null;

    private async Task<bool> WasBegunAsync(string handle, Client client, CancellationToken ct) =>
        await store.FindAsync(BegunKind, handle, ct) is { } id && id.AsSpan().SequenceEqual(Encoding.UTF8.GetBytes(client.Id));

    private Checked<OpenedRequest> Read(JsonElement json, Client client, string handle, DateTimeOffset receivedAt)
    {
        var parsed = AuthorizationRequest.Parse(
            RequestParameters.Read(json), client, terms.Current, receivedAt, json.StringMember("dpop_key"), json.StringMember("instance_key"));
        if (parsed.Refused(out var refusal, out var request))
        {
            return refusal;
        }

        request.ResumeUrl = ResumeUrl(client, handle);
        request.DeviceCode = json.StringMember("device") is { } device ? Base64UrlText.Parse(device, "device").OrThrow() : null;
        return new OpenedRequest(handle, request);
    }

    private static byte[] Write(AuthorizationRequest request) => JsonText.Write(writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("client_id", request.Client.Id);
        writer.WriteNumber("received", request.ReceivedAt.ToUnixTimeMilliseconds());
        writer.WriteString("dpop_key", request.DpopThumbprint);
        writer.WriteString("instance_key", request.ClientInstanceThumbprint);
        if (request.DeviceCode is { } device)
        {
            writer.WriteString("device", Base64UrlText.Encode(device));
        }

        request.Parameters.WriteTo(writer);
        writer.WriteEndObject();
    });

    private string ResumeUrl(Client client, string handle) =>
        $"{ServerUrls.PathOf(options.Issuer)}{ServerUrls.Authorize}?client_id={Uri.EscapeDataString(client.Id)}&request_uri={Uri.EscapeDataString(Prefix + handle)}";

    private static Refusal Refuse(Rule rule, string description) => new(rule, OAuthErrors.InvalidRequestUri, description);
}

/// <summary>A request that a browser opened.</summary>
internal sealed class OpenedRequest(string handle, AuthorizationRequest request)
{
    public string Handle { get; } = handle;

    public AuthorizationRequest Request { get; } = request;

    public override string ToString() => Request.ToString();
}
