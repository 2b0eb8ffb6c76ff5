using System.Collections.Immutable;
using System.Data.Common;
using Dapper;
using IdentityPlatform.Hosting.Audit;
using IdentityPlatform.Issuer.Catalogue;
using IdentityPlatform.Issuer.Desk;
using IdentityPlatform.Issuer.Issuance;
using IdentityPlatform.Issuer.Officers;
using IdentityPlatform.Issuer.Patents;

namespace IdentityPlatform.Issuer.Signing;

/// <summary>
/// The agreements as the signer knows them: those of its files, and those that two officers signed, whose assertions it has verified
/// itself. What it has taken it keeps, so that nothing that is left out later brings an ended agreement back.
/// </summary>
internal sealed class AgreementMemory(SignerState state, RosterSigner roster, SignerSettings settings)
{
    // As for decisions about cards: how far the clock of whoever asked may run ahead.
    private static readonly TimeSpan MaxAhead = TimeSpan.FromMinutes(1);

    private readonly Deployment _files = settings.Deployment;
    private ImmutableDictionary<string, SignedTerms>? _signed;

    /// <summary>The deployment under the agreements that count: the custodian withdraws one as an application.</summary>
    public async Task<Deployment> DeploymentAsync(Denials denials, CancellationToken ct) => _files.IsPaid ? Under((await SignedAsync(ct)).Values, denials) : _files;

    /// <summary>Takes what two officers signed, and says what is known then.</summary>
    public async Task<SignerAnswer> AnswerAsync(TellAgreements told, DateTimeOffset now, CancellationToken ct)
    {
        if (state.ReadDenials(roster.Keys, _files.Id) is not { } denials)
        {
            return new SignerAnswer.Refused(new MintRefusal.DenialsUnreadable().Name);
        }

        var refused = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var one in told.Told)
        {
            if (!(await SignedAsync(ct)).ContainsKey(one.Terms.Name()) && await TakeAsync(one, denials, now, ct) is { } refusal)
            {
                refused[one.Terms.Name()] = refusal.Name;
            }
        }

        return new SignerAnswer.Agreements(new((await DeploymentAsync(denials, ct)).Agreements, refused));
    }

    // Judged where it is written, one after the other: each beside all that were taken before it. What was told twice at once was taken once.
    private async Task<MintRefusal?> TakeAsync(ToldTerms told, Denials denials, DateTimeOffset now, CancellationToken ct)
    {
        var (terms, checks) = (told.Terms, Checks(told, denials));
        var broken = checks.Run() ?? Decided(checks, now);
        var signedAt = checks.Approval?.Time ?? default;
        SignedTerms? earlier = null;
        var refusal = await state.Database.WriteAsync(
            async (connection, transaction) =>
            {
                var taken = await ReadAsync(connection, transaction);
                if (taken.TryGetValue(terms.Name(), out earlier))
                {
                    return null;
                }

                var why = broken ?? AgreementRules.WhyNot(terms, Under(taken.Values, denials), signedAt);
                await state.Audit.AppendAsync(connection, transaction, Event(terms, why), ct);
                return why ?? await KeepAsync(connection, transaction, terms, signedAt);
            },
            ct);
        if (refusal is null)
        {
            ImmutableInterlocked.TryAdd(ref _signed!, terms.Name(), earlier ?? new SignedTerms(terms, signedAt));
        }

        return refusal;
    }

    private MintChecks Checks(ToldTerms told, Denials denials) => new(
        new MintEvidence(told.Terms.Id, _files.Id, told.Decisions) { Subject = DecisionSubject.Agreement },
        new MintTrust(roster.Keys, settings.RpId, [settings.PublicUrl], denials) { Remembered = roster.Read },
        told.Terms.Commitment());

    private MintRefusal? Decided(MintChecks checks, DateTimeOffset now) =>
        checks.Approval!.Time > now + MaxAhead ? new MintRefusal.DetailsOutsideDecision("the approval is of the future")
        : !_files.Types.Any(type => type.IsPaid && checks.Types.Contains(type.Id, StringComparer.Ordinal)) ? new MintRefusal.TypeNotDecided("an agreement is about what is paid for")
        : null;

    private Deployment Under(IEnumerable<SignedTerms> signed, Denials denials) =>
        _files.Under(AgreementRules.Together(_files, signed).Where(one => !denials.Denies(one.Id)));

    private static AuditEvent Event(AgreementTerms terms, MintRefusal? refusal)
    {
        var details = new Dictionary<string, string> { ["agreement"] = terms.Id, ["terms"] = terms.Name() };
        if (refusal is not null)
        {
            details["rule"] = refusal.Name;
        }

        return new AuditEvent(refusal is null ? "agreement.taken" : "agreement.refused", MintingSigner.Caller, null, details);
    }

    private static async Task<MintRefusal?> KeepAsync(DbConnection connection, DbTransaction transaction, AgreementTerms terms, DateTimeOffset signedAt)
    {
        await connection.ExecuteAsync(
            "INSERT INTO agreements (commitment, agreement, terms, signed_at) VALUES (@name, @Id, @terms, @at) ON CONFLICT (commitment) DO NOTHING",
            new { name = terms.Name(), terms.Id, terms = terms.ToBytes(), at = signedAt.ToUnixTimeSeconds() },
            transaction);
        return null;
    }

    // Rows are only ever added, so what was read once is never wrong.
    private async Task<ImmutableDictionary<string, SignedTerms>> SignedAsync(CancellationToken ct)
    {
        if (Volatile.Read(ref _signed) is { } known)
        {
            return known;
        }

        var read = await state.Database.ReadAsync(connection => ReadAsync(connection, null), ct);
        return Interlocked.CompareExchange(ref _signed, read, null) ?? read;
    }

    private static async Task<ImmutableDictionary<string, SignedTerms>> ReadAsync(DbConnection connection, DbTransaction? transaction) =>
        (await connection.QueryAsync<(string Name, byte[] Terms, long SignedAt)>("SELECT commitment, terms, signed_at FROM agreements", transaction: transaction)).ToImmutableDictionary(
            row => row.Name,
            row => new SignedTerms(AgreementTerms.Parse(row.Terms).OrThrow(), DateTimeOffset.FromUnixTimeSeconds(row.SignedAt)),
            StringComparer.Ordinal);
}
