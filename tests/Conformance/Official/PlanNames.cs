namespace IdentityPlatform.Conformance.Official;

/// <summary>The names of the official test plans that are run here.</summary>
public static class PlanNames
{
    public const string Basic = "oidcc-basic-certification-test-plan";
    public const string FormPostBasic = "oidcc-formpost-basic-certification-test-plan";
    public const string Config = "oidcc-config-certification-test-plan";
    public const string Dynamic = "oidcc-dynamic-certification-test-plan";
    public const string ThirdParty = "oidcc-3rdparty-init-login-certification-test-plan";
    public const string RpLogout = "oidcc-rp-initiated-logout-certification-test-plan";
    public const string BackchannelLogout = "oidcc-backchannel-rp-initiated-logout-certification-test-plan";
    public const string SecurityProfile = "fapi2-security-profile-final-test-plan";
    public const string MessageSigning = "fapi2-message-signing-final-test-plan";
    public const string Vci = "oid4vci-1_0-issuer-test-plan";
    public const string Haip = "oid4vci-1_0-issuer-haip-test-plan";
    public const string Verifier = "oid4vp-1final-verifier-test-plan";
    public const string HaipVerifier = "oid4vp-1final-verifier-haip-test-plan";
}
