using System.Globalization;
using System.Text;
using System.Text.Json;
using IdentityPlatform.Formats;
using IdentityPlatform.OAuth.Clients;

namespace IdentityPlatform.OAuth.Protocol;

/// <summary>An authorization request (RFC 6749 §4.1.1, OpenID Connect Core §3.1.2.1) in its own types. Which values are right for this client is said by <see cref="AuthorizationChecks"/>.</summary>
public sealed class AuthorizationRequest
{
    private AuthorizationRequest(
        Client client, RequestParameters parameters, RequestTerms terms, string? dpopThumbprint, string? instanceThumbprint, DateTimeOffset receivedAt)
    {
        // To the millisecond, as it is stored: what the person does in the same second has an order.
        (Client, Parameters, Terms, ReceivedAt) = (client, parameters, terms, DateTimeOffset.FromUnixTimeMilliseconds(receivedAt.ToUnixTimeMilliseconds()));
        (DpopThumbprint, ClientInstanceThumbprint) = (dpopThumbprint ?? parameters["dpop_jkt"], instanceThumbprint);
        RequestedScopes = Words("scope");
        Prompts = Words("prompt");
        AcrValues = Words("acr_values");
        UiLocales = Words("ui_locales");
        Scopes = [.. RequestedScopes.Where(terms.Scopes.Contains).Distinct(StringComparer.Ordinal)];
        Resources = [.. parameters.Resources.Distinct(StringComparer.Ordinal)];
        MaxAge = client.DefaultMaxAge;
    }

    public Client Client { get; }

    /// <summary>Everything that was sent, unknown parameters such as <c>issuer_state</c> too.</summary>
    public RequestParameters Parameters { get; }

    /// <summary>When the request was pushed or first seen. What the person does from then on counts for it.</summary>
    public DateTimeOffset ReceivedAt { get; }

    public string? ResponseType => Parameters["response_type"];

    public string? RedirectUri => Parameters["redirect_uri"];

    /// <summary>How the answer goes to the redirect URI; the default where the request names a mode that is none of ours, so that it can be told.</summary>
    public ResponseMode ResponseMode => ResponseModes.Find(Parameters["response_mode"]) ?? ResponseMode.Query;

    public string? State => Parameters["state"];

    public string? Nonce => Parameters["nonce"];

    public string? CodeChallenge => Parameters["code_challenge"];

    public string? CodeChallengeMethod => Parameters["code_challenge_method"];

    public string? LoginHint => Parameters["login_hint"];

    /// <summary>OpenID4VCI 1.0 §5.1.3: comes from an offer, and anybody may have put it there.</summary>
    public string? IssuerState => Parameters["issuer_state"];

    /// <summary>All words of <c>scope</c>, unknown ones too; see <see cref="Scopes"/>.</summary>
    public IReadOnlyList<string> RequestedScopes { get; }

    /// <summary>The requested scopes that this server has: unknown ones are ignored (OpenID Connect Core §3.1.2.1, OpenID4VCI 1.0 §5.1.2).</summary>
    public IReadOnlyList<string> Scopes { get; }

    /// <summary>The protected resources that the tokens are for (RFC 8707 §2.1); empty: this server itself.</summary>
    public IReadOnlyList<string> Resources { get; }

    public IReadOnlyList<string> Prompts { get; }

    public IReadOnlyList<string> AcrValues { get; }

    public IReadOnlyList<string> UiLocales { get; }

    /// <summary>Seconds, or null; the client's <c>default_max_age</c> where the request has none.</summary>
    public long? MaxAge { get; private set; }

    /// <summary>The <c>claims</c> parameter (OpenID Connect Core §5.5).</summary>
    public JsonElement? Claims { get; private set; }

    /// <summary>The <c>authorization_details</c> parameter (RFC 9396), a JSON array.</summary>
    public JsonElement? AuthorizationDetails { get; private set; }

    /// <summary>The DPoP key that the code is bound to (RFC 9449 §10): from a proof at <c>/par</c> or from <c>dpop_jkt</c>.</summary>
    public string? DpopThumbprint { get; }

    /// <summary>The attested key of the wallet instance that pushed the request.</summary>
    public string? ClientInstanceThumbprint { get; }

    /// <summary>Where a page of the host sends the browser back to: a path on this server. Set once the request is stored.</summary>
    public string ResumeUrl { get; internal set; } = "";

    /// <summary>The hash of the device code whose request this is (RFC 8628), or null.</summary>
    internal byte[]? DeviceCode { get; set; }

    /// <summary>What the request was read against.</summary>
    internal RequestTerms Terms { get; }

    /// <summary>Reads the parameters into types.</summary>
    public static Checked<AuthorizationRequest> Parse(
        RequestParameters parameters,
        Client client,
        RequestTerms terms,
        DateTimeOffset receivedAt,
        string? dpopThumbprint = null,
        string? instanceThumbprint = null)
    {
        var request = new AuthorizationRequest(client, parameters, terms, dpopThumbprint, instanceThumbprint, receivedAt);
        if (parameters["max_age"] is { } maxAge)
        {
            if (!long.TryParse(maxAge, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) || seconds > int.MaxValue)
            {
                return new Refusal(Rule.MaxAge, OAuthErrors.InvalidRequest, "max_age is not a number of seconds");
            }

            request.MaxAge = seconds;
        }

        if (parameters["claims"] is { } claims)
        {
            if (StrictJson.ParseObject(Encoding.UTF8.GetBytes(claims)).Failed(out _, out var json))
            {
                return new Refusal(Rule.Claims, OAuthErrors.InvalidRequest, "claims is not a JSON object");
            }

            request.Claims = json.Element;
        }

        if (parameters["authorization_details"] is { } details)
        {
            if (Protocol.AuthorizationDetails.Parse(details).Refused(out var refusal, out var list))
            {
                return refusal;
            }

            request.AuthorizationDetails = list.Json;
        }

        return request;
    }

    /// <summary>Redacted: it may hold hints about a person.</summary>
    public override string ToString() => $"authorization request of {Client.Id}";

    private string[] Words(string name) => Parameters[name]?.Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [];
}
