using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Verifier.Presentation;

namespace IdentityPlatform.Verifier.AspNetCore;

/// <summary>How wallets know a verifier: the prefix of its client identifier (OpenID4VP §5.9.3).</summary>
public enum ClientIdPrefix
{
    /// <summary>By the hash of its access certificate, as HAIP has it.</summary>
    X509Hash,

    /// <summary>By the host of <see cref="PresentationOptions.PublicUrl"/>, which is in the access certificate.</summary>
    X509SanDns,

    /// <summary>
    /// By the address to which they answer, and nothing else: requests are not signed, stand whole in the link, and anybody can make one that looks the same but
    /// for its address. For verifiers without an access certificate, and wallets that take such requests; HAIP does not allow it.
    /// </summary>
    RedirectUri,
}

/// <summary>How a program asks for presentations.</summary>
public sealed class PresentationOptions
{
    /// <summary>The address under which wallets and browsers reach this program, without a slash at its end.</summary>
    public required string PublicUrl { get; init; }

    /// <summary>The key of the access certificate, chain included: requests are signed with it. Null with <see cref="ClientIdPrefix.RedirectUri"/> alone.</summary>
    public required SigningKey? AccessKey { get; init; }

    /// <summary>What is asked of every presentation.</summary>
    public required Policy Policy { get; init; }

    /// <summary>What is trusted at the moment of a check: usually <c>() => store.Trust</c> of a <c>BundleStore</c>.</summary>
    public required Func<Trust> Trust { get; init; }

    /// <summary>For requests that ask for cards of several issuers: whose bundle speaks for what answers a query. Null for <see cref="Trust"/>, whatever is asked.</summary>
    public Func<CredentialQuery, Trust>? TrustOf { get; init; }

    /// <summary>
    /// Under which other names requests over the Digital Credentials API are signed too (<c>openid4vp-v1-multisigned</c>), for wallets of other trust frameworks;
    /// mostly nobody.
    /// </summary>
    public IReadOnlyList<RequestSigner> AlsoSignedBy { get; init; } = [];

    /// <summary>How wallets know this verifier.</summary>
    public ClientIdPrefix KnownBy { get; init; }

    /// <summary>
    /// Whether wallets encrypt their answers (<c>direct_post.jwt</c>), as HAIP has it; false for <c>direct_post</c>, where whatever ends TLS before this program
    /// reads the claims. Over the Digital Credentials API they encrypt always.
    /// </summary>
    public bool IsEncrypted { get; init; } = true;

    /// <summary>Where the endpoints are.</summary>
    public string Path { get; init; } = "/present";

    /// <summary>Where a wallet on the same device sends the browser back to, with <c>id</c> and <c>response_code</c>; null for the result endpoint.</summary>
    public string? ReturnPath { get; init; }

    /// <summary>What opens a wallet.</summary>
    public string WalletScheme { get; init; } = "openid4vp://";

    /// <summary>The name of the cookie that binds a request to the browser which started it. With https it gets the prefix <c>__Host-</c>.</summary>
    public string CookieName { get; init; } = "presentation-session";

    /// <summary>How long a request can be answered, and its result fetched.</summary>
    public TimeSpan Lifetime { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How many requests may be open at once, where they are kept in memory.</summary>
    public int MaxPending { get; init; } = 10_000;

    /// <summary>Where open requests and their answers are kept; null for the memory of this process. Several nodes behind one address share one.</summary>
    public IPresentationStore? Store { get; init; }

    // A program that is set up wrongly ends when it starts, not when a visitor comes.
    internal PresentationOptions Checked()
    {
        if (AccessKey is null && KnownBy != ClientIdPrefix.RedirectUri)
        {
            throw new ArgumentException("Requests are signed with an access key, unless the verifier is known by its response address alone.", nameof(AccessKey));
        }

        return Uri.TryCreate(PublicUrl, UriKind.Absolute, out var url) && url is { Query: "", Fragment: "", UserInfo: "" } && url.Scheme is "https" or "http" && !PublicUrl.EndsWith('/')
            ? this
            : throw new ArgumentException("The public address is https://host, with a port or path where it has one, and no slash at its end.", nameof(PublicUrl));
    }
}
