namespace IdentityPlatform.Issuer.Protocol;

/// <summary>The errors of the credential, deferred and notification endpoints (OpenID4VCI 1.0 §8.3.1.2, §9.3, §11.3), all answered with 400.</summary>
public enum CredentialError
{
    InvalidCredentialRequest,
    UnknownCredentialConfiguration,
    UnknownCredentialIdentifier,
    InvalidProof,
    InvalidNonce,
    InvalidEncryptionParameters,
    CredentialRequestDenied,
    InvalidTransactionId,
    InvalidNotificationId,
    InvalidNotificationRequest,
}

/// <summary>The rule that a credential request broke; several rules share an error code on the wire.</summary>
public enum CredentialRule
{
    /// <summary>The body is strict JSON, an object, of bounded size.</summary>
    Json,

    /// <summary>Exactly one of credential_identifier and credential_configuration_id, each a string.</summary>
    OneCredential,

    /// <summary>credential_configuration_id is refused where the token response gave credential_identifiers.</summary>
    IdentifierExpected,

    /// <summary>The configuration is in our metadata.</summary>
    KnownConfiguration,

    /// <summary>The identifier is one that the token response gave.</summary>
    KnownIdentifier,

    /// <summary>The access token covers the configuration.</summary>
    Authorized,

    /// <summary>An encrypted request is a JWE to a key of this issuer, in an algorithm that the metadata offers.</summary>
    EncryptedRequest,

    /// <summary>credential_response_encryption holds a key on P-256 with its alg, and an enc and a zip that the metadata offers.</summary>
    ResponseEncryption,

    /// <summary>A request that asks for an encrypted response is encrypted itself.</summary>
    ResponseEncryptionUnprotected,

    /// <summary>Proofs are there.</summary>
    ProofsPresent,

    /// <summary>proofs is an object with one member, whose value is a non-empty array of strings.</summary>
    ProofsShape,

    /// <summary>The proof type is one that the metadata offers.</summary>
    ProofType,

    /// <summary>No more proofs, or keys, than batch_size.</summary>
    BatchSize,

    /// <summary>A proof is a compact JWS.</summary>
    ProofFormat,

    /// <summary>typ is openid4vci-proof+jwt.</summary>
    ProofTyp,

    /// <summary>alg is ES256.</summary>
    ProofAlgorithm,

    /// <summary>The key comes as jwk alone.</summary>
    ProofKeyReference,

    /// <summary>The jwk is a public key on P-256.</summary>
    ProofKey,

    /// <summary>A key attestation was sent, and none can be checked here.</summary>
    ProofKeyAttestation,

    /// <summary>The signature verifies with the key of the header.</summary>
    ProofSignature,

    /// <summary>aud is this issuer, as a string.</summary>
    ProofAudience,

    /// <summary>iss, where it is there, is the client.</summary>
    ProofIssuer,

    /// <summary>iat is there and within the window.</summary>
    ProofTime,

    /// <summary>nonce is there.</summary>
    ProofNonceMissing,

    /// <summary>Each key is used once in a batch.</summary>
    ProofKeyRepeated,

    /// <summary>A key attestation is a compact JWS, bounded.</summary>
    KeyAttestationFormat,

    /// <summary>x5c of the key attestation leads to an anchor that the issuer trusts for this.</summary>
    KeyAttestationTrust,

    /// <summary>alg of the key attestation is ES256.</summary>
    KeyAttestationAlgorithm,

    /// <summary>typ is key-attestation+jwt.</summary>
    KeyAttestationTyp,

    /// <summary>The key attestation's signature verifies with the key of its certificate.</summary>
    KeyAttestationSignature,

    /// <summary>iat is there and has come; exp is there beside a proof, and has not.</summary>
    KeyAttestationTime,

    /// <summary>The attested levels are among those that the metadata asks for.</summary>
    KeyAttestationLevel,

    /// <summary>attested_keys holds public keys on P-256, each once, no more than a batch has.</summary>
    KeyAttestationKeys,

    /// <summary>nonce of the attestation is there.</summary>
    KeyAttestationNonce,

    /// <summary>A proof of a key that has to be attested carries an attestation.</summary>
    KeyAttestationMissing,

    /// <summary>The attestation beside a proof attests its key.</summary>
    KeyAttestationOtherKey,

    /// <summary>The nonce was issued here, is not too old and was not used.</summary>
    NonceUnknown,

    /// <summary>As many requests of one grant wait as may.</summary>
    TooManyDeferred,

    /// <summary>transaction_id is there.</summary>
    TransactionId,

    /// <summary>The transaction was given to this grant, and has not ended.</summary>
    KnownTransaction,

    /// <summary>A notification names an id and one of the three events.</summary>
    Notification,

    /// <summary>The notification_id was given to this grant.</summary>
    KnownNotification,

    /// <summary>The person has no card that may be collected.</summary>
    NoCard,

    /// <summary>Two officers' decisions hold for the claims.</summary>
    NotDecided,

    /// <summary>The signer gives no more than so many copies of a card in a day.</summary>
    CopiesSpent,

    /// <summary>The treasury's signed facts pay for it.</summary>
    NotPaid,

    /// <summary>A ticket is minted now or not at all: nothing of its holder is kept that would wait.</summary>
    NotNow,

    /// <summary>The claims in the register fit the credential type.</summary>
    ClaimsUnfit,

    /// <summary>The card was suspended, revoked or erased while copies were being minted.</summary>
    CardWithdrawn,
}

/// <summary>Why no credential is given: the code for the wallet, the rule, and a sentence for its developer. Holds no value from the request.</summary>
public sealed record CredentialFailure(CredentialError Error, CredentialRule Rule, string Description);
