using IdentityPlatform.OAuth.Clients;

namespace IdentityPlatform.OAuth.Protocol;

/// <summary>The checks of an authorization request. Their order is this table.</summary>
public static class AuthorizationChecks
{
    // RFC 6749 §4.1.2.1 lets an error redirect only after the redirect URI was found good, so its check stands apart and first.
    private static readonly Func<AuthorizationRequest, Client, Refusal?>[] Table =
    [
        SignedRequest,
        Registration,
        Lengths,
        GrantTypeOfClient,
        ResponseType,
        ResponseMode,
        CodeChallenge,
        CodeChallengeMethod,
        DpopJkt,
        Scope,
        Resource,
        AuthorizationDetail,
        Prompt,
    ];

    // RFC 8628 §3.1: a device has no redirect URI, hence no response type and no code to protect.
    private static readonly Func<AuthorizationRequest, Client, Refusal?>[] DeviceTable =
    [
        Registration,
        Lengths,
        DeviceGrantTypeOfClient,
        DpopJkt,
        Scope,
        Resource,
        AuthorizationDetail,
    ];

    public static readonly IReadOnlyList<string> KnownPrompts = ["none", "login", "consent", "select_account"];

    /// <summary>The first rule that refuses, or null when all hold.</summary>
    public static Refusal? Run(AuthorizationRequest request, Client client) => Run(Table, request, client);

    /// <summary>The same for the request of a device (RFC 8628).</summary>
    public static Refusal? RunForDevice(AuthorizationRequest request, Client client) => Run(DeviceTable, request, client);

    private static Refusal? Run(Func<AuthorizationRequest, Client, Refusal?>[] table, AuthorizationRequest request, Client client)
    {
        foreach (var check in table)
        {
            if (check(request, client) is { } refusal)
            {
                return refusal;
            }
        }

        return null;
    }

    // RFC 9101 §10.5: who registered for signed requests is protected from plain ones.
    private static Refusal? SignedRequest(AuthorizationRequest request, Client client) => !client.RequiresSignedRequests || request.Parameters.IsSigned
        ? null
        : new(Rule.SignedRequestRequired, OAuthErrors.InvalidRequest, "the client has to sign its request");

    // OpenID Connect Core §7.2.1
    private static Refusal? Registration(AuthorizationRequest request, Client client) => request.Parameters["registration"] is null
        ? null
        : new(Rule.Registration, OAuthErrors.RegistrationNotSupported, "clients are registered beforehand");

    // Values that are kept and sent back are bounded; FAPI's suite sends 1,000 characters and more of state.
    private static Refusal? Lengths(AuthorizationRequest request, Client client) => request.State?.Length > 2048 || request.Nonce?.Length > 512
        ? new(Rule.ParameterLength, OAuthErrors.InvalidRequest, "state has at most 2048 characters, nonce at most 512")
        : null;

    private static Refusal? GrantTypeOfClient(AuthorizationRequest request, Client client) => client.GrantTypes.Contains(GrantTypes.AuthorizationCode)
        ? null
        : new(Rule.GrantTypeOfClient, OAuthErrors.UnauthorizedClient, "the client is not registered for the authorization code");

    private static Refusal? DeviceGrantTypeOfClient(AuthorizationRequest request, Client client) => client.GrantTypes.Contains(GrantTypes.DeviceCode)
        ? null
        : new(Rule.GrantTypeOfClient, OAuthErrors.UnauthorizedClient, "the client is not registered for the device code");

    // RFC 6749 §3.1.1; FAPI 2.0 §5.3.2.2 wants the code flow alone.
    private static Refusal? ResponseType(AuthorizationRequest request, Client client) => request.ResponseType switch
    {
        "code" => null,
        null => new(Rule.ResponseType, OAuthErrors.InvalidRequest, "response_type is missing"),
        _ => new(Rule.ResponseType, OAuthErrors.UnsupportedResponseType, "response_type is not code"),
    };

    private static Refusal? ResponseMode(AuthorizationRequest request, Client client)
    {
        if (ResponseModes.Find(request.Parameters["response_mode"]) is not { } mode || (mode.IsForm() && !request.Terms.FormPost))
        {
            return new(Rule.ResponseMode, OAuthErrors.InvalidRequest, "response_mode is not one of this server");
        }

        return mode.IsSigned() && !request.Terms.ResponseAlgorithms.Contains(client.ResponseAlgorithm)
            ? new(Rule.ResponseMode, OAuthErrors.InvalidRequest, "there is no key for the authorization_signed_response_alg of the client")
            : null;
    }

    // RFC 7636 §4.2: an S256 challenge is 32 bytes, 43 characters.
    private static Refusal? CodeChallenge(AuthorizationRequest request, Client client) => request.CodeChallenge switch
    {
        null => client.RequiresPkce ? new(Rule.CodeChallenge, OAuthErrors.InvalidRequest, "code_challenge is missing") : null,
        { } text when Formats.Base64UrlText.TryDecode(text, out var bytes) && bytes.Length == 32 => null,
        _ => new(Rule.CodeChallenge, OAuthErrors.InvalidRequest, "code_challenge is not base64url of 32 bytes"),
    };

    // RFC 7636 §4.3: a missing method would mean plain. Without a challenge there is none.
    private static Refusal? CodeChallengeMethod(AuthorizationRequest request, Client client) =>
        request.CodeChallengeMethod == (request.CodeChallenge is null ? null : "S256")
        ? null
        : new(Rule.CodeChallengeMethod, OAuthErrors.InvalidRequest, "code_challenge_method is not S256");

    // RFC 9449 §10.1: a proof at /par and dpop_jkt must name the same key.
    private static Refusal? DpopJkt(AuthorizationRequest request, Client client)
    {
        if (request.Parameters["dpop_jkt"] is not { } jkt)
        {
            return null;
        }

        return jkt == request.DpopThumbprint && Formats.Base64UrlText.TryDecode(jkt, out var bytes) && bytes.Length == 32
            ? null
            : new(Rule.DpopJkt, OAuthErrors.InvalidRequest, "dpop_jkt is no thumbprint, or not the one of the key of the DPoP proof");
    }

    private static Refusal? Scope(AuthorizationRequest request, Client client)
    {
        // OpenID4VCI 1.0 §5.1.1: authorization details ask for credentials by themselves.
        if (request.Scopes.Count == 0 && !AuthorizationDetails.AskForCredentials(request.AuthorizationDetails))
        {
            return new(Rule.Scope, OAuthErrors.InvalidScope, "no scope of this server is asked for");
        }

        return request.Scopes.All(client.Scopes.Contains)
            ? null
            : new(Rule.Scope, OAuthErrors.InvalidScope, "a scope is not registered for the client");
    }

    // RFC 8707 §2: an absolute URI without a fragment is implied, since all that are known are.
    private static Refusal? Resource(AuthorizationRequest request, Client client) => request.Resources.All(request.Terms.Resources.Contains)
        ? null
        : new(Rule.Resource, OAuthErrors.InvalidTarget, "a resource is unknown here");

    private static Refusal? AuthorizationDetail(AuthorizationRequest request, Client client) => request.AuthorizationDetails is { } details
        ? AuthorizationDetails.Check(details, client, request.Terms)
        : null;

    // OpenID Connect Core §3.1.2.1: none stands alone.
    private static Refusal? Prompt(AuthorizationRequest request, Client client)
    {
        var prompts = request.Prompts;
        return prompts.All(KnownPrompts.Contains) && (prompts.Count <= 1 || !prompts.Contains("none"))
            ? null
            : new(Rule.Prompt, OAuthErrors.InvalidRequest, "prompt holds an unknown value, or none with another");
    }
}
