using System.Globalization;
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

    /// <summary>How <c>since</c> is written: ISO 8601 in UTC, to the second.</summary>
    public const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss'Z'";

    public string Path { get; } = path;

    public string Name => System.IO.Path.GetFileName(Path);

    /// <param name="path">The file.</param>
    /// <param name="module">Opens keys in a token; without it such a file is refused where its key would have to sign.</param>
    public static KeyFile Read(string path, Pkcs11Module? module = null) => Read(path, File.ReadAllBytes(path), module);

    public static KeyFile Read(string path, byte[] content, Pkcs11Module? module)
    {
        if (StrictJson.ParseObject(content).Failed(out var failure, out var json))
        {
            throw Refused(path, failure.Fact);
        }

        return json.Element.Member("secret") is not null ? ReadSecret(path, json.Element) : ReadKey(path, json.Element, module);
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

    private static KeySigningFile ReadKey(string path, JsonElement json, Pkcs11Module? module)
    {
        var role = KeyNames.Find<KeyRole>(json.StringMember("role")) ?? throw Refused(path, "role is no role of a key");
        var state = KeyNames.Find<KeyState>(json.StringMember("state")) ?? throw Refused(path, "state is none of announced, active, retired and denied");
        var since = Since(path, json);
        var jwk = json.ObjectMember("jwk") ?? throw Refused(path, "jwk is missing");
        if (jwk.StringMember("kty") == "RSA" && JwsAlgorithms.Find(jwk.StringMember("alg")) is null)
        {
            // The key itself does not tell RS256 from PS256, and must not do both (RFC 8725 §3.1).
            throw Refused(path, "jwk is an RSA key and its alg is neither RS256 nor PS256");
        }

        if (role == KeyRole.RequestEncryption)
        {
            return ForEncryption(path, role, state, since, jwk, json);
        }

        return json.Member("pkcs11") is null
            ? InFile(path, role, state, since, PrivateKey(path, jwk, Chain(path, json)))
            : InToken(path, role, state, since, jwk, json, module);
    }

    private static KeySigningFile InFile(string path, KeyRole role, KeyState state, DateTimeOffset? since, SigningKey key) =>
        new(path, role, state, since, key.Algorithm, key.PublicKey, key, null);

    private static KeySigningFile ForEncryption(string path, KeyRole role, KeyState state, DateTimeOffset? since, JsonElement jwk, JsonElement json)
    {
        if (json.Member("pkcs11") is not null)
        {
            throw Refused(path, "keys to which others encrypt lie in files: tokens are asked to sign, and for nothing else");
        }

        if (PrivateJwk.ParseAgreement(jwk).Failed(out var failure, out var key))
        {
            throw Refused(path, failure.Fact);
        }

        var publicKey = Jwk.ForEncryption(key, jwk.StringMember("kid"));
        ReadOnlySpan<byte> probe = "a key agrees with itself"u8;
        return Jwe.Decrypt(Jwe.Encrypt(publicKey, "A128GCM", probe, RandomNumberGenerator.Fill), key).Succeeded(out _, out _)
            ? new(path, role, state, since, JwsAlgorithm.ES256, publicKey, null, null) { Agreement = key }
            : throw Refused(path, "the private and the public part of jwk are of different keys");
    }

    // What a retired or denied key does is in its public half: its object may have left the token already.
    private static KeySigningFile InToken(
        string path, KeyRole role, KeyState state, DateTimeOffset? since, JsonElement jwk, JsonElement json, Pkcs11Module? module)
    {
        var uri = Pkcs11Uri.Find(json.StringMember("pkcs11")) ?? throw Refused(path, "pkcs11 is no URI of a token and an object, and of nothing else");
        if (Jwk.Parse(jwk).Failed(out var failure, out var publicKey))
        {
            throw Refused(path, failure.Fact);
        }

        var algorithm = JwsAlgorithms.Find(publicKey.Algorithm) ?? JwsAlgorithms.OfCurve(publicKey.Curve) ?? throw Refused(path, "jwk has no algorithm");
        if (state is KeyState.Retired or KeyState.Denied)
        {
            return new KeySigningFile(path, role, state, since, algorithm, publicKey, null, uri);
        }

        var key = (module ?? throw Refused(path, "the key is in a PKCS#11 token, and Keys:Pkcs11:Module is not set")).Open(uri, publicKey, algorithm, Chain(path, json));
        return key.PublicKey.IsSameKeyAs(publicKey)
            ? new KeySigningFile(path, role, state, since, algorithm, publicKey, Checked(path, key, "the object in the token signs nothing that jwk verifies"), uri)
            : throw Refused(path, "the object in the token is another key than jwk");
    }

    private static DateTimeOffset? Since(string path, JsonElement json)
    {
        if (json.Member("since") is null)
        {
            return null;
        }

        return DateTimeOffset.TryParseExact(
            json.StringMember("since"), TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var since)
            ? since
            : throw Refused(path, "since is no time such as 2026-03-01T12:00:00Z");
    }

    private static SigningKey PrivateKey(string path, JsonElement jwk, List<byte[]> chain) => PrivateJwk.Parse(jwk, chain).Failed(out var failure, out var key)
        ? throw Refused(path, failure.Fact)
        : Checked(path, key, "the private and the public part of jwk are of different keys");

    private static SigningKey Checked(string path, SigningKey key, string otherwise)
    {
        if (!Agrees(key))
        {
            throw Refused(path, otherwise);
        }

        return IsCertified(path, key) ? key : throw Refused(path, "the first certificate of x5c holds another key");
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

/// <summary>A file with a key that signs, or to which others encrypt.</summary>
/// <param name="path">The file.</param>
/// <param name="role">What the key is for.</param>
/// <param name="state">Where it is in its life.</param>
/// <param name="since">Since when; null in a file that does not say.</param>
/// <param name="algorithm">The one algorithm of the key.</param>
/// <param name="publicKey">The public half.</param>
/// <param name="key">The private half; null for a key in a token that signs no more.</param>
/// <param name="uri">Where in a PKCS#11 token the private half is; null for a key in the file.</param>
internal sealed class KeySigningFile(
    string path, KeyRole role, KeyState state, DateTimeOffset? since, JwsAlgorithm algorithm, Jwk publicKey, SigningKey? key, Pkcs11Uri? uri) : KeyFile(path)
{
    public KeyRole Role { get; } = role;

    public KeyState State { get; } = state;

    public DateTimeOffset? Since { get; } = since;

    public JwsAlgorithm Algorithm { get; } = algorithm;

    public Jwk PublicKey { get; } = publicKey;

    public SigningKey? Key { get; } = key;

    public Pkcs11Uri? Uri { get; } = uri;

    /// <summary>The private half of a key to which others encrypt; it signs nothing.</summary>
    public ECDiffieHellman? Agreement { get; init; }

    /// <summary>What a successor is made like.</summary>
    public KeyKind Kind => new(Algorithm, PublicKey.ModulusBits is > 0 and var bits ? bits : KeyKind.DefaultRsaBits, Uri?.Token);
}

/// <summary>A file with a secret.</summary>
internal sealed class KeySecretFile(string path, SecretRole role, byte[] secret) : KeyFile(path)
{
    public SecretRole Role { get; } = role;

    public byte[] Secret { get; } = secret;
}

/// <summary>What kind of key is made: its algorithm, the size of an RSA key, and the token in which it is made, if any.</summary>
internal sealed record KeyKind(JwsAlgorithm Algorithm, int RsaBits = KeyKind.DefaultRsaBits, string? Token = null)
{
    /// <summary>RFC 7518 §3.3 asks for no more, and the keys of tokens are replaced every quarter.</summary>
    public const int DefaultRsaBits = 2048;
}
