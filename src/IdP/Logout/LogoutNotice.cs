using IdentityPlatform.Formats;

namespace IdentityPlatform.IdP.Logout;

/// <summary>One service that is to be told that a session ended: what its logout token will say of the session.</summary>
/// <param name="serviceId">The service: its client id.</param>
/// <param name="subject">The pairwise subject that it knows.</param>
/// <param name="sessionId">The <c>sid</c> that it knows.</param>
public sealed class LogoutNotice(string serviceId, string subject, string sessionId)
{
    /// <summary>The service: its client id.</summary>
    public string ServiceId { get; } = serviceId;

    /// <summary>The pairwise subject.</summary>
    public string Subject { get; } = subject;

    /// <summary>The <c>sid</c>.</summary>
    public string SessionId { get; } = sessionId;

    /// <summary>True when it tells the same service the same.</summary>
    public bool IsSameAs(LogoutNotice other) => (ServiceId, Subject, SessionId) == (other.ServiceId, other.Subject, other.SessionId);

    /// <summary>As JSON, to be sealed.</summary>
    public byte[] ToJson() => JsonText.Write(json =>
    {
        json.WriteStartObject();
        json.WriteString("service", ServiceId);
        json.WriteString("sub", Subject);
        json.WriteString("sid", SessionId);
        json.WriteEndObject();
    });

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    public static LogoutNotice FromJson(ReadOnlySpan<byte> bytes)
    {
        var json = StrictJson.ParseObject(bytes).OrThrow().Element;
        return new(json.StringMember("service")!, json.StringMember("sub")!, json.StringMember("sid")!);
    }

    /// <summary>Redacted: who left which service is nobody's business.</summary>
    public override string ToString() => nameof(LogoutNotice);
}

/// <summary>A notice that this process has claimed: until the lease is over nobody else sends it.</summary>
/// <param name="id">The row.</param>
/// <param name="notice">What is to be sent.</param>
/// <param name="createdAt">When the session ended.</param>
/// <param name="attempts">This attempt's number, from 1.</param>
public sealed class ClaimedNotice(string id, LogoutNotice notice, DateTimeOffset createdAt, long attempts)
{
    /// <summary>The row.</summary>
    public string Id { get; } = id;

    /// <summary>What is to be sent.</summary>
    public LogoutNotice Notice { get; } = notice;

    /// <summary>When the session ended.</summary>
    public DateTimeOffset CreatedAt { get; } = createdAt;

    /// <summary>This attempt's number, from 1.</summary>
    public long Attempts { get; } = attempts;

    /// <summary>Redacted.</summary>
    public override string ToString() => nameof(ClaimedNotice);
}
