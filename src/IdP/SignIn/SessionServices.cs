using System.Text.Json;
using IdentityPlatform.Formats;
using IdentityPlatform.IdP.Logout;

namespace IdentityPlatform.IdP.SignIn;

/// <summary>The services that took part in one session: who has to be told when it ends, and which grants end with it.</summary>
public sealed class SessionServices
{
    /// <summary>No service yet.</summary>
    public static readonly SessionServices None = new([]);

    /// <summary>The most grants that a service has from one session at a time: more than its tabs, and a bound on what each sign-in reads and writes.</summary>
    internal const int MostGrants = 16;

    private readonly IReadOnlyList<Member> _members;

    private SessionServices(IReadOnlyList<Member> members, params IReadOnlyList<string> superseded) => (_members, Superseded) = (members, superseded);

    /// <summary>The services: their client ids.</summary>
    public IEnumerable<string> Ids => _members.Select(member => member.Notice.ServiceId);

    /// <summary>The grants that end with the session.</summary>
    public IEnumerable<string> Grants => _members.SelectMany(member => member.Grants.Keys);

    /// <summary>The oldest grants of a service that has more than its share: the session forgets them, so they end now.</summary>
    public IReadOnlyList<string> Superseded { get; }

    /// <summary>The services that asked to be told.</summary>
    public IEnumerable<LogoutNotice> Notices => _members.Where(member => member.IsTold).Select(member => member.Notice);

    /// <summary>With a service that got tokens now.</summary>
    /// <param name="part">What it is told of the session, and by which grant it has its tokens.</param>
    /// <param name="now">The time: grants whose tokens have died are forgotten.</param>
    public SessionServices With(Participation part, DateTimeOffset now)
    {
        var seconds = now.ToUnixTimeSeconds();
        var earlier = _members.FirstOrDefault(member => member.Notice.ServiceId == part.Notice.ServiceId)?.Grants ?? new Dictionary<string, long>();
        var live = earlier.Where(grant => grant.Value > seconds).OrderByDescending(grant => grant.Value).ToList();
        var grants = live.Take(MostGrants - 1).ToDictionary();
        if (part.GrantUntil is { } until)
        {
            grants[part.GrantId] = until.ToUnixTimeSeconds();
        }

        return new(
            [.. _members.Where(member => member.Notice.ServiceId != part.Notice.ServiceId), new Member(part.Notice, part.IsTold, grants)],
            [.. live.Skip(MostGrants - 1).Select(grant => grant.Key)]);
    }

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

    private static void Write(Utf8JsonWriter json, Member member)
    {
        json.WriteStartObject();
        json.WriteString("service", member.Notice.ServiceId);
        json.WriteString("sub", member.Notice.Subject);
        json.WriteString("sid", member.Notice.SessionId);
        json.WriteBoolean("told", member.IsTold);
        json.WriteStartObject("grants");
        foreach (var (grant, until) in member.Grants)
        {
            json.WriteNumber(grant, until);
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static Member Read(JsonElement json) => new(
        new(json.StringMember("service")!, json.StringMember("sub")!, json.StringMember("sid")!),
        json.BooleanMember("told")!.Value,
        json.GetProperty("grants").EnumerateObject().ToDictionary(grant => grant.Name, grant => grant.Value.GetInt64()));

    private sealed record Member(LogoutNotice Notice, bool IsTold, IReadOnlyDictionary<string, long> Grants);
}

/// <summary>A service that gets tokens of a session.</summary>
public sealed class Participation
{
    /// <summary>What it will be told when the session ends.</summary>
    public required LogoutNotice Notice { get; init; }

    /// <summary>True when it registered an address for that.</summary>
    public required bool IsTold { get; init; }

    /// <summary>The grant behind its tokens.</summary>
    public required string GrantId { get; init; }

    /// <summary>How long its tokens can live; null when they outlive the session by the person's wish (<c>offline_access</c>).</summary>
    public required DateTimeOffset? GrantUntil { get; init; }

    /// <summary>Redacted.</summary>
    public override string ToString() => nameof(Participation);
}
