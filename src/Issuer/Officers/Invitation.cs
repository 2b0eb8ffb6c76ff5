using System.Security.Cryptography;
using System.Text.Json;
using IdentityPlatform.Formats;

namespace IdentityPlatform.Issuer.Officers;

/// <summary>
/// An invitation to enrol as an officer: its fields and a MAC over them, in one code. Whoever lacks the invitations secret,
/// which lives with the signer, cannot make one or change a role in one.
/// </summary>
public sealed class Invitation
{
    private Invitation(string id, string deployment, string name, OfficerRole role, string centre, DateTimeOffset until)
    {
        (Id, Deployment, Name, Role, Centre, Until) = (id, deployment, name, role, centre, until);
    }

    /// <summary>Used once.</summary>
    public string Id { get; }

    public string Deployment { get; }

    public string Name { get; }

    public OfficerRole Role { get; }

    public string Centre { get; }

    public DateTimeOffset Until { get; }

    /// <summary>Describes an officer to be.</summary>
    public static Invitation Of(string id, string deployment, string name, OfficerRole role, string centre, DateTimeOffset until) =>
        new(id, deployment, name, role, centre, until);

    /// <summary>Reads a code whose MAC is right; anything else is null, without a reason: a guess learns nothing.</summary>
    public static Invitation? Open(string code, byte[] secret)
    {
        var parts = code.Split('.');
        if (parts.Length != 2 || !Base64UrlText.TryDecode(parts[0], out var fields) || !Base64UrlText.TryDecode(parts[1], out var mac)
            || !CryptographicOperations.FixedTimeEquals(mac, HMACSHA256.HashData(secret, fields))
            || StrictJson.ParseObject(fields).Failed(out _, out var json))
        {
            return null;
        }

        return Find(json.Element);
    }

    /// <summary>The code, good in an address.</summary>
    public string Seal(byte[] secret)
    {
        var fields = JsonText.Write(WriteTo);
        return $"{Base64UrlText.Encode(fields)}.{Base64UrlText.Encode(HMACSHA256.HashData(secret, fields))}";
    }

    /// <summary>Redacted: an invitation is worth an office.</summary>
    public override string ToString() => $"invitation {Id}";

    internal void WriteTo(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("id", Id);
        writer.WriteString("deployment", Deployment);
        writer.WriteString("name", Name);
        writer.WriteString("role", Role.Word());
        writer.WriteString("centre", Centre);
        writer.WriteNumber("until", Until.ToUnixTimeSeconds());
        writer.WriteEndObject();
    }

    /// <summary>Reads the fields; null where they are none. Whether somebody sealed them is another question.</summary>
    internal static Invitation? Find(JsonElement json) =>
        json.StringMember("id") is { } id && json.StringMember("deployment") is { } deployment && json.StringMember("name") is { } name
        && OfficerRoles.Find(json.StringMember("role")) is var role && role != OfficerRole.None
        && json.StringMember("centre") is { } centre && json.LongMember("until") is { } until
            ? new(id, deployment, name, role, centre, DateTimeOffset.FromUnixTimeSeconds(until))
            : null;
}
