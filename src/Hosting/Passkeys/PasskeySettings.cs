namespace IdentityPlatform.Hosting.Passkeys;

/// <summary>
/// What binds passkeys to this program. All of it is fixed: neither the Host header nor the request's Origin has a say
/// (WebAuthn §13.4.9 leaves both checks to the relying party).
/// </summary>
public sealed class PasskeySettings
{
    /// <summary>The relying party id: the domain of the site, or a parent of it.</summary>
    public required string RpId { get; init; }

    /// <summary>The origins whose pages may run a ceremony, as browsers write them; an app's origin (<c>android:apk-key-hash:…</c>) is one more entry.</summary>
    public required IReadOnlyList<string> Origins { get; init; }

    /// <summary>How long a person has between options and credential.</summary>
    public TimeSpan CeremonyLifetime { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How many passkeys one account may have.</summary>
    public int MaxPasskeys { get; init; } = 20;

    /// <summary>How many characters the name of an account may have in the authenticator's list.</summary>
    public int MaxNameLength { get; init; } = 64;
}
