using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Verifier.Presentation;

namespace IdentityPlatform.Verifier.AspNetCore;

/// <summary>How a program asks for presentations.</summary>
public sealed class PresentationOptions
{
    /// <summary>The address under which wallets and browsers reach this program, without a slash at its end.</summary>
    public required string PublicUrl { get; init; }

    /// <summary>The key of the access certificate, chain included: requests are signed with it.</summary>
    public required SigningKey AccessKey { get; init; }

    /// <summary>What is asked of every presentation.</summary>
    public required Policy Policy { get; init; }

    /// <summary>What is trusted at the moment of a check: usually <c>() => store.Trust</c> of a <c>BundleStore</c>.</summary>
    public required Func<Trust> Trust { get; init; }

    /// <summary>For requests that ask for cards of several issuers: whose bundle speaks for what answers a query. Null for <see cref="Trust"/>, whatever is asked.</summary>
    public Func<CredentialQuery, Trust>? TrustOf { get; init; }

    /// <summary>
    /// True to be known to wallets by the host of <see cref="PublicUrl"/>, which is in the access certificate (<c>x509_san_dns</c>); by default they know
    /// the certificate's hash (<c>x509_hash</c>), as HAIP has it.
    /// </summary>
    public bool IsKnownByHost { get; init; }

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

    /// <summary>How many requests may be open at once.</summary>
    public int MaxPending { get; init; } = 10_000;
}
