using IdentityPlatform.Issuer.Catalogue;
using IdentityPlatform.Issuer.Signing;

namespace IdentityPlatform.Issuer.Patents;

/// <summary>An agreement as the desk shows it: what officers said about it, and what the signer knows of it.</summary>
/// <param name="Stored">How far the officers are.</param>
/// <param name="Known">As the signer knows it; null where it does not.</param>
/// <param name="Today">The day in its regions.</param>
/// <param name="Refusal">By which rule the signer did not take what officers signed; null where it did, or was not asked.</param>
public sealed record DeskAgreement(StoredAgreement Stored, Agreement? Known, DateOnly Today, string? Refusal)
{
    public string Id => Stored.Id;

    /// <summary>The regions and days that count, or would.</summary>
    public Agreement Shown => Known ?? Stored.Terms.AsAgreement(null);

    /// <summary>Where it is in its life.</summary>
    public AgreementState State => Shown.On(Today);

    /// <summary>True where an officer's word is waited for.</summary>
    public bool Waits => Stored.Stage is AgreementStage.Drafted or AgreementStage.EndProposed;

    /// <summary>One word for its state.</summary>
    public string Word => Stored.Stage is AgreementStage.Declined or AgreementStage.EndProposed ? Stored.Stage.Word()
        : Stored.Stage == AgreementStage.Concluded && Known is null ? "not-taken"
        : State.Word();
}

/// <summary>What officers see of the agreements.</summary>
public sealed class AgreementDesk(AgreementRegister register, AgreementsInForce known, AgreementDecisions decisions, Deployment deployment, TimeProvider time)
{
    /// <summary>The latest date in any region that may issue.</summary>
    public DateOnly Today() => AgreementRules.Today(deployment.Regions.Keys.Where(deployment.MayIssue), deployment, time.GetUtcNow());

    /// <summary>All of them, the last to begin first.</summary>
    public async Task<IReadOnlyList<DeskAgreement>> AllAsync(CancellationToken ct)
    {
        var counted = (await known.DeploymentAsync(ct)).Agreements;
        var rows = await register.AllAsync(ct);
        var all = new List<DeskAgreement>();
        foreach (var one in rows.Concat(counted.ExceptBy(rows.Select(row => row.Id), one => one.Id).Select(AgreementDecisions.OfFile)))
        {
            all.Add(await ShowAsync(one, counted, ct));
        }

        return [.. all.OrderByDescending(one => one.Shown.From).ThenBy(one => one.Id, StringComparer.Ordinal)];
    }

    /// <summary>The one of a number, or null.</summary>
    /// <exception cref="SignerException">Nothing is known yet, and the signer does not answer.</exception>
    public async Task<DeskAgreement?> FindAsync(string id, CancellationToken ct) =>
        await decisions.FindAsync(id, ct) is { } found ? await ShowAsync(found, (await known.DeploymentAsync(ct)).Agreements, ct) : null;

    private async Task<DeskAgreement> ShowAsync(StoredAgreement found, IReadOnlyList<Agreement> counted, CancellationToken ct) => new(
        found,
        counted.FirstOrDefault(one => one.Id == found.Id),
        AgreementRules.Today(found.Terms.Regions, deployment, time.GetUtcNow()),
        found.Stage is AgreementStage.Concluded or AgreementStage.EndProposed ? await known.RefusalAsync(found.Terms, ct) : null);
}
