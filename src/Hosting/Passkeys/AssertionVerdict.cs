namespace IdentityPlatform.Hosting.Passkeys;

/// <summary>The rule of WebAuthn §7.2 that an assertion broke.</summary>
public enum AssertionRule
{
    /// <summary>The credential or one of its parts does not parse.</summary>
    Malformed,

    /// <summary>The stored key is no COSE key of ES256 or RS256.</summary>
    Key,

    /// <summary>The client data is not of type <c>webauthn.get</c> (step 10).</summary>
    Type,

    /// <summary>The challenge is another (step 11).</summary>
    Challenge,

    /// <summary>The origin is none of ours (step 12).</summary>
    Origin,

    /// <summary>The page ran in a frame of another origin (step 13).</summary>
    CrossOrigin,

    /// <summary>The authenticator answered for another relying party (step 15).</summary>
    RelyingParty,

    /// <summary>The person was not present (step 16).</summary>
    UserPresence,

    /// <summary>The person was not verified (step 17).</summary>
    UserVerification,

    /// <summary>The signature does not verify (step 21).</summary>
    Signature,
}

/// <summary>What <see cref="AssertionEvidence.Verify"/> found.</summary>
public abstract class AssertionVerdict
{
    private AssertionVerdict()
    {
    }

    /// <summary>Runs the function of the case at hand.</summary>
    public abstract T Match<T>(Func<Valid, T> valid, Func<Invalid, T> invalid);

    /// <summary>Every rule held.</summary>
    public sealed class Valid : AssertionVerdict
    {
        internal Valid(long signCount) => SignCount = signCount;

        /// <summary>The authenticator's counter; zero where it keeps none.</summary>
        public long SignCount { get; }

        /// <inheritdoc/>
        public override T Match<T>(Func<Valid, T> valid, Func<Invalid, T> invalid) => valid(this);
    }

    /// <summary>The first rule that did not hold.</summary>
    public sealed class Invalid : AssertionVerdict
    {
        internal Invalid(AssertionRule rule) => Rule = rule;

        public AssertionRule Rule { get; }

        /// <inheritdoc/>
        public override T Match<T>(Func<Valid, T> valid, Func<Invalid, T> invalid) => invalid(this);
    }
}
