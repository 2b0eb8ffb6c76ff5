using System.Globalization;

namespace IdentityPlatform.Verifier;

/// <summary>The verdict: closed. Either every check of the plan held, or one did not and is named.</summary>
public abstract class VerificationResult
{
    private VerificationResult(Report report) => Report = report;

    /// <summary>What each check came to.</summary>
    public Report Report { get; }

    /// <summary>Answers by case; a caller cannot forget one.</summary>
    public abstract T Match<T>(Func<Accepted, T> accepted, Func<Rejected, T> rejected);

    /// <summary>The verdict in short plain sentences, in the language of <paramref name="culture"/> where it is known, else in English.</summary>
    public string Explain(CultureInfo culture) => Explanation.Of(this, culture);

    /// <summary>Redacted: the kind of the verdict alone.</summary>
    public sealed override string ToString() => Match(_ => "Accepted", r => $"Rejected: {r.Failure.Check}, {r.Failure.GetType().Name}");

    /// <summary>Every check of the plan ran, and none failed.</summary>
    public sealed class Accepted : VerificationResult
    {
        internal Accepted(VerifiedCredential credential, Report report)
            : base(report) => Credential = credential;

        /// <summary>The credential, and the only way to its claims.</summary>
        public VerifiedCredential Credential { get; }

        /// <inheritdoc/>
        public override T Match<T>(Func<Accepted, T> accepted, Func<Rejected, T> rejected) => accepted(this);
    }

    /// <summary>A check failed; those after it did not run.</summary>
    public sealed class Rejected : VerificationResult
    {
        internal Rejected(Failure failure, Report report)
            : base(report) => Failure = failure;

        /// <summary>The check that failed, and the facts.</summary>
        public Failure Failure { get; }

        /// <inheritdoc/>
        public override T Match<T>(Func<Accepted, T> accepted, Func<Rejected, T> rejected) => rejected(this);
    }
}
