namespace IdentityPlatform.Conformance.Official;

/// <summary>One module in one variant of one plan: what gets one verdict.</summary>
/// <param name="Module">The module's name.</param>
/// <param name="Variant">The variant.</param>
public sealed record Entry(string Module, Variant Variant)
{
    public override string ToString() => $"{Module} ({Variant})";
}

/// <summary>What the official plans list: which module is run in which variant. The tests follow this list, not the other way round.</summary>
public static class OfficialModules
{
    /// <summary>Every variant that is run, in the order of the page.</summary>
    public static readonly IReadOnlyList<Variant> Variants =
    [
        new(PlanNames.Basic, ClientAuth.Basic, Sender.Bearer),
        new(PlanNames.FormPostBasic, ClientAuth.Basic, Sender.Bearer, ResponseMode: "form_post"),
        new(PlanNames.Config, ClientAuth.Basic, Sender.Bearer),
        new(PlanNames.Dynamic, ClientAuth.PrivateKeyJwt, Sender.Bearer, Dynamic: true),
        new(PlanNames.ThirdParty, ClientAuth.Basic, Sender.Bearer, Dynamic: true),
        new(PlanNames.RpLogout, ClientAuth.Basic, Sender.Bearer),
        new(PlanNames.BackchannelLogout, ClientAuth.Basic, Sender.Bearer),
        .. Fapi2(PlanNames.SecurityProfile, signed: false, responseMode: null),
        .. Fapi2(PlanNames.MessageSigning, signed: true, responseMode: null),
        .. Fapi2(PlanNames.MessageSigning, signed: true, responseMode: "jwt"),
        .. Issuance(PlanNames.Vci, new(VciVariant.SdJwtVc), new(VciVariant.Mdoc, ByIssuer: true, Encrypted: true, Attested: true)),
        new(PlanNames.Haip, ClientAuth.Attestation, Sender.Dpop),
        .. Issuance(
            PlanNames.Haip,
            new(VciVariant.SdJwtVc),
            new(VciVariant.SdJwtVc, ByIssuer: true, Attested: true),
            new(VciVariant.Mdoc, Attested: true),
            new(VciVariant.Mdoc, ByIssuer: true),
            new(VciVariant.SdJwtVc, Encrypted: true),
            new(VciVariant.Mdoc, ByIssuer: true, Encrypted: true)),
        .. VpPlans.Variants(),
    ];

    private static readonly List<Entry> Entries = [.. Variants.SelectMany(variant => NamesOf(variant).Select(name => new Entry(name, variant)))];

    /// <summary>Every entry of the page.</summary>
    public static IReadOnlyList<Entry> All => Entries;

    /// <summary>The entries of one module that have to be run.</summary>
    public static IEnumerable<Entry> ToRun(string module) =>
        Entries.Where(entry => entry.Module == module && IsToRun(entry));

    public static bool IsToRun(Entry entry) => NotApplicable.ReasonFor(entry) is null && Open.ReasonFor(entry) is null;

    /// <summary>The variant that a test was given by its plan and words.</summary>
    public static Variant Find(string text) => Variants.Single(variant => variant.ToString() == text);

    private static IEnumerable<string> NamesOf(Variant variant) => variant.Plan switch
    {
        _ when variant.Vci is not null => VciPlans.Of(variant),
        _ when variant.Vp is not null => VpPlans.Modules,
        PlanNames.Basic or PlanNames.FormPostBasic => CorePlans.Basic,
        PlanNames.Config => CorePlans.Config,
        PlanNames.Dynamic => CorePlans.Dynamic,
        PlanNames.ThirdParty => CorePlans.ThirdParty,
        PlanNames.RpLogout => CorePlans.RpLogout,
        PlanNames.BackchannelLogout => CorePlans.BackchannelLogout,
        PlanNames.Haip => [.. VciPlans.Metadata, .. Fapi2Plans.Of(variant), .. HaipModules.Attestation],
        _ => Fapi2Plans.Of(variant),
    };

    private static IEnumerable<Variant> Issuance(string plan, params VciVariant[] issuances) =>
        issuances.Select(issuance => new Variant(plan, ClientAuth.Attestation, Sender.Dpop, Vci: issuance));

    private static IEnumerable<Variant> Fapi2(string plan, bool signed, string? responseMode) =>
        from auth in new[] { ClientAuth.PrivateKeyJwt, ClientAuth.Mtls }
        from sender in new[] { Sender.Dpop, Sender.Mtls }
        select new Variant(plan, auth, sender, signed, responseMode);
}
