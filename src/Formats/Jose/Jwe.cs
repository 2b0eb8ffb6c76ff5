using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace IdentityPlatform.Formats.Jose;

/// <summary>
/// Encrypted messages (RFC 7516 compact) with the one key agreement of HAIP §5: ECDH-ES on P-256 in direct mode, and
/// A128GCM or A256GCM. Compression (<c>zip</c>) is refused: its size betrays its content.
/// </summary>
public static class Jwe
{
    /// <summary>The bound on a message where the caller has no reason for another.</summary>
    public const int DefaultMaxBytes = 512 * 1024;

    private const int IvBytes = 12;
    private const int TagBytes = 16;

    /// <summary>Encrypts to a public key, with a fresh ephemeral key.</summary>
    /// <param name="recipient">A P-256 key.</param>
    /// <param name="enc"><c>A128GCM</c> or <c>A256GCM</c>.</param>
    /// <param name="payload">What is encrypted.</param>
    /// <param name="random">Fills the initialisation vector.</param>
    /// <param name="keyId">The <c>kid</c> header; null takes the recipient's.</param>
    /// <param name="partyU"><c>apu</c>: information on the sender that both sides bind into the key (RFC 7518 §4.6.1.2).</param>
    /// <param name="partyV"><c>apv</c>: the same of the recipient.</param>
    /// <exception cref="ArgumentException">The key is not on P-256, or the encryption is another.</exception>
    public static string Encrypt(
        Jwk recipient,
        string enc,
        ReadOnlySpan<byte> payload,
        FillRandom random,
        string? keyId = null,
        ReadOnlySpan<byte> partyU = default,
        ReadOnlySpan<byte> partyV = default)
    {
        using var theirs = Agreement.Import(recipient) ?? throw new ArgumentException("The recipient's key is no P-256 key.", nameof(recipient));
        if (Agreement.KeyBytes(enc) is not { } keyBytes)
        {
            throw new ArgumentException("Neither A128GCM nor A256GCM.", nameof(enc));
        }

        using var ephemeral = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        var (apu, apv) = (partyU.ToArray(), partyV.ToArray());
        var header = Base64UrlText.Encode(WriteHeader(ephemeral, enc, keyId ?? recipient.KeyId, apu, apv));
        var key = Agreement.Derive(ephemeral, theirs, enc, keyBytes, apu, apv);
        Span<byte> iv = stackalloc byte[IvBytes];
        Span<byte> tag = stackalloc byte[TagBytes];
        random(iv);
        var ciphertext = new byte[payload.Length];
        using (var gcm = new AesGcm(key, TagBytes))
        {
            gcm.Encrypt(iv, payload, ciphertext, tag, Encoding.ASCII.GetBytes(header));
        }

        CryptographicOperations.ZeroMemory(key);
        return $"{header}..{Base64UrlText.Encode(iv)}.{Base64UrlText.Encode(ciphertext)}.{Base64UrlText.Encode(tag)}";
    }

    /// <summary>Decrypts. The key may live in a token: only its key agreement is used.</summary>
    /// <param name="compact">The message.</param>
    /// <param name="key">The recipient's private key, on P-256.</param>
    /// <param name="maxBytes">The bound on the message's length.</param>
    /// <exception cref="ArgumentException">The key is not on P-256.</exception>
    public static Parsed<byte[]> Decrypt(string compact, ECDiffieHellman key, int maxBytes = DefaultMaxBytes)
    {
        if (key.KeySize != 256)
        {
            throw new ArgumentException("The key is no P-256 key.", nameof(key));
        }

        if (Read(compact, maxBytes).Failed(out var failure, out var message))
        {
            return failure;
        }

        using var ephemeral = Agreement.Import(message.Ephemeral);
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

        return iv.Length == IvBytes && tag.Length == TagBytes
            ? Open(message, key, ephemeral, iv, ciphertext, tag)
            : new FormatFailure(FormatRule.Structure, "the initialisation vector has 96 bits, the tag 128");
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
        if (header.StringMember("alg") != Agreement.Name || Agreement.KeyBytes(header.StringMember("enc")) is null)
        {
            return new FormatFailure(FormatRule.Algorithm, "only ECDH-ES with A128GCM or A256GCM is understood");
        }

        // RFC 7516 §4.1.13: critical extensions, of which none is understood; §4.1.3: compression, which was not agreed.
        if (header.Member("crit") is not null || header.Member("zip") is not null)
        {
            return new FormatFailure(FormatRule.Structure, "crit and zip are not understood");
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

        return new Message(parts, header.StringMember("enc")!, header.StringMember("kid"), ephemeral, apu, apv);
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
        var plain = new byte[ciphertext.Length];
        try
        {
            var contentKey = Agreement.Derive(key, ephemeral, message.Enc, Agreement.KeyBytes(message.Enc)!.Value, message.PartyU, message.PartyV);
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

    private static byte[] WriteHeader(ECDiffieHellman ephemeral, string enc, string? keyId, byte[] apu, byte[] apv) => JsonText.Write(writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("alg", Agreement.Name);
        writer.WriteString("enc", enc);
        if (keyId is not null)
        {
            writer.WriteString("kid", keyId);
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

    private sealed class Message(string[] parts, string enc, string? keyId, Jwk ephemeral, byte[] partyU, byte[] partyV)
    {
        public string[] Parts => parts;

        public string Enc => enc;

        public string? KeyId => keyId;

        public Jwk Ephemeral => ephemeral;

        public byte[] PartyU => partyU;

        public byte[] PartyV => partyV;
    }

    /// <summary>RFC 7518 §4.6: the key agreement and its key derivation.</summary>
    private static class Agreement
    {
        public const string Name = "ECDH-ES";

        public static int? KeyBytes(string? enc) => enc switch { "A128GCM" => 16, "A256GCM" => 32, _ => null };

        public static ECDiffieHellman? Import(Jwk key)
        {
            if (key.Curve != "P-256")
            {
                return null;
            }

            try
            {
                return ECDiffieHellman.Create(new ECParameters
                {
                    Curve = ECCurve.NamedCurves.nistP256,
                    Q = new ECPoint { X = key.First, Y = key.Second },
                });
            }
            catch (CryptographicException)
            {
                return null;
            }
        }

        // RFC 7518 §4.6.2: one round of the Concat KDF; SHA-256 gives as much as the longest key needs.
        public static byte[] Derive(ECDiffieHellman mine, ECDiffieHellman theirs, string enc, int keyBytes, byte[] apu, byte[] apv)
        {
            using var publicKey = theirs.PublicKey;
            byte[] otherInfo = [.. Sized(Encoding.ASCII.GetBytes(enc)), .. Sized(apu), .. Sized(apv), .. Number(keyBytes * 8)];
            var derived = mine.DeriveKeyFromHash(publicKey, HashAlgorithmName.SHA256, Number(1), otherInfo);
            return derived[..keyBytes];
        }

        private static byte[] Sized(byte[] data) => [.. Number(data.Length), .. data];

        private static byte[] Number(int value)
        {
            var bytes = new byte[4];
            BinaryPrimitives.WriteInt32BigEndian(bytes, value);
            return bytes;
        }
    }
}
