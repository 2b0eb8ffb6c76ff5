using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace IdentityPlatform.Formats.Jose;

/// <summary>
/// Encrypted messages (RFC 7516 compact) with the one key agreement of HAIP §5: ECDH-ES on P-256 in direct mode, and
/// A128GCM or A256GCM. Compression (<c>zip</c>) is refused where the reader does not ask for it: its size betrays its content.
/// </summary>
public static class Jwe
{
    /// <summary>The bound on a message where the caller has no reason for another.</summary>
    public const int DefaultMaxBytes = 512 * 1024;

    private const int IvBytes = 12;
    private const int TagBytes = 16;
    private const string Deflated = "DEF";

    /// <summary>Encrypts to a public key, with a fresh ephemeral key.</summary>
    /// <param name="recipient">A P-256 key.</param>
    /// <param name="enc"><c>A128GCM</c> or <c>A256GCM</c>.</param>
    /// <param name="payload">What is encrypted.</param>
    /// <param name="random">Fills the initialisation vector.</param>
    /// <param name="keyId">The <c>kid</c> header; null takes the recipient's.</param>
    /// <param name="partyU"><c>apu</c>: information on the sender that both sides bind into the key (RFC 7518 §4.6.1.2).</param>
    /// <param name="partyV"><c>apv</c>: the same of the recipient.</param>
    /// <param name="compress">Compresses first (<c>zip</c> DEF, RFC 7516 §4.1.3), for a recipient that asked for it.</param>
    /// <exception cref="ArgumentException">The key is not on P-256, or the encryption is another.</exception>
    public static string Encrypt(
        Jwk recipient,
        string enc,
        ReadOnlySpan<byte> payload,
        FillRandom random,
        string? keyId = null,
        ReadOnlySpan<byte> partyU = default,
        ReadOnlySpan<byte> partyV = default,
        bool compress = false)
    {
        using var theirs = KeyAgreement.Import(recipient) ?? throw new ArgumentException("The recipient's key is no P-256 key.", nameof(recipient));
        if (KeyAgreement.KeyBytes(enc) is not { } keyBytes)
        {
            throw new ArgumentException("Neither A128GCM nor A256GCM.", nameof(enc));
        }

        using var ephemeral = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        var (apu, apv) = (partyU.ToArray(), partyV.ToArray());
        var header = Base64UrlText.Encode(WriteHeader(ephemeral, enc, keyId ?? recipient.KeyId, apu, apv, compress));
        var key = KeyAgreement.Derive(ephemeral, theirs, enc, keyBytes, apu, apv);
        Span<byte> iv = stackalloc byte[IvBytes];
        Span<byte> tag = stackalloc byte[TagBytes];
        random(iv);
        var plain = compress ? Deflate(payload) : payload;
        var ciphertext = new byte[plain.Length];
        using (var gcm = new AesGcm(key, TagBytes))
        {
            gcm.Encrypt(iv, plain, ciphertext, tag, Encoding.ASCII.GetBytes(header));
        }

        CryptographicOperations.ZeroMemory(key);
        return $"{header}..{Base64UrlText.Encode(iv)}.{Base64UrlText.Encode(ciphertext)}.{Base64UrlText.Encode(tag)}";
    }

    /// <summary>Decrypts. The key may live in a token: only its key agreement is used.</summary>
    /// <param name="compact">The message.</param>
    /// <param name="key">The recipient's private key, on P-256.</param>
    /// <param name="maxBytes">The bound on the message's length.</param>
    /// <param name="maxInflated">The bound on what a compressed message becomes, in bytes; 0: none is taken.</param>
    /// <exception cref="ArgumentException">The key is not on P-256.</exception>
    public static Parsed<byte[]> Decrypt(string compact, ECDiffieHellman key, int maxBytes = DefaultMaxBytes, int maxInflated = 0)
    {
        if (key.KeySize != 256)
        {
            throw new ArgumentException("The key is no P-256 key.", nameof(key));
        }

        if (Read(compact, maxBytes).Failed(out var failure, out var message))
        {
            return failure;
        }

        if (message.Compressed && maxInflated == 0)
        {
            return new FormatFailure(FormatRule.Compression, "compression was not agreed");
        }

        using var ephemeral = KeyAgreement.Import(message.Ephemeral);
        if (ephemeral is null)
        {
            return new FormatFailure(FormatRule.Key, "epk is no valid P-256 key");
        }

        if (Base64UrlText.Parse(message.Parts[2], "the initialisation vector").Failed(out failure, out var iv)
            || Base64UrlText.Parse(message.Parts[3], "the ciphertext").Failed(out failure, out var ciphertext)
            || Base64UrlText.Parse(message.Parts[4], "the tag").Failed(out failure, out var tag))
        {
            return failure;
        }

        if (Open(message, key, ephemeral, iv, ciphertext, tag).Failed(out failure, out var plain))
        {
            return failure;
        }

        return message.Compressed ? Inflate(plain, maxInflated) : plain;
    }

    /// <summary>The <c>kid</c> of a message, by which its recipient finds the key; null where it has none or is malformed.</summary>
    public static string? KeyIdOf(string compact) =>
        Read(compact, DefaultMaxBytes).Succeeded(out var message, out _) ? message.KeyId : null;

    private static Parsed<Message> Read(string compact, int maxBytes)
    {
        if (compact.Length > maxBytes)
        {
            return new FormatFailure(FormatRule.Size, $"the JWE is longer than {maxBytes} characters");
        }

        var parts = compact.Split('.', 6);
        if (parts.Length != 5 || parts[1].Length != 0)
        {
            return new FormatFailure(FormatRule.Structure, "a compact JWE in direct key agreement has five parts, the second empty");
        }

        if (Base64UrlText.Parse(parts[0], "the JWE header").Failed(out var failure, out var bytes)
            || StrictJson.ParseObject(bytes).Failed(out failure, out var header))
        {
            return failure;
        }

        return ReadHeader(parts, header.Element);
    }

    private static Parsed<Message> ReadHeader(string[] parts, JsonElement header)
    {
        if (header.StringMember("alg") != KeyAgreement.Name || KeyAgreement.KeyBytes(header.StringMember("enc")) is null)
        {
            return new FormatFailure(FormatRule.Algorithm, "only ECDH-ES with A128GCM or A256GCM is understood");
        }

        // RFC 7516 §4.1.13: critical extensions, of which none is understood; §4.1.3: the one compression there is.
        if (header.Member("crit") is not null || (header.Member("zip") is not null && header.StringMember("zip") != Deflated))
        {
            return new FormatFailure(FormatRule.Structure, "crit is not understood, and zip is DEF alone");
        }

        if (header.ObjectMember("epk") is not { } epk)
        {
            return new FormatFailure(FormatRule.Member, "epk is missing");
        }

        if (Jwk.Parse(epk).Failed(out var failure, out var ephemeral)
            || ReadParty(header, "apu").Failed(out failure, out var apu)
            || ReadParty(header, "apv").Failed(out failure, out var apv))
        {
            return failure;
        }

        return new Message(parts, header.StringMember("enc")!, header.StringMember("kid"), header.Member("zip") is not null, ephemeral, apu, apv);
    }

    private static Parsed<byte[]> ReadParty(JsonElement header, string name)
    {
        if (header.Member(name) is not { } member)
        {
            return Array.Empty<byte>();
        }

        return member.ValueKind == JsonValueKind.String
            ? Base64UrlText.Parse(member.GetString(), name)
            : new FormatFailure(FormatRule.Member, $"{name} is no string");
    }

    private static Parsed<byte[]> Open(Message message, ECDiffieHellman key, ECDiffieHellman ephemeral, byte[] iv, byte[] ciphertext, byte[] tag)
    {
        if (iv.Length != IvBytes || tag.Length != TagBytes)
        {
            return new FormatFailure(FormatRule.Structure, "the initialisation vector has 96 bits, the tag 128");
        }

        var plain = new byte[ciphertext.Length];
        try
        {
            var contentKey = KeyAgreement.Derive(key, ephemeral, message.Enc, KeyAgreement.KeyBytes(message.Enc)!.Value, message.PartyU, message.PartyV);
            using (var gcm = new AesGcm(contentKey, TagBytes))
            {
                gcm.Decrypt(iv, ciphertext, tag, plain, Encoding.ASCII.GetBytes(message.Parts[0]));
            }

            CryptographicOperations.ZeroMemory(contentKey);
            return plain;
        }
        catch (CryptographicException)
        {
            return new FormatFailure(FormatRule.Encryption, "the message does not decrypt with this key");
        }
    }

    private static byte[] Deflate(ReadOnlySpan<byte> payload)
    {
        using var output = new MemoryStream();
        using (var deflate = new DeflateStream(output, CompressionLevel.Fastest))
        {
            deflate.Write(payload);
        }

        return output.ToArray();
    }

    // One byte beyond the bound tells that there is more; DEFLATE expands at most 1032 times.
    private static Parsed<byte[]> Inflate(byte[] compressed, int maxBytes)
    {
        var buffer = new byte[Math.Min(maxBytes, compressed.Length * 1032L) + 1];
        try
        {
            using var inflate = new DeflateStream(new MemoryStream(compressed), CompressionMode.Decompress);
            var length = inflate.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
            return length <= maxBytes ? buffer[..length] : new FormatFailure(FormatRule.Compression, $"the message inflates to more than {maxBytes} bytes");
        }
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            return new FormatFailure(FormatRule.Compression, "the message is no DEFLATE stream");
        }
    }

    private static byte[] WriteHeader(ECDiffieHellman ephemeral, string enc, string? keyId, byte[] apu, byte[] apv, bool compressed) => JsonText.Write(writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("alg", KeyAgreement.Name);
        writer.WriteString("enc", enc);
        if (keyId is not null)
        {
            writer.WriteString("kid", keyId);
        }

        if (compressed)
        {
            writer.WriteString("zip", Deflated);
        }

        if (apu.Length > 0)
        {
            writer.WriteString("apu", Base64UrlText.Encode(apu));
        }

        if (apv.Length > 0)
        {
            writer.WriteString("apv", Base64UrlText.Encode(apv));
        }

        writer.WritePropertyName("epk");
        Jwk.Of(ephemeral).WriteTo(writer);
        writer.WriteEndObject();
    });

    private sealed class Message(string[] parts, string enc, string? keyId, bool compressed, Jwk ephemeral, byte[] partyU, byte[] partyV)
    {
        public string[] Parts => parts;

        public string Enc => enc;

        public string? KeyId => keyId;

        public bool Compressed => compressed;

        public Jwk Ephemeral => ephemeral;

        public byte[] PartyU => partyU;

        public byte[] PartyV => partyV;
    }
}
