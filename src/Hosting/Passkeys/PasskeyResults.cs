namespace IdentityPlatform.Hosting.Passkeys;

/// <summary>Why a ceremony was refused.</summary>
public enum PasskeyRefusal
{
    /// <summary>The credential is not the JSON that WebAuthn §5.1 describes, or its parts do not decode.</summary>
    Malformed,

    /// <summary>No such ceremony: never begun, older than its lifetime, of the other kind, or already completed.</summary>
    UnknownCeremony,

    /// <summary>The ceremony was begun in another browser.</summary>
    OtherBrowser,

    /// <summary>The credential was made on a page of another origin, or in a frame of one (WebAuthn §7.2 steps 12 and 13).</summary>
    ForeignOrigin,

    /// <summary>The authenticator answered for another relying party id (WebAuthn §7.2 step 15).</summary>
    ForeignRelyingParty,

    /// <summary>Presence or verification of the person is missing (WebAuthn §7.2 steps 16 and 17).</summary>
    UserNotVerified,

    /// <summary>No account has this passkey.</summary>
    UnknownPasskey,

    /// <summary>An account has this passkey already.</summary>
    AlreadyRegistered,

    /// <summary>The account has as many passkeys as it may have.</summary>
    TooManyPasskeys,

    /// <summary>The signature is right and its counter is not above the last one: the authenticator may be copied (WebAuthn §6.1.1).</summary>
    CounterWentBack,

    /// <summary>The challenge, the algorithm or the signature does not verify.</summary>
    NotVerified,
}

/// <summary>What the browser needs to begin a ceremony.</summary>
/// <param name="CeremonyId">To be sent back with the credential; worthless without the browser's cookie.</param>
/// <param name="OptionsJson">For <c>navigator.credentials</c>.</param>
public sealed record CeremonyStart(string CeremonyId, string OptionsJson);

/// <summary>What became of a registration.</summary>
public abstract class RegistrationResult
{
    private RegistrationResult()
    {
    }

    /// <summary>Runs the function of the case at hand.</summary>
    public abstract T Match<T>(Func<Registered, T> registered, Func<Refused, T> refused);

    /// <summary>The passkey is stored.</summary>
    public sealed class Registered(string userId, Passkey passkey) : RegistrationResult
    {
        public string UserId { get; } = userId;

        public Passkey Passkey { get; } = passkey;

        /// <inheritdoc/>
        public override T Match<T>(Func<Registered, T> registered, Func<Refused, T> refused) => registered(this);
    }

    /// <summary>Nothing is stored.</summary>
    public sealed class Refused(PasskeyRefusal reason) : RegistrationResult
    {
        public PasskeyRefusal Reason { get; } = reason;

        /// <inheritdoc/>
        public override T Match<T>(Func<Registered, T> registered, Func<Refused, T> refused) => refused(this);
    }
}

/// <summary>What became of a sign-in.</summary>
public abstract class SignInResult
{
    private SignInResult()
    {
    }

    /// <summary>Runs the function of the case at hand.</summary>
    public abstract T Match<T>(Func<SignedIn, T> signedIn, Func<Refused, T> refused);

    /// <summary>The person was present, verified, and holds the passkey.</summary>
    public sealed class SignedIn(string userId, string credentialId, bool backedUp) : SignInResult
    {
        public string UserId { get; } = userId;

        /// <summary>As base64url.</summary>
        public string CredentialId { get; } = credentialId;

        /// <summary>True when the passkey is synchronised between devices: the level of assurance depends on it.</summary>
        public bool BackedUp { get; } = backedUp;

        /// <inheritdoc/>
        public override T Match<T>(Func<SignedIn, T> signedIn, Func<Refused, T> refused) => signedIn(this);
    }

    /// <summary>Nobody is signed in.</summary>
    public sealed class Refused(PasskeyRefusal reason, string? userId = null) : SignInResult
    {
        public PasskeyRefusal Reason { get; } = reason;

        /// <summary>The account whose passkey signed and was refused all the same (<see cref="PasskeyRefusal.CounterWentBack"/>): for its audit.</summary>
        public string? UserId { get; } = userId;

        /// <inheritdoc/>
        public override T Match<T>(Func<SignedIn, T> signedIn, Func<Refused, T> refused) => refused(this);
    }
}
