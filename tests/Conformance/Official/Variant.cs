namespace IdentityPlatform.Conformance.Official;

/// <summary>How the client authenticates.</summary>
public enum ClientAuth
{
    Basic,
    Post,
    PrivateKeyJwt,
    Mtls,
    Attestation,
}

/// <summary>What access tokens are bound to.</summary>
public enum Sender
{
    Bearer,
    Dpop,
    Mtls,
}

/// <summary>One configuration that a plan is run in: the suite's variants.</summary>
/// <param name="Plan">The name of the plan.</param>
/// <param name="Auth">Client authentication.</param>
/// <param name="Sender">Sender constraint.</param>
/// <param name="Jar">True when authorization parameters go in a signed request object.</param>
/// <param name="ResponseMode">The <c>response_mode</c> that is sent; null for the default.</param>
/// <param name="Dynamic">True when every module registers its own client.</param>
/// <param name="Vci">How credentials are issued, where the modules are about that.</param>
/// <param name="Vp">How presentations are asked for, where the modules are about that: there is no client then.</param>
public sealed record Variant(
    string Plan, ClientAuth Auth, Sender Sender, bool Jar = false, string? ResponseMode = null, bool Dynamic = false, VciVariant? Vci = null, VpVariant? Vp = null)
{
    /// <summary>FAPI plans and HAIP push every request, use PKCE, and want <c>iss</c> in every response.</summary>
    public bool IsFapi => Plan.StartsWith("fapi2", StringComparison.Ordinal) || IsHaip;

    /// <summary>The plan of the card issuer's authorization server: plain OAuth, no ID token.</summary>
    public bool IsHaip => Plan.StartsWith("oid4vci", StringComparison.Ordinal);

    /// <summary>The authorization response is a JWT.</summary>
    public bool IsJarm => ResponseMode is "jwt" or "query.jwt" or "form_post.jwt";

    /// <summary>Words for tables and test names; with the plan, the identity of the variant.</summary>
    public string Words => Vp is not null ? Vp.ToString() : string.Join(" + ", new[]
    {
        Auth switch
        {
            ClientAuth.Basic => "client_secret_basic",
            ClientAuth.Post => "client_secret_post",
            ClientAuth.PrivateKeyJwt => "private_key_jwt",
            ClientAuth.Mtls => "mtls",
            ClientAuth.Attestation or _ => "client_attestation",
        },
        Sender == Sender.Bearer ? "bearer" : Sender == Sender.Dpop ? "dpop" : "mtls-bound",
        Jar ? "signed request" : null,
        ResponseMode,
        Vci?.ToString(),
    }.Where(word => word is not null));

    /// <summary>A name for client ids and files.</summary>
    public string Slug => Vci is null ? PlanSlug : $"{(this with { Vci = null }).PlanSlug}-{Vci.Slug}";

    private string PlanSlug => $"{string.Concat(Plan.Split('-').Where(word => word.Length > 0).Select(word => word[0]))}-{Words.Replace(" + ", "-", StringComparison.Ordinal).Replace(' ', '-').Replace('_', '-').Replace('.', '-')}";

    public override string ToString() => $"{Plan}: {Words}";
}
