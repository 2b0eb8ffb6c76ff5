using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using IdentityPlatform.Formats;
using IdentityPlatform.OAuth.Clients;
using IdentityPlatform.OAuth.Protocol;
using IdentityPlatform.OAuth.Storage;
using Microsoft.AspNetCore.Http;

namespace IdentityPlatform.OAuth.Endpoints;

/// <summary><c>/register/{client_id}</c> (RFC 7592 §2): a client reads, replaces or ends its own registration.</summary>
internal sealed class RegistrationManagement(
    AuthorizationServerOptions options, SelfRegistration checks, RegisteredClients clients, RefusalLog log)
{
    public async Task<IResult> HandleAsync(HttpContext http)
    {
        if (HttpMessage.CheckMethod(http, HttpMethods.Get, HttpMethods.Put, HttpMethods.Delete) is { } wrongMethod)
        {
            return Refuse(null, wrongMethod);
        }

        // RFC 7592 §2: a client that is gone is answered like a wrong token.
        if (RegistrationMessage.TokenOf(http) is not { } token || await FindAsync(http, StoredHash.Of(token)) is not { } client)
        {
            return Unauthorized(http);
        }

        if (HttpMethods.IsGet(http.Request.Method))
        {
            return RegistrationMessage.Information(StatusCodes.Status200OK, options.Issuer, client, token, null);
        }

        return HttpMethods.IsPut(http.Request.Method) ? await ReplaceAsync(http, client) : await RemoveAsync(http, client);
    }

    private async Task<RegisteredClient?> FindAsync(HttpContext http, byte[] tokenHash) =>
        http.Request.RouteValues["client"] is string id && RegisteredClients.IsOne(id)
        && await clients.FindRowAsync(id, http.RequestAborted) is { } row && CryptographicOperations.FixedTimeEquals(row.TokenHash, tokenHash)
            ? row
            : null;

    // RFC 7592 §2.2: what is sent replaces all that was there; a member that is left out is gone.
    private async Task<IResult> ReplaceAsync(HttpContext http, RegisteredClient client)
    {
        if ((await RegistrationMessage.ReadAsync(http)).Refused(out var refused, out var sent))
        {
            log.Write(ServerUrls.Registration, client.ClientId, new(Rule.ClientMetadata, OAuthErrors.InvalidClientMetadata, "no JSON object of metadata"));
            return refused;
        }

        var before = client.Read()?.Secrets ?? [];
        if (CheckIdentity(sent, client, before) is { } fault)
        {
            return Refuse(client.ClientId, fault);
        }

        var metadata = ReceivedRegistration.Complete(sent, client.ClientId, SelfRegistration.Words(client.Scope), options.OpenIdConnect);
        var secret = KeepSecrets(metadata, before);
        if ((await checks.CheckAsync(metadata, client.Permissions, client.Scope, http.RequestAborted)).Refused(out var refusal, out _))
        {
            return Refuse(client.ClientId, refusal);
        }

        var token = StoredHash.NewSecret();
        var after = new RegisteredClient
        {
            ClientId = client.ClientId,
            Registration = metadata.ToJsonString(),
            TokenHash = StoredHash.Of(token),
            Permissions = client.Permissions,
            Scope = client.Scope,
            CreatedAt = client.CreatedAt,
        };
        return await clients.ReplaceAsync(client.ClientId, client.TokenHash, after.Registration, after.TokenHash, http.RequestAborted)
            ? RegistrationMessage.Information(StatusCodes.Status200OK, options.Issuer, after, token, secret)
            : Unauthorized(http);
    }

    private async Task<IResult> RemoveAsync(HttpContext http, RegisteredClient client)
    {
        if (!await clients.RemoveAsync(client.ClientId, client.TokenHash, http.RequestAborted))
        {
            return Unauthorized(http);
        }

        if (options.ClientRemoved is { } removed)
        {
            // What the host keeps about the client goes too, whether or not the caller still waits for the answer.
            await removed(http.RequestServices, client.ClientId, CancellationToken.None);
        }

        http.Response.Headers.CacheControl = "no-store";
        return Results.NoContent();
    }

    // RFC 7592 §2.2: the id is the client's own; a secret, if it is repeated, is the current one.
    private static Refusal? CheckIdentity(JsonElement sent, RegisteredClient client, IReadOnlyList<byte[]> secrets)
    {
        if (sent.StringMember("client_id") != client.ClientId)
        {
            return new(Rule.RegistrationClientId, OAuthErrors.InvalidClientMetadata, "client_id is not the one of this registration");
        }

        if (sent.Member("client_secret") is null)
        {
            return null;
        }

        return RegistrationMessage.SecretOf(sent) is { } secret && secrets.Any(hash => CryptographicOperations.FixedTimeEquals(hash, StoredHash.Of(secret)))
            ? null
            : new(Rule.SecretWrong, OAuthErrors.InvalidClientMetadata, "client_secret is not the one of this registration");
    }

    private static string? KeepSecrets(JsonObject metadata, IReadOnlyList<byte[]> before)
    {
        if (!ReceivedRegistration.NeedsSecret(metadata))
        {
            return null;
        }

        var secret = before.Count == 0 ? StoredHash.NewSecret() : null;
        ReceivedRegistration.SetSecrets(metadata, secret is null ? before : [StoredHash.Of(secret)]);
        return secret;
    }

    private JsonAnswer Unauthorized(HttpContext http)
    {
        log.Write(ServerUrls.Registration, null, RegistrationMessage.Unauthorized(Rule.RegistrationAccessToken));
        return RegistrationMessage.Unauthorized(http, Rule.RegistrationAccessToken);
    }

    private JsonAnswer Refuse(string? clientId, Refusal refusal)
    {
        log.Write(ServerUrls.Registration, clientId, refusal);
        return JsonAnswer.Error(refusal);
    }
}
