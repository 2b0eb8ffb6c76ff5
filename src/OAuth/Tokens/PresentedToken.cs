using IdentityPlatform.OAuth.Endpoints;
using IdentityPlatform.OAuth.Protocol;
using Microsoft.AspNetCore.Http;

namespace IdentityPlatform.OAuth.Tokens;

/// <summary>An access token as it came, and under which scheme. Nothing about it is checked. Redacted.</summary>
internal sealed class PresentedToken
{
    public const string DpopScheme = "DPoP";
    public const string BearerScheme = "Bearer";

    private PresentedToken(string text, string scheme) => (Text, Scheme) = (text, scheme);

    public string Text { get; }

    public string Scheme { get; }

    /// <summary>Finds the one token of a request: in the <c>Authorization</c> header, or in a form (RFC 6750 §2.1 and §2.2).</summary>
    public static async Task<Checked<PresentedToken>> FindAsync(HttpContext http)
    {
        // RFC 6750 §2.3 allowed it, FAPI 2.0 §5.3.3 and RFC 9700 §4.3.2 do not: URLs end up in logs.
        if (http.Request.Query.ContainsKey("access_token"))
        {
            return new Refusal(Rule.TokenInQuery, OAuthErrors.InvalidRequest, "an access token does not belong into a URL");
        }

        var headers = http.Request.Headers.Authorization;
        if (headers.Count > 1)
        {
            return new Refusal(Rule.TokenFormat, OAuthErrors.InvalidRequest, "there is more than one Authorization header");
        }

        return headers.Count == 1 ? OfHeader(headers.ToString()) : await OfFormAsync(http);
    }

    public override string ToString() => $"{Scheme} token";

    // Schemes are compared without case (RFC 9110 §11.1).
    private static Checked<PresentedToken> OfHeader(string value)
    {
        foreach (var scheme in (ReadOnlySpan<string>)[DpopScheme, BearerScheme])
        {
            if (value.Length > scheme.Length && value[scheme.Length] == ' ' && value.StartsWith(scheme, StringComparison.OrdinalIgnoreCase))
            {
                return new PresentedToken(value[scheme.Length..].Trim(' '), scheme);
            }
        }

        return new Refusal(Rule.TokenScheme, OAuthErrors.InvalidToken, "the access token is to be sent with the DPoP or the Bearer scheme");
    }

    private static async Task<Checked<PresentedToken>> OfFormAsync(HttpContext http)
    {
        if (HttpMethods.IsPost(http.Request.Method) && HttpMessage.IsForm(http.Request))
        {
            if ((await HttpMessage.ReadFormAsync(http)).Refused(out var refusal, out var form))
            {
                return refusal;
            }

            if (form["access_token"] is { } token)
            {
                return new PresentedToken(token, BearerScheme);
            }
        }

        return new Refusal(Rule.TokenMissing, OAuthErrors.InvalidToken, "the access token is missing");
    }
}
