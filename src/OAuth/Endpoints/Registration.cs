using System.Text.Json.Nodes;
using IdentityPlatform.OAuth.Clients;
using IdentityPlatform.OAuth.Protocol;
using IdentityPlatform.OAuth.Storage;
using Microsoft.AspNetCore.Http;

namespace IdentityPlatform.OAuth.Endpoints;

/// <summary><c>POST /register</c> (RFC 7591 §3): a client registers itself, with an invitation. There is no open registration.</summary>
internal sealed class Registration(
    AuthorizationServerOptions options, SelfRegistration checks, ClientInvitations invitations, RegisteredClients clients, RefusalLog log, TimeProvider time)
{
    public async Task<IResult> HandleAsync(HttpContext http)
    {
        if (HttpMessage.CheckMethod(http, HttpMethods.Post) is { } wrongMethod)
        {
            return Refuse(wrongMethod);
        }

        var ct = http.RequestAborted;
        if (RegistrationMessage.TokenOf(http) is not { } token || await invitations.FindAsync(token, ct) is not { } invitation)
        {
            return Unauthorized(http);
        }

        if ((await RegistrationMessage.ReadAsync(http)).Refused(out var refused, out var sent))
        {
            log.Write(ServerUrls.Registration, null, new(Rule.ClientMetadata, OAuthErrors.InvalidClientMetadata, "no JSON object of metadata"));
            return refused;
        }

        var id = RegisteredClients.NewId();
        var metadata = ReceivedRegistration.Complete(sent, id, SelfRegistration.Words(invitation.Scope), options.OpenIdConnect);
        var secret = AddSecret(metadata);
        if ((await checks.CheckAsync(metadata, invitation.Permissions, invitation.Scope, ct)).Refused(out var refusal, out _))
        {
            return Refuse(refusal);
        }

        // Only now is the invitation spent: a mistake in the metadata costs nothing.
        var access = StoredHash.NewSecret();
        var client = Describe(id, metadata, access, invitation);
        return await clients.AddAsync(client, StoredHash.Of(token), ct)
            ? RegistrationMessage.Information(StatusCodes.Status201Created, options.Issuer, client, access, secret)
            : Unauthorized(http);
    }

    private RegisteredClient Describe(string id, JsonObject metadata, string access, ClientInvitation invitation) => new()
    {
        ClientId = id,
        Registration = metadata.ToJsonString(),
        TokenHash = StoredHash.Of(access),
        Permissions = invitation.Permissions,
        Scope = invitation.Scope,
        CreatedAt = time.GetUtcNow().ToUnixTimeSeconds(),
    };

    private static string? AddSecret(JsonObject metadata)
    {
        if (!ReceivedRegistration.NeedsSecret(metadata))
        {
            return null;
        }

        var secret = StoredHash.NewSecret();
        ReceivedRegistration.SetSecrets(metadata, [StoredHash.Of(secret)]);
        return secret;
    }

    private JsonAnswer Unauthorized(HttpContext http)
    {
        log.Write(ServerUrls.Registration, null, RegistrationMessage.Unauthorized(Rule.InitialAccessToken));
        return RegistrationMessage.Unauthorized(http, Rule.InitialAccessToken);
    }

    private JsonAnswer Refuse(Refusal refusal)
    {
        log.Write(ServerUrls.Registration, null, refusal);
        return JsonAnswer.Error(refusal);
    }
}
