namespace IdentityPlatform.Hosting.Passkeys;

/// <summary>How a browser reaches an authenticator (WebAuthn §5.8.4).</summary>
internal static class Transports
{
    private static readonly string[] All = ["ble", "hybrid", "internal", "nfc", "smart-card", "usb"];

    /// <summary>The known ones, each once: what a browser reports is unsigned, and unknown values are ignored.</summary>
    public static IReadOnlyList<string> Known(IEnumerable<string>? reported) => [.. (reported ?? []).Intersect(All, StringComparer.Ordinal)];
}
