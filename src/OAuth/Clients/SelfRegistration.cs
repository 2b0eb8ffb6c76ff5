using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using IdentityPlatform.Formats;
using IdentityPlatform.Hosting.Keys;
using IdentityPlatform.Hosting.Web;
using IdentityPlatform.OAuth.Protocol;

namespace IdentityPlatform.OAuth.Clients;

/// <summary>Checks what a client registers about itself: the metadata as such, what it may loosen, and what it claims about its sector.</summary>
internal sealed class SelfRegistration(AuthorizationServerOptions options, Signer signer, OutboundHttp http)
{
    /// <summary>The client that this metadata makes, or why it makes none.</summary>
    public async Task<Checked<Client>> CheckAsync(JsonObject metadata, string permissions, string scope, CancellationToken ct)
    {
        var json = StrictJson.ParseObject(Encoding.UTF8.GetBytes(metadata.ToJsonString())).OrThrow().Element;
        var allowed = (options.Registration?.Allow ?? RegistrationPermissions.None) | (RegistrationPermissionNames.Find(Words(permissions)) ?? RegistrationPermissions.None);
        if (ClientRegistration.Parse(json).Refused(out var refusal, out var client)
            || (refusal = RegistrationPolicy.Run(client, allowed, Words(scope), options)) is not null
            || (refusal = CheckSigning(client)) is not null
            || (refusal = await CheckSectorAsync(client, ct)) is not null)
        {
            return refusal;
        }

        return client;
    }

    public static string[] Words(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private Refusal? CheckSigning(Client client) => ClientAlgorithms.FindUnsigned(client, options, signer) is var (member, _)
        ? ClientRegistration.Refuse(member, "is not an algorithm that this server signs with")
        : null;

    // OpenID Connect Core §8.1 and Dynamic Registration §5: all redirect URIs are on the list, or anybody could join the sector.
    private async Task<Refusal?> CheckSectorAsync(Client client, CancellationToken ct)
    {
        if (client.SectorIdentifierUri is not { } uri)
        {
            return null;
        }

        if (await http.GetAsync(uri, "application/json", ct) is not OutboundAnswer.Received { Status: 200 } received
            || StrictJson.Parse(received.Body.Span).Failed(out _, out var list)
            || list.Element.ValueKind != JsonValueKind.Array)
        {
            return Refuse("gives no JSON array");
        }

        var listed = list.Element.EnumerateArray().Where(entry => entry.ValueKind == JsonValueKind.String).Select(entry => entry.GetString()!);
        return client.RedirectUris.Except(listed).Any() ? Refuse("gives a list that lacks one of redirect_uris") : null;
    }

    private static Refusal Refuse(string fault) => new(Rule.SectorIdentifier, OAuthErrors.InvalidClientMetadata, $"sector_identifier_uri {fault}");
}

/// <summary>The registration endpoint; without it there is none.</summary>
public sealed class RegistrationOptions
{
    /// <summary>What every client that registers itself may loosen; its invitation may allow more.</summary>
    public RegistrationPermissions Allow { get; init; }
}
