namespace IdentityPlatform.Conformance.Official;

/// <summary>The modules of the two verifier plans: the same list in both, in the order of the plans.</summary>
internal static class VpPlans
{
    private const string Prefix = "oid4vp-1final-verifier-";
    private const string SdJwtAlone = "The suite runs it for SD-JWT VC alone: an mdoc has no key-binding JWT and no `cnf`.";
    private const string MdocAlone = "The suite runs it for mdocs alone: an SD-JWT VC has no session transcript.";

    public static readonly string[] Modules =
    [
        Prefix + "happy-flow",
        Prefix + "minimal-cnf-jwk",
        Prefix + "request-uri-method-post",
        Prefix + "request-uri-fetched-twice",
        Prefix + "invalid-session-transcript",
        Prefix + "invalid-kb-jwt-signature",
        Prefix + "invalid-credential-signature",
        Prefix + "invalid-sd-hash",
        Prefix + "invalid-kb-jwt-nonce",
        Prefix + "invalid-kb-jwt-aud",
        Prefix + "kb-jwt-iat-in-past",
        Prefix + "kb-jwt-iat-in-future",
    ];

    private static readonly string[] Prefixes = [VpVariant.X509Hash, VpVariant.X509SanDns, VpVariant.RedirectUri];
    private static readonly string[] Formats = [VpVariant.SdJwtVc, VpVariant.IsoMdl];
    private static readonly bool[] Encrypted = [true, false];

    /// <summary>The variants that are run, a prefix and a response mode for each format.</summary>
    public static IEnumerable<Variant> Variants() =>
    [
        .. from prefix in Prefixes
           from encrypted in Encrypted
           from format in Formats
           select Of(PlanNames.Verifier, new(format, prefix, encrypted)),
        Of(PlanNames.HaipVerifier, new(VpVariant.SdJwtVc, VpVariant.X509Hash)),
        Of(PlanNames.HaipVerifier, new(VpVariant.IsoMdl, VpVariant.X509Hash)),
    ];

    /// <summary>Why the suite leaves a module out in a variant, or null when it runs it.</summary>
    public static string? ReasonFor(string module, VpVariant variant) => module[Prefix.Length..] switch
    {
        "happy-flow" => null,
        "request-uri-method-post" or "request-uri-fetched-twice" => variant.IsSigned ? null : "The suite skips it: a request in the link itself is not fetched.",
        "invalid-session-transcript" => variant.IsMdoc ? null : MdocAlone,
        "invalid-credential-signature" when variant.IsMdoc =>
            "The suite runs it for SD-JWT VC alone; what is altered in an mdoc is in the corpus (`tests/vectors/negative/mdoc`).",
        _ => variant.IsMdoc ? SdJwtAlone : null,
    };

    private static Variant Of(string plan, VpVariant vp) => new(plan, ClientAuth.Basic, Sender.Bearer, Vp: vp);
}
