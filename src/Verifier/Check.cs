namespace IdentityPlatform.Verifier;

/// <summary>The checks of a presented credential, in the order in which a plan runs them.</summary>
public enum Check
{
    /// <summary>The presentation is well formed.</summary>
    Format,

    /// <summary>The signer is trusted to issue credentials of this type.</summary>
    IssuerTrust,

    /// <summary>The issuer's signature verifies with the trusted signer's key.</summary>
    IssuerSignature,

    /// <summary>What was disclosed is what the issuer signed (RFC 9901 §7.1).</summary>
    Integrity,

    /// <summary>The credential is of a type that was asked for.</summary>
    Type,

    /// <summary>The credential is valid at the time of the check.</summary>
    Validity,

    /// <summary>The holder's key signed this presentation for this verifier (RFC 9901 §7.3).</summary>
    HolderBinding,

    /// <summary>The issuer has not withdrawn the credential, as far as the held status list says.</summary>
    Revocation,

    /// <summary>The presentation holds what was asked for, and nothing else.</summary>
    Request,
}

/// <summary>What became of one check: closed. A check that did not run is <see cref="NotReached"/>, never a pass.</summary>
public abstract record CheckOutcome
{
    private CheckOutcome()
    {
    }

    /// <summary>The check ran and held.</summary>
    public sealed record Passed : CheckOutcome
    {
        internal static Passed Instance { get; } = new();
    }

    /// <summary>The check ran and did not hold.</summary>
    public sealed record Failed(Failure Failure) : CheckOutcome;

    /// <summary>The check could not say: the status list is missing, stale or unusable.</summary>
    public sealed record Unknown(StatusGap Reason) : CheckOutcome;

    /// <summary>The policy does not ask for this check here.</summary>
    public sealed record Waived(string Reason) : CheckOutcome;

    /// <summary>An earlier check failed first.</summary>
    public sealed record NotReached : CheckOutcome;
}

/// <summary>Why nothing can be said about a credential's status.</summary>
public enum StatusGap
{
    /// <summary>The policy asks for a status and the credential carries none.</summary>
    NoStatusInCredential,

    /// <summary>The credential's <c>status</c> member is malformed or of an unknown kind.</summary>
    MalformedStatus,

    /// <summary>The verifier holds no list for the credential's <c>uri</c>.</summary>
    NoList,

    /// <summary>The held list is not signed by a signer whom the bundle trusts for status.</summary>
    ListUntrusted,

    /// <summary>The held list's <c>exp</c> has passed.</summary>
    ListExpired,

    /// <summary>The held list is older than the bundle allows.</summary>
    ListTooOld,

    /// <summary>The held list says that it was made in the future.</summary>
    ListFromTheFuture,

    /// <summary>The credential's index lies outside the list.</summary>
    IndexOutOfRange,
}
