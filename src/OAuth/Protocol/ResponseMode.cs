namespace IdentityPlatform.OAuth.Protocol;

/// <summary>How the answer travels to the redirect URI.</summary>
public enum ResponseMode
{
    /// <summary><c>query</c>: the default of the code flow (OAuth 2.0 Multiple Response Types §2.1).</summary>
    Query,

    /// <summary><c>form_post</c> (OAuth 2.0 Form Post Response Mode).</summary>
    FormPost,

    /// <summary><c>query.jwt</c>, and <c>jwt</c>, which means the same in the code flow (JARM §2.3.1, §2.3.4).</summary>
    QueryJwt,

    /// <summary><c>form_post.jwt</c> (JARM §2.3.3).</summary>
    FormPostJwt,
}

/// <summary>The names of response modes.</summary>
internal static class ResponseModes
{
    /// <summary>Null where the name is none of ours: <c>fragment</c> is for answers that hold tokens, and there are none.</summary>
    public static ResponseMode? Find(string? name) => name switch
    {
        null or "query" => ResponseMode.Query,
        "form_post" => ResponseMode.FormPost,
        "jwt" or "query.jwt" => ResponseMode.QueryJwt,
        "form_post.jwt" => ResponseMode.FormPostJwt,
        _ => null,
    };

    public static bool IsSigned(this ResponseMode mode) => mode is ResponseMode.QueryJwt or ResponseMode.FormPostJwt;

    public static bool IsForm(this ResponseMode mode) => mode is ResponseMode.FormPost or ResponseMode.FormPostJwt;

    /// <summary><c>response_modes_supported</c>.</summary>
    public static IEnumerable<string> Names(bool forms) => forms
        ? ["query", "form_post", "jwt", "query.jwt", "form_post.jwt"]
        : ["query", "jwt", "query.jwt"];
}
