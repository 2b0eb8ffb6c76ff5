namespace IdentityPlatform.Conformance.Official;

/// <summary>The modules of the two issuer plans about issuance, in the order of the plans.</summary>
internal static class VciPlans
{
    private const string Prefix = "oid4vci-1_0-issuer-";

    public static readonly string[] Metadata = [Prefix + "metadata-test", Prefix + "metadata-test-signed"];

    private static readonly string[] Plain =
    [
        Prefix + "happy-flow",
        Prefix + "happy-flow-additional-requests",
        Prefix + "happy-flow-multiple-clients",
        Prefix + "happy-flow-skip-notification",
        Prefix + "batch-issuance",
        Prefix + "fail-invalid-nonce",
        Prefix + "fail-invalid-jwt-proof-signature",
        Prefix + "fail-invalid-key-attestation-signature",
        Prefix + "fail-missing-proof",
        Prefix + "fail-unknown-credential-configuration",
        Prefix + "fail-unknown-credential-identifier",
    ];

    // The group that the HAIP plan runs encrypted.
    private static readonly string[] Encrypted =
    [
        Prefix + "happy-flow",
        Prefix + "fail-unknown-credential-configuration",
        Prefix + "fail-unsupported-encryption-algorithm",
    ];

    /// <summary>The modules of a variant with an issuance.</summary>
    public static IEnumerable<string> Of(Variant variant)
    {
        var vci = variant.Vci!;
        if (variant.Plan == PlanNames.Haip)
        {
            return (vci.Encrypted ? Encrypted : Plain).Where(name => IsOf(vci, name));
        }

        return [.. Metadata, .. Plain.Where(name => IsOf(vci, name)), .. vci.Encrypted ? Encrypted[2..] : [], .. HaipModules.Attestation];
    }

    // The suite skips what the proof type has no place for.
    private static bool IsOf(VciVariant vci, string name) => !vci.Attested || name != Prefix + "fail-invalid-jwt-proof-signature";
}
