namespace IdentityPlatform.Hosting.Keys;

/// <summary>What a key is for: a key has one role and serves no other.</summary>
public enum KeyRole
{
    IdentityTokens,
    AccessTokens,
    Credentials,
    Status,
    Metadata,
    BundleRoot,
    AuditHead,
    Roster,
    ClientAuthentication,
    RequestObjects,
    WalletProvider,

    /// <summary>No signature: wallets encrypt their requests to it (OpenID4VCI 1.0 §10).</summary>
    RequestEncryption,
}

/// <summary>The life of a key: published first, then signing, then only verifying; denied keys are not published any more.</summary>
public enum KeyState
{
    Announced,
    Active,
    Retired,
    Denied,
}

/// <summary>What a symmetric secret of 32 bytes is for.</summary>
public enum SecretRole
{
    PersonKeyWrap,
    DocumentHash,
    PairwiseWrap,
    Invitations,
    Notifications,
}

/// <summary>Names in key files: the enum names in kebab case.</summary>
internal static class KeyNames
{
    public static string Of<T>(T value)
        where T : struct, Enum =>
        string.Concat(value.ToString().Select((c, i) => char.IsUpper(c) && i > 0 ? $"-{char.ToLowerInvariant(c)}" : $"{char.ToLowerInvariant(c)}"));

    public static T? Find<T>(string? name)
        where T : struct, Enum =>
        Enum.GetValues<T>().Where(value => Of(value) == name).Select(value => (T?)value).FirstOrDefault();
}
