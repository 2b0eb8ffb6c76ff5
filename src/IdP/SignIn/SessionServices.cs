using System.Text.Json;
using IdentityPlatform.Formats;
using IdentityPlatform.IdP.Logout;

namespace IdentityPlatform.IdP.SignIn;

/// <summary>The services that took part in one session: who has to be told when it ends.</summary>
public sealed class SessionServices
{
    /// <summary>No service yet.</summary>
    public static readonly SessionServices None = new([]);

    private readonly IReadOnlyList<Participation> _members;

    private SessionServices(IReadOnlyList<Participation> members) => _members = members;

    /// <summary>The services: their client ids.</summary>
    public IEnumerable<string> Ids => _members.Select(member => member.Notice.ServiceId);

    /// <summary>The services that asked to be told.</summary>
    public IEnumerable<LogoutNotice> Notices => _members.Where(member => member.IsTold).Select(member => member.Notice);

    /// <summary>True when a service is noted already, just so.</summary>
    public bool Has(Participation part) => _members.Any(member => member.Notice.IsSameAs(part.Notice) && member.IsTold == part.IsTold);

    /// <summary>With a service that gets tokens now.</summary>
    public SessionServices With(Participation part) => new([.. _members.Where(member => member.Notice.ServiceId != part.Notice.ServiceId), part]);

    /// <summary>As JSON, to be encrypted.</summary>
    public byte[] ToJson() => JsonText.Write(json =>
    {
        json.WriteStartObject();
        json.WriteStartArray("services");
        foreach (var member in _members)
        {
            Write(json, member);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    });

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    public static SessionServices FromJson(ReadOnlySpan<byte> bytes) =>
        new([.. StrictJson.ParseObject(bytes, int.MaxValue).OrThrow().Element.GetProperty("services").EnumerateArray().Select(Read)]);

    /// <summary>Redacted: which services a person uses is theirs.</summary>
    public override string ToString() => nameof(SessionServices);

    private static void Write(Utf8JsonWriter json, Participation member)
    {
        json.WriteStartObject();
        json.WriteString("service", member.Notice.ServiceId);
        json.WriteString("sub", member.Notice.Subject);
        json.WriteString("sid", member.Notice.SessionId);
        json.WriteBoolean("told", member.IsTold);
        json.WriteEndObject();
    }

    private static Participation Read(JsonElement json) => new()
    {
        Notice = new(json.StringMember("service")!, json.StringMember("sub")!, json.StringMember("sid")!),
        IsTold = json.BooleanMember("told")!.Value,
    };
}

/// <summary>A service that gets tokens of a session.</summary>
public sealed class Participation
{
    /// <summary>What it will be told when the session ends.</summary>
    public required LogoutNotice Notice { get; init; }

    /// <summary>True when it registered an address for that.</summary>
    public required bool IsTold { get; init; }

    /// <summary>Redacted.</summary>
    public override string ToString() => nameof(Participation);
}

/// <summary>A session as it stood when it was read, with the services that took part so far.</summary>
/// <param name="hash">The <see cref="Session.Hash"/>.</param>
/// <param name="version">Says whether somebody wrote the services since.</param>
/// <param name="services">The services.</param>
public sealed class StandingSession(string hash, long version, SessionServices services)
{
    /// <summary>The <see cref="Session.Hash"/>.</summary>
    public string Hash { get; } = hash;

    /// <summary>Says whether somebody wrote the services since.</summary>
    public long Version { get; } = version;

    /// <summary>The services.</summary>
    public SessionServices Services { get; } = services;

    /// <summary>Redacted.</summary>
    public override string ToString() => nameof(StandingSession);
}
