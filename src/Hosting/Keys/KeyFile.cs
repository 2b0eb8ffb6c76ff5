using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Jose;

namespace IdentityPlatform.Hosting.Keys;

/// <summary>One file of the key directory, read whole or refused: a signing key with its role and state, or a secret.</summary>
internal abstract class KeyFile(string path)
{
    public const int SecretBytes = 32;

    public string Path { get; } = path;

    public string Name => System.IO.Path.GetFileName(Path);

    public static KeyFile Read(string path)
    {
        if (StrictJson.ParseObject(File.ReadAllBytes(path)).Failed(out var failure, out var json))
        {
            throw Refused(path, failure.Fact);
        }

        return json.Element.Member("secret") is not null ? ReadSecret(path, json.Element) : ReadKey(path, json.Element);
    }

    public override string ToString() => Name;

    protected static KeyDirectoryException Refused(string path, string why) => new($"Key file {path}: {why}.");

    private static KeySecretFile ReadSecret(string path, JsonElement json)
    {
        if (KeyNames.Find<SecretRole>(json.StringMember("role")) is not { } role)
        {
            throw Refused(path, "role is no role of a secret");
        }

        return Base64UrlText.TryDecode(json.StringMember("secret"), out var secret) && secret.Length == SecretBytes
            ? new KeySecretFile(path, role, secret)
            : throw Refused(path, $"secret is not base64url of {SecretBytes} bytes");
    }

    private static KeySigningFile ReadKey(string path, JsonElement json)
    {
        if (KeyNames.Find<KeyRole>(json.StringMember("role")) is not { } role)
        {
            throw Refused(path, "role is no role of a key");
        }

        if (KeyNames.Find<KeyState>(json.StringMember("state")) is not { } state)
        {
            throw Refused(path, "state is none of announced, active, retired and denied");
        }

        if (json.ObjectMember("jwk") is not { } jwk)
        {
            throw Refused(path, "jwk is missing");
        }

        if (PrivateJwk.Parse(jwk, Chain(path, json)).Failed(out var failure, out var key))
        {
            throw Refused(path, failure.Fact);
        }

        if (!Agrees(key))
        {
            throw Refused(path, "the private and the public part of jwk are of different keys");
        }

        return IsCertified(path, key)
            ? new KeySigningFile(path, role, state, key)
            : throw Refused(path, "the first certificate of x5c holds another key");
    }

    private static List<byte[]> Chain(string path, JsonElement json)
    {
        if (json.Member("x5c") is null)
        {
            return [];
        }

        var texts = json.StringsMember("x5c") ?? throw Refused(path, "x5c is not an array of strings");
        try
        {
            return [.. texts.Select(Convert.FromBase64String)];
        }
        catch (FormatException)
        {
            throw Refused(path, "x5c holds what is not base64");
        }
    }

    private static bool Agrees(SigningKey key)
    {
        ReadOnlySpan<byte> probe = "a key agrees with itself"u8;
        return VerificationKey.Import(key.PublicKey).Succeeded(out var verification, out _)
            && verification.Verify(key.Algorithm, probe, key.Sign(probe));
    }

    private static bool IsCertified(string path, SigningKey key)
    {
        if (key.CertificateChain.Count == 0)
        {
            return true;
        }

        try
        {
            using var leaf = X509CertificateLoader.LoadCertificate(key.CertificateChain[0]);
            return VerificationKey.Of(leaf).Succeeded(out var certified, out _) && certified.Jwk.IsSameKeyAs(key.PublicKey);
        }
        catch (CryptographicException)
        {
            throw Refused(path, "x5c holds what is no certificate");
        }
    }
}

/// <summary>A file with a signing key.</summary>
internal sealed class KeySigningFile(string path, KeyRole role, KeyState state, SigningKey key) : KeyFile(path)
{
    public KeyRole Role { get; } = role;

    public KeyState State { get; } = state;

    public SigningKey Key { get; } = key;
}

/// <summary>A file with a secret.</summary>
internal sealed class KeySecretFile(string path, SecretRole role, byte[] secret) : KeyFile(path)
{
    public SecretRole Role { get; } = role;

    public byte[] Secret { get; } = secret;
}
