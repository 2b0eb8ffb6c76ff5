using System.Text.Json;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Hosting;
using IdentityPlatform.Hosting.Keys;
using IdentityPlatform.IdP.Accounts;
using IdentityPlatform.IdP.Services;
using IdentityPlatform.OAuth.Clients;
using IdentityPlatform.OAuth.Endpoints;
using IdentityPlatform.OAuth.Storage;
using IdentityPlatform.OAuth.Tokens;

namespace IdentityPlatform.IdP.Endpoints;

/// <summary><c>/userinfo</c> (OpenID Connect Core §5.3): plain JSON, or signed for a service that registered for it (§5.3.2).</summary>
public sealed class UserInfo(
    AccessTokenGuard guard, Clients clients, StoredGrants grants, Identities identities, Sectors sectors, Consents consents, Signer signer, ServerSettings server)
{
    public const string Path = "/userinfo";

    public static void Map(IEndpointRouteBuilder app) =>
        app.Map(Path, (HttpContext http, UserInfo userInfo, CrossOrigin origins, CancellationToken ct) =>
            origins.AnswerAsync(http, () => userInfo.AnswerAsync(http, ct), HttpMethods.Get, HttpMethods.Post));

    public async Task<IResult> AnswerAsync(HttpContext http, CancellationToken ct)
    {
        var checkedToken = await guard.CheckAsync(http, "openid", ct);
        if (checkedToken is not GuardResult.Granted { Token: var token })
        {
            return ((GuardResult.Refused)checkedToken).Result;
        }

        var claims = await ClaimsAsync(token, ct);
        http.Response.Headers.CacheControl = "no-store";
        return (await clients.FindAsync(token.ClientId, ct))?.UserInfoAlgorithm is { } algorithm
            ? Results.Text(Sign(token, claims, algorithm), "application/jwt")
            : Results.Bytes(Plain(token, claims), "application/json");
    }

    private static byte[] Plain(AccessToken token, IReadOnlyDictionary<string, string> claims) => JsonText.Write(json =>
    {
        json.WriteStartObject();
        Write(json, token, claims);
        json.WriteEndObject();
    });

    // §5.3.2: issuer and audience say that it is meant for this service.
    private string Sign(AccessToken token, IReadOnlyDictionary<string, string> claims, JwsAlgorithm algorithm) =>
        JwtWriter.Sign(signer.Active(KeyRole.IdentityTokens, algorithm), "JWT", json =>
        {
            json.WriteString("iss", server.PublicUrl);
            json.WriteString("aud", token.ClientId);
            Write(json, token, claims);
        });

    private static void Write(Utf8JsonWriter json, AccessToken token, IReadOnlyDictionary<string, string> claims)
    {
        json.WriteString("sub", token.Subject);
        ReleasedClaims.WriteTo(json, claims);
    }

    // The consent as it stands now decides, not the one at sign-in.
    private async Task<IReadOnlyDictionary<string, string>> ClaimsAsync(AccessToken token, CancellationToken ct)
    {
        using var opened = await grants.OpenAsync(token, ct);
        var consent = await consents.FindAsync(token.Owner, await sectors.OfAsync(token.ClientId, ct), ct);
        var names = GrantedClaims.Of(opened?.Grant.Content.Extra).UserInfo.Intersect(consent?.Claims ?? []);
        return ReleasedClaims.Of(names, await identities.FindAsync(token.Owner, ct));
    }
}
