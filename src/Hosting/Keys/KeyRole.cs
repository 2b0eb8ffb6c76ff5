using System.Text;

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

/// <summary>Names in key files: the enum names in kebab case. Plain loops: a query over an enum is a dozen methods to compile at every start, for each enum anew.</summary>
internal static class KeyNames
{
    public static string Of<T>(T value)
        where T : struct, Enum
    {
        var name = new StringBuilder();
        foreach (var letter in value.ToString())
        {
            name.Append(char.IsUpper(letter) && name.Length > 0 ? "-" : "").Append(char.ToLowerInvariant(letter));
        }

        return name.ToString();
    }

    public static T? Find<T>(string? name)
        where T : struct, Enum
    {
        foreach (var value in Enum.GetValues<T>())
        {
            if (Of(value) == name)
            {
                return value;
            }
        }

        return null;
    }
}
