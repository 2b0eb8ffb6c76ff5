namespace IdentityPlatform.Conformance.Official;

/// <summary>The suite's variants of an issuance (OpenID4VCI 1.0, HAIP 1.0).</summary>
/// <param name="Format">sd_jwt_vc or mdoc.</param>
/// <param name="ByIssuer">True where an offer of the issuer begins it.</param>
/// <param name="Encrypted">True where requests and responses of the credential endpoint are encrypted.</param>
/// <param name="Attested">True for proofs of type attestation; else jwt.</param>
public sealed record VciVariant(string Format, bool ByIssuer = false, bool Encrypted = false, bool Attested = false)
{
    public const string SdJwtVc = "sd_jwt_vc";
    public const string Mdoc = "mdoc";

    /// <summary>The format's name in issuer metadata.</summary>
    public string MetadataFormat => Format == Mdoc ? "mso_mdoc" : "dc+sd-jwt";

    /// <summary>A short name: it is part of a host name.</summary>
    public string Slug => $"{(Format == Mdoc ? "mdoc" : "sd")}-{(ByIssuer ? "i" : "w")}{(Encrypted ? "e" : "p")}{(Attested ? "a" : "j")}";

    public override string ToString() =>
        $"{Format} + {(ByIssuer ? "issuer_initiated" : "wallet_initiated")} + {(Encrypted ? "encrypted" : "plain")} + {(Attested ? "attestation" : "jwt")}";
}
