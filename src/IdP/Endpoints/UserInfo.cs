using IdentityPlatform.Formats;
using IdentityPlatform.IdP.Accounts;
using IdentityPlatform.IdP.Services;
using IdentityPlatform.OAuth.Endpoints;
using IdentityPlatform.OAuth.Storage;
using IdentityPlatform.OAuth.Tokens;

namespace IdentityPlatform.IdP.Endpoints;

/// <summary><c>/userinfo</c> (OpenID Connect Core §5.3), for DPoP-bound access tokens.</summary>
public sealed class UserInfo(AccessTokenGuard guard, StoredGrants grants, Identities identities, Sectors sectors, Consents consents)
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
        return Results.Bytes(
            JsonText.Write(json =>
            {
                json.WriteStartObject();
                json.WriteString("sub", token.Subject);
                ReleasedClaims.WriteTo(json, claims);
                json.WriteEndObject();
            }),
            "application/json");
    }

    // The consent as it stands now decides, not the one at sign-in.
    private async Task<IReadOnlyDictionary<string, string>> ClaimsAsync(AccessToken token, CancellationToken ct)
    {
        var grant = await grants.FindAsync(token.GrantId, ct);
        var consent = await consents.FindAsync(token.Owner, await sectors.OfAsync(token.ClientId, ct), ct);
        var names = GrantedClaims.Of(grant?.Content.Extra).UserInfo.Intersect(consent?.Claims ?? []);
        return ReleasedClaims.Of(names, await identities.FindAsync(token.Owner, ct));
    }
}
