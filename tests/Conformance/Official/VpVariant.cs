namespace IdentityPlatform.Conformance.Official;

/// <summary>The suite's variants of a verifier (OpenID4VP 1.0, HAIP 1.0).</summary>
/// <param name="Format">sd_jwt_vc or iso_mdl.</param>
/// <param name="Prefix">How wallets know the verifier: the prefix of its client identifier.</param>
/// <param name="Encrypted">True for direct_post.jwt; else direct_post.</param>
public sealed record VpVariant(string Format, string Prefix, bool Encrypted = true)
{
    public const string SdJwtVc = "sd_jwt_vc";
    public const string IsoMdl = "iso_mdl";
    public const string X509Hash = "x509_hash";
    public const string X509SanDns = "x509_san_dns";
    public const string RedirectUri = "redirect_uri";

    public bool IsMdoc => Format == IsoMdl;

    /// <summary>OpenID4VP §5.9.3: a request under <c>redirect_uri</c> cannot be signed, the two others have to be.</summary>
    public bool IsSigned => Prefix != RedirectUri;

    public string ResponseMode => Encrypted ? "direct_post.jwt" : "direct_post";

    public override string ToString() => $"{Format} + {(IsSigned ? "request_uri_signed" : "url_query")} + {Prefix} + {ResponseMode}";
}
