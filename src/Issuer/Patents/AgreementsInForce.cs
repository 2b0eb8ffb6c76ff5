using IdentityPlatform.Issuer.Catalogue;
using IdentityPlatform.Issuer.Signing;

namespace IdentityPlatform.Issuer.Patents;

/// <summary>
/// The agreements under which patents are issued: what the signer knows, and no row. The signer is told what officers signed, verifies
/// it, and says what it knows then; so that desk and signer never differ, and rows that somebody wrote or removed change nothing.
/// </summary>
public sealed partial class AgreementsInForce(AgreementRegister register, SignerLink signer, Deployment files, TimeProvider time, ILogger<AgreementsInForce> logger)
{
    // A request holds so many with both words of each.
    private const int AtOnce = 50;

    private static readonly TimeSpan Age = TimeSpan.FromSeconds(10);

    // Then all is told anew: a signer that began with an empty memory, or whose clock was behind.
    private static readonly TimeSpan Anew = TimeSpan.FromHours(1);

    private volatile View? _view;

    /// <summary>The deployment under its agreements, at most ten seconds old while the signer can be reached.</summary>
    /// <exception cref="SignerException">Nothing is known yet, and the signer does not answer.</exception>
    public async Task<Deployment> DeploymentAsync(CancellationToken ct) => files.IsPaid ? (await ViewAsync(ct)).Deployment : files;

    /// <summary>The deployment under the agreements that officers have signed by now, on whichever node: what is refused for good, is refused by these.</summary>
    /// <exception cref="SignerException">The signer does not answer.</exception>
    public async Task<Deployment> LatestAsync(CancellationToken ct) => files.IsPaid ? (await AskAsync(ct)).Deployment : files;

    /// <summary>What is found under the agreements that are known; where it is missing there, under those of now, while the signer can be reached.</summary>
    /// <exception cref="SignerException">Nothing is known yet, and the signer does not answer.</exception>
    public async Task<T?> LookAsync<T>(Func<Deployment, T?> look, CancellationToken ct)
        where T : class => look((await ViewAsync(ct)).Deployment) ?? look((await ViewAsync(ct, anew: true)).Deployment);

    /// <summary>By which rule the signer did not take these terms; null when it took them.</summary>
    public async Task<string?> RefusalAsync(AgreementTerms terms, CancellationToken ct) => (await ViewAsync(ct)).Said.GetValueOrDefault(terms.Name());

    /// <summary>Asks the signer the next time: an officer has signed.</summary>
    public void Renew() => _view = _view is { } view ? view with { At = default } : null;

    private async Task<View> ViewAsync(CancellationToken ct, bool anew = false)
    {
        var (view, now) = (_view, time.GetUtcNow());
        if (!anew && view is not null && now >= view.At && now - view.At < Age)
        {
            return view;
        }

        try
        {
            return await AskAsync(ct);
        }
        catch (SignerException e) when (view is not null)
        {
            LogUnreachable(logger, e);
            return view;
        }
    }

    private async Task<View> AskAsync(CancellationToken ct)
    {
        var (view, now) = (_view, time.GetUtcNow());
        return _view = await AskAsync(view is not null && now >= view.ToldAll && now - view.ToldAll < Anew ? view : null, now, ct);
    }

    private async Task<View> AskAsync(View? view, DateTimeOffset now, CancellationToken ct)
    {
        var said = view?.Said.ToDictionary(StringComparer.Ordinal) ?? new Dictionary<string, string?>(StringComparer.Ordinal);
        var tell = (await register.SignedAsync(ct)).Where(one => !said.ContainsKey(one.Terms.Name())).ToList();
        var known = files;
        foreach (var some in tell.Count == 0 ? [[]] : tell.Chunk(AtOnce))
        {
            if (await signer.AskAsync(new TellAgreements(some), ct) is not SignerAnswer.Agreements { Told: var told })
            {
                throw new SignerException("The signer does not say which agreements it knows.");
            }

            known = files.Under(told.Known);
            foreach (var one in some)
            {
                said[one.Terms.Name()] = told.Refused.GetValueOrDefault(one.Terms.Name());
                if (said[one.Terms.Name()] is { } rule)
                {
                    LogRefused(logger, one.Terms.Id, rule);
                }
            }
        }

        return new View(known, said, now, view?.ToldAll ?? now);
    }

    [LoggerMessage(LogLevel.Critical, "The signer did not take what the database holds about agreement {Agreement}, by the rule {Rule}: nothing is issued under it.")]
    private static partial void LogRefused(ILogger logger, string agreement, string rule);

    [LoggerMessage(LogLevel.Error, "The signer does not say which agreements it knows; those that were known count on.")]
    private static partial void LogUnreachable(ILogger logger, Exception fault);

    // What the signer said to each of the terms that it was told: a rule, or null for those that it took.
    private sealed record View(Deployment Deployment, IReadOnlyDictionary<string, string?> Said, DateTimeOffset At, DateTimeOffset ToldAll);
}
