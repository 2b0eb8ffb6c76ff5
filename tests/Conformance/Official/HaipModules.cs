namespace IdentityPlatform.Conformance.Official;

/// <summary>Of the HAIP issuer plan, the modules about the authorization server that the FAPI list does not hold: wallet attestations.</summary>
internal static class HaipModules
{
    public static readonly string[] Attestation =
    [
        "oid4vci-1_0-issuer-fail-invalid-client-attestation-signature",
        "oid4vci-1_0-issuer-fail-invalid-client-attestation-pop-signature",
        "oid4vci-1_0-issuer-fail-client-attestation-exp-in-past",
        "oid4vci-1_0-issuer-fail-client-attestation-no-sub",
        "oid4vci-1_0-issuer-fail-client-attestation-pop-wrong-aud",
        "oid4vci-1_0-issuer-fail-mismatched-client-attestation-pop-key",
        "oid4vci-1_0-issuer-fail-on-access-token-in-query",
    ];
}
