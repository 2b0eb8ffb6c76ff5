using System.Text.Json;
using IdentityPlatform.Issuer.Desk;
using IdentityPlatform.Issuer.Signing;

namespace IdentityPlatform.Issuer.Issuance;

/// <summary>
/// Leave to mint cards for one application with exactly these claims. Only <see cref="MintAuthorization.Check"/> makes
/// one, from two officers' passkey assertions: whoever controls the database has none to give.
/// </summary>
public sealed class MintPermit
{
    private MintPermit(MintChecks passed, MintEvidence evidence, PersonClaims claims)
    {
        (ApplicationId, Deployment, Claims) = (evidence.ApplicationId, evidence.Deployment, claims.Claims);
        (Types, ApprovedAt, Approval) = (passed.Types, passed.Approval!.Time, passed.Approval.Challenge());
    }

    public string ApplicationId { get; }

    public string Deployment { get; }

    /// <summary>The claims that both officers decided about. Mint from these alone.</summary>
    public JsonElement Claims { get; }

    /// <summary>The ids of the credential types that both decided about.</summary>
    public IReadOnlyList<string> Types { get; }

    /// <summary>When the second officer approved: no card says that it is from before, and none outlasts its type's years from then.</summary>
    public DateTimeOffset ApprovedAt { get; }

    /// <summary>The hash that the approving officer signed: it stands for the approval where copies are counted.</summary>
    public byte[] Approval { get; }

    /// <summary>Redacted.</summary>
    public override string ToString() => $"permit to mint for application {ApplicationId}";

    internal static MintAuthorization Authorise(MintEvidence evidence, MintTrust trust, PersonClaims claims)
    {
        var checks = new MintChecks(evidence, trust, claims.Commitment());
        return checks.Run() is { } refusal
            ? new MintAuthorization.Refused(refusal)
            : new MintAuthorization.Permitted(new MintPermit(checks, evidence, claims));
    }
}

/// <summary>The answer to "may a card be minted from this evidence?". Closed.</summary>
public abstract class MintAuthorization
{
    private MintAuthorization()
    {
    }

    /// <summary>
    /// Checks the decisions of an application against what the signer holds: two officers in favour, of the right roles and not removed,
    /// each by an assertion of the passkey that the roster names, over these claims.
    /// </summary>
    public static MintAuthorization Check(MintEvidence evidence, MintTrust trust, PersonClaims claims) => MintPermit.Authorise(evidence, trust, claims);

    /// <summary>Takes one of the two ways.</summary>
    public T Match<T>(Func<MintPermit, T> permitted, Func<MintRefusal, T> refused) => this switch
    {
        Permitted yes => permitted(yes.Permit),
        Refused no => refused(no.Refusal),
        _ => throw new InvalidOperationException("closed"),
    };

    public sealed class Permitted : MintAuthorization
    {
        internal Permitted(MintPermit permit) => Permit = permit;

        public MintPermit Permit { get; }
    }

    public sealed class Refused : MintAuthorization
    {
        internal Refused(MintRefusal refusal) => Refusal = refusal;

        public MintRefusal Refusal { get; }
    }
}
