namespace IdentityPlatform.OAuth.Protocol;

/// <summary>The registered error codes that the engine answers with.</summary>
public static class OAuthErrors
{
    // RFC 6749 §4.1.2.1 and §5.2
    public const string InvalidRequest = "invalid_request";
    public const string InvalidClient = "invalid_client";
    public const string InvalidGrant = "invalid_grant";
    public const string UnauthorizedClient = "unauthorized_client";
    public const string UnsupportedGrantType = "unsupported_grant_type";
    public const string InvalidScope = "invalid_scope";
    public const string AccessDenied = "access_denied";
    public const string UnsupportedResponseType = "unsupported_response_type";
    public const string TemporarilyUnavailable = "temporarily_unavailable";

    // RFC 6750 §3.1
    public const string InvalidToken = "invalid_token";
    public const string InsufficientScope = "insufficient_scope";

    // RFC 9470 §3
    public const string InsufficientUserAuthentication = "insufficient_user_authentication";

    // RFC 7009 §2.2.1
    public const string UnsupportedTokenType = "unsupported_token_type";

    // RFC 8707 §2
    public const string InvalidTarget = "invalid_target";

    // RFC 9449 §5 and §8
    public const string InvalidDpopProof = "invalid_dpop_proof";
    public const string UseDpopNonce = "use_dpop_nonce";

    // RFC 8628 §3.5
    public const string AuthorizationPending = "authorization_pending";
    public const string SlowDown = "slow_down";
    public const string ExpiredToken = "expired_token";

    // RFC 9396 §5
    public const string InvalidAuthorizationDetails = "invalid_authorization_details";

    // RFC 9101 §7, OpenID Connect Core §3.1.2.6
    public const string InvalidRequestObject = "invalid_request_object";
    public const string InvalidRequestUri = "invalid_request_uri";
    public const string RequestUriNotSupported = "request_uri_not_supported";
    public const string RequestNotSupported = "request_not_supported";
    public const string RegistrationNotSupported = "registration_not_supported";
    public const string LoginRequired = "login_required";
    public const string ConsentRequired = "consent_required";
    public const string InteractionRequired = "interaction_required";

    // OpenID Connect Core Unmet Authentication Requirements 1.0
    public const string UnmetAuthenticationRequirements = "unmet_authentication_requirements";

    // Attestation-Based Client Authentication, draft 07 §9
    public const string InvalidClientAttestation = "invalid_client_attestation";

    // RFC 7591 §3.2.2
    public const string InvalidRedirectUri = "invalid_redirect_uri";
    public const string InvalidClientMetadata = "invalid_client_metadata";
}
