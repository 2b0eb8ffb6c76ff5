using System.Security.Cryptography;
using IdentityPlatform.Formats;

namespace IdentityPlatform.Issuer.Patents;

/// <summary>The norm by which a patent is annulled, as officers cite it. It may tell a lot about its holder, so it is kept as ciphertext, and documents commit to it under a salt.</summary>
public sealed class CitedNorm
{
    private const int SaltBytes = 32;
    private readonly byte[] _bytes;

    private CitedNorm(string text, byte[] bytes) => (Text, _bytes) = (text, bytes);

    public string Text { get; }

    public static CitedNorm Of(string text, FillRandom random)
    {
        var salt = new byte[SaltBytes];
        random(salt);
        return new(text, JsonText.Write(writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("norm", text);
            writer.WriteString("salt", Base64UrlText.Encode(salt));
            writer.WriteEndObject();
        }));
    }

    /// <summary>Reads what <see cref="ToBytes"/> gave.</summary>
    public static CitedNorm Read(byte[] bytes) => new(StrictJson.ParseObject(bytes).OrThrow().Element.StringMember("norm")!, bytes);

    public byte[] ToBytes() => _bytes;

    /// <summary>What the officers' documents hold.</summary>
    public byte[] Commitment() => SHA256.HashData(_bytes);

    /// <summary>Redacted.</summary>
    public override string ToString() => "a cited norm";
}
