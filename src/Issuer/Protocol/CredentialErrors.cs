namespace IdentityPlatform.Issuer.Protocol;

/// <summary>The wire names of <see cref="CredentialError"/>.</summary>
public static class CredentialErrors
{
    /// <summary>The value of <c>error</c>.</summary>
    public static string Name(this CredentialError error) => error switch
    {
        CredentialError.InvalidCredentialRequest => "invalid_credential_request",
        CredentialError.UnknownCredentialConfiguration => "unknown_credential_configuration",
        CredentialError.UnknownCredentialIdentifier => "unknown_credential_identifier",
        CredentialError.InvalidProof => "invalid_proof",
        CredentialError.InvalidNonce => "invalid_nonce",
        CredentialError.InvalidEncryptionParameters => "invalid_encryption_parameters",
        CredentialError.CredentialRequestDenied => "credential_request_denied",
        CredentialError.InvalidTransactionId => "invalid_transaction_id",
        CredentialError.InvalidNotificationId => "invalid_notification_id",
        CredentialError.InvalidNotificationRequest => "invalid_notification_request",
        _ => throw new ArgumentOutOfRangeException(nameof(error)),
    };
}
