using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Formats.Mdoc;

namespace IdentityPlatform.Verifier.Mdoc;

/// <summary>
/// One mdoc under check: what was given, and what the checks so far have established. Immutable: a check that establishes
/// something gives a new case. To ask for what no check has established yet is a fault of the plan's order, and throws.
/// </summary>
internal sealed record MdocCase
{
    private MdocCase(string presented, Expectation expectation, Policy policy, Trust trust, DateTimeOffset now, SessionTranscript transcript) =>
        (Presented, Expectation, Policy, Trust, Now, Transcript) = (presented, expectation, policy, trust, now, transcript);

    public string Presented { get; }

    public Expectation Expectation { get; }

    public Policy Policy { get; }

    public Trust Trust { get; }

    public DateTimeOffset Now { get; }

    public SessionTranscript Transcript { get; }

    /// <summary>From Format.</summary>
    public MdocDocument Document { get => field ?? throw OutOfOrder(); init; }

    /// <summary>From IssuerTrust: the key whose signature counts, who it belongs to, and when its certificates are valid.</summary>
    public MdocSigner Signer { get => field ?? throw OutOfOrder(); init; }

    /// <summary>From IssuerSignature.</summary>
    public VerifiedIssuerSigned Signed { get => field ?? throw OutOfOrder(); init; }

    /// <summary>From Integrity: the disclosed elements as claims.</summary>
    public MdocClaims Claims { get => field ?? throw OutOfOrder(); init; }

    /// <summary>A presentation, as it was received.</summary>
    /// <exception cref="ArgumentException">No transcript is given.</exception>
    public static MdocCase Of(string presented, Expectation expectation, Policy policy, Trust trust, DateTimeOffset now) => new(
        presented,
        expectation,
        policy,
        trust,
        now,
        expectation.Transcript ?? throw new ArgumentException("An mdoc is checked against the transcript of its request.", nameof(expectation)));

    /// <summary>Redacted: the presentation is personal.</summary>
    public override string ToString() => nameof(MdocCase);

    private static InvalidOperationException OutOfOrder() => new("The plan asks for what no check has established yet.");
}

/// <summary>The signer of an mdoc.</summary>
/// <param name="key">The key.</param>
/// <param name="name">Who it belongs to.</param>
/// <param name="from">From when all certificates of its path are valid; null for a pinned key.</param>
/// <param name="until">Until when they are.</param>
internal sealed class MdocSigner(VerificationKey key, string name, DateTimeOffset? from, DateTimeOffset? until)
{
    public VerificationKey Key { get; } = key;

    public string Name { get; } = name;

    public DateTimeOffset? From { get; } = from;

    public DateTimeOffset? Until { get; } = until;
}
