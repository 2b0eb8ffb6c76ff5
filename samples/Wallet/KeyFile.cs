using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Jose;

namespace IdentityPlatform.Wallet;

/// <summary>Reads a key file of the platform: <c>{"jwk": …, "x5c": […]}</c>.</summary>
public static class KeyFile
{
    /// <summary>The key with its chain.</summary>
    /// <exception cref="FormatException">The file holds no private key.</exception>
    public static SigningKey Read(string path)
    {
        var json = StrictJson.ParseObject(File.ReadAllBytes(path)).OrThrow().Element;
        var chain = (json.StringsMember("x5c") ?? []).Select(Convert.FromBase64String).ToList();
        return PrivateJwk.Parse(json.ObjectMember("jwk") ?? default, chain).OrThrow();
    }
}
