using System.Security.Cryptography;
using System.Text.Json;
using IdentityPlatform.Formats;

namespace IdentityPlatform.Issuer.Desk;

/// <summary>
/// What the register says about a person: the members of the card's claims that come from the application, with the
/// sign-in account, and the salt under which decisions commit to them. Stored only as ciphertext under the person's key.
/// </summary>
public sealed class PersonClaims
{
    private const int SaltBytes = 32;

    private PersonClaims(JsonElement claims, byte[] salt) => (Claims, Salt) = (claims, salt);

    /// <summary>The claims as a JSON object; names as in the credential type (<c>family_name</c>, <c>birthdate</c>, <c>account</c>, …).</summary>
    public JsonElement Claims { get; }

    private byte[] Salt { get; }

    /// <summary>Takes claims of the program's own making.</summary>
    public static PersonClaims Of(JsonElement claims, FillRandom random)
    {
        var salt = new byte[SaltBytes];
        random(salt);
        return new(claims, salt);
    }

    /// <summary>Reads what <see cref="ToBytes"/> wrote.</summary>
    public static Parsed<PersonClaims> Parse(ReadOnlySpan<byte> bytes)
    {
        if (StrictJson.ParseObject(bytes).Failed(out var failure, out var json))
        {
            return failure;
        }

        return Read(json.Element);
    }

    /// <summary>Reads the record as JSON.</summary>
    internal static Parsed<PersonClaims> Read(JsonElement json) =>
        Base64UrlText.TryDecode(json.StringMember("salt"), out var salt) && salt.Length == SaltBytes && json.ObjectMember("claims") is { } claims
            ? new PersonClaims(claims, salt)
            : new FormatFailure(FormatRule.Member, "a stored claims record has 'salt' and 'claims'");

    /// <summary>The record as bytes, to be encrypted and stored.</summary>
    public byte[] ToBytes() => JsonText.Write(WriteTo);

    internal void WriteTo(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("salt", Base64UrlText.Encode(Salt));
        writer.WritePropertyName("claims");
        CanonicalJson.Write(writer, Claims);
        writer.WriteEndObject();
    }

    /// <summary>The commitment that a decision holds: SHA-256 over the salt and the canonical claims. Nobody without the salt can test a guess against it.</summary>
    public byte[] Commitment() => SHA256.HashData([.. Salt, .. CanonicalJson.Bytes(Claims)]);

    /// <summary>Redacted.</summary>
    public override string ToString() => "claims of a person";
}
