namespace IdentityPlatform.Verifier.Presentation;

/// <summary>Verifies all presentations of a VP token against the whole query (OpenID4VP §8.6).</summary>
public static class PresentationVerifier
{
    /// <summary>Verifies a VP token.</summary>
    public static PresentationResult Verify(PresentationRequest request, VpToken token, Policy policy, Trust trust, DateTimeOffset now) =>
        Verify(request, token, policy, _ => trust, now);

    /// <summary>Verifies a VP token whose credentials come from issuers with bundles of their own: none of them speaks for another's types.</summary>
    /// <param name="request">What was asked for.</param>
    /// <param name="token">The answer.</param>
    /// <param name="policy">What is asked of each presentation.</param>
    /// <param name="trustOf">Whom to trust for what answers a query.</param>
    /// <param name="now">The time of the check.</param>
    public static PresentationResult Verify(PresentationRequest request, VpToken token, Policy policy, Func<CredentialQuery, Trust> trustOf, DateTimeOffset now)
    {
        var accepted = new List<AnsweredQuery>();
        var notPassed = new List<PresentationResult.Rejected>();
        foreach (var (query, presentation) in token.By(request.Query))
        {
            var verdict = CredentialVerifier.Verify(presentation, request.ExpectationOf(query), policy, trustOf(query), now);
            if (verdict is VerificationResult.Accepted good)
            {
                accepted.Add(new AnsweredQuery(query.Id, good));
                continue;
            }

            var rejected = new PresentationResult.Rejected(query.Id, (VerificationResult.Rejected)verdict);
            if (rejected.Verdict.Failure is Failure.WrongNonce)
            {
                // OpenID4VP §8.6: an answer to another request spoils the whole response, not one presentation.
                return rejected;
            }

            notPassed.Add(rejected);
        }

        var ids = accepted.Select(answer => answer.QueryId).ToHashSet(StringComparer.Ordinal);
        if (request.Query.IsSatisfiedBy(ids) && ids.Count > 0)
        {
            return new PresentationResult.Accepted(accepted, notPassed);
        }

        return notPassed is [var first, .. var others] ? new PresentationResult.Rejected(first.QueryId, first.Verdict, others) : new PresentationResult.Unanswered([.. request.Query.Credentials.Select(query => query.Id).Where(id => !ids.Contains(id))]);
    }
}

/// <summary>The verdict on a whole response: closed.</summary>
public abstract class PresentationResult
{
    private PresentationResult()
    {
    }

    /// <summary>Answers by case.</summary>
    public T Match<T>(Func<Accepted, T> accepted, Func<Rejected, T> rejected, Func<Unanswered, T> unanswered) => this switch
    {
        Accepted a => accepted(a),
        Rejected r => rejected(r),
        Unanswered u => unanswered(u),
        _ => throw new InvalidOperationException("There is no fourth verdict."),
    };

    /// <summary>The credentials that passed answer the whole query. Those that did not pass were not needed.</summary>
    public sealed class Accepted : PresentationResult
    {
        internal Accepted(IReadOnlyList<AnsweredQuery> answers, IReadOnlyList<Rejected> notPassed) => (Answers, NotPassed) = (answers, notPassed);

        /// <summary>The credentials that passed.</summary>
        public IReadOnlyList<AnsweredQuery> Answers { get; }

        /// <summary>The credentials that were presented and did not pass: they answer nothing, and who checks may want to know of them.</summary>
        public IReadOnlyList<Rejected> NotPassed { get; }
    }

    /// <summary>A needed credential was rejected.</summary>
    public sealed class Rejected : PresentationResult
    {
        internal Rejected(string queryId, VerificationResult.Rejected verdict, IReadOnlyList<Rejected>? others = null) => (QueryId, Verdict, Others) = (queryId, verdict, others ?? []);

        /// <summary>The query that it answered.</summary>
        public string QueryId { get; }

        /// <summary>The check that failed, and the report.</summary>
        public VerificationResult.Rejected Verdict { get; }

        /// <summary>The others that were presented and did not pass; none where the response answers another request.</summary>
        public IReadOnlyList<Rejected> Others { get; }
    }

    /// <summary>Nothing was presented for a needed query.</summary>
    public sealed class Unanswered : PresentationResult
    {
        internal Unanswered(IReadOnlyList<string> queryIds) => QueryIds = queryIds;

        /// <summary>The queries without an answer.</summary>
        public IReadOnlyList<string> QueryIds { get; }
    }
}

/// <summary>A credential that passed, and the query that it answers.</summary>
public sealed class AnsweredQuery
{
    internal AnsweredQuery(string queryId, VerificationResult.Accepted verdict) => (QueryId, Verdict) = (queryId, verdict);

    /// <summary>The query's id.</summary>
    public string QueryId { get; }

    /// <summary>The credential and its report.</summary>
    public VerificationResult.Accepted Verdict { get; }
}
