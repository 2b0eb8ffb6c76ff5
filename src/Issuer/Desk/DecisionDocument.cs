using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text.Json;
using IdentityPlatform.Formats;

namespace IdentityPlatform.Issuer.Desk;

/// <summary>What an officer says in a decision.</summary>
public enum DecisionKind
{
    /// <summary>Nothing was said.</summary>
    None,

    /// <summary>A, for issuing.</summary>
    RecommendIssue,

    /// <summary>A, against issuing, on a closed ground.</summary>
    RecommendRefusal,

    /// <summary>B, or the appeal officer: issue.</summary>
    Approve,

    /// <summary>B, or the appeal officer: do not issue, on a closed ground.</summary>
    Refuse,
}

/// <summary>What a decision is about.</summary>
public enum DecisionSubject
{
    /// <summary>A person's application, as it was proofed.</summary>
    Application,

    /// <summary>An event: nobody was proofed, and every ticket rests on the one decision.</summary>
    Event,

    /// <summary>An agreement of regions: no card rests on it, but a patent is issued under it.</summary>
    Agreement,
}

/// <summary>
/// One officer's decision as canonical JSON. Its SHA-256 is the WebAuthn challenge that the officer's passkey signs,
/// so that the assertion holds for these very claims and this very proofing, and for nothing else.
/// </summary>
public sealed class DecisionDocument
{
    private static readonly FrozenDictionary<DecisionKind, string> Words = new Dictionary<DecisionKind, string>
    {
        [DecisionKind.RecommendIssue] = "recommend",
        [DecisionKind.RecommendRefusal] = "recommend-refusal",
        [DecisionKind.Approve] = "approve",
        [DecisionKind.Refuse] = "refuse",
    }.ToFrozenDictionary();

    private const int MaxTypes = 16;

    private DecisionDocument(
        DecisionSubject subject, string application, string deployment, IReadOnlyList<string> types, DecisionKind kind, RefusalGround ground, string officer, byte[] claims, byte[] proofing, DateTimeOffset time)
    {
        (Subject, ApplicationId, Deployment, Types, Kind, Ground, OfficerId) = (subject, application, deployment, types, kind, ground, officer);
        (Claims, Proofing, Time) = (claims, proofing, time);
    }

    /// <summary>What is decided about; the document names it by another member for each.</summary>
    public DecisionSubject Subject { get; }

    /// <summary>The application, the event, or the agreement.</summary>
    public string ApplicationId { get; }

    public string Deployment { get; }

    /// <summary>The ids of the credential types that are decided about, in alphabetical order: of these alone a card may be minted.</summary>
    public IReadOnlyList<string> Types { get; }

    public DecisionKind Kind { get; }

    /// <summary>The ground of a refusal; None where the decision is for issuing.</summary>
    public RefusalGround Ground { get; }

    public string OfficerId { get; }

    /// <summary>The commitment to the person's claims (<see cref="PersonClaims.Commitment"/>), to the event's facts, or to the agreement's terms.</summary>
    public byte[] Claims { get; }

    /// <summary>The commitment to the proofing record; empty where nobody was proofed.</summary>
    public byte[] Proofing { get; }

    /// <summary>When the officer was asked, in whole seconds.</summary>
    public DateTimeOffset Time { get; }

    public static DecisionDocument Of(
        string application,
        string deployment,
        IEnumerable<string> types,
        DecisionKind kind,
        RefusalGround ground,
        string officer,
        byte[] claims,
        byte[] proofing,
        DateTimeOffset time) =>
        new(
            DecisionSubject.Application,
            application,
            deployment,
            [.. types.Order(StringComparer.Ordinal)],
            kind,
            ground,
            officer,
            claims,
            proofing,
            DateTimeOffset.FromUnixTimeSeconds(time.ToUnixTimeSeconds()));

    /// <summary>A decision in favour of an event, or of an agreement: nobody was proofed.</summary>
    public static DecisionDocument About(
        DecisionSubject subject, string id, string deployment, IEnumerable<string> types, DecisionKind kind, string officer, byte[] commitment, DateTimeOffset time) =>
        new(
            subject,
            id,
            deployment,
            [.. types.Order(StringComparer.Ordinal)],
            kind,
            RefusalGround.None,
            officer,
            commitment,
            [],
            DateTimeOffset.FromUnixTimeSeconds(time.ToUnixTimeSeconds()));

    /// <summary>Reads a document strictly: only bytes that <see cref="ToBytes"/> writes are a decision.</summary>
    public static Parsed<DecisionDocument> Parse(ReadOnlySpan<byte> bytes)
    {
        if (StrictJson.ParseObject(bytes).Failed(out var failure, out var json))
        {
            return failure;
        }

        if (Read(json.Element) is not { } document)
        {
            return new FormatFailure(FormatRule.Member, "a decision names application, event or agreement, deployment, types, kind, officer, claims, proofing and time");
        }

        return document.ToBytes().AsSpan().SequenceEqual(bytes)
            ? document
            : new FormatFailure(FormatRule.Structure, "the decision is not in canonical form");
    }

    /// <summary>The word for a kind, as in the document and in the endpoints; null for None.</summary>
    public static string? WordFor(DecisionKind kind) => Words.GetValueOrDefault(kind);

    /// <summary>The kind of a word; None when it is no kind's.</summary>
    public static DecisionKind KindOf(string? word) => Words.FirstOrDefault(pair => pair.Value == word).Key;

    /// <summary>The canonical bytes: members in alphabetical order, no white space.</summary>
    public byte[] ToBytes() => JsonText.Write(writer =>
    {
        writer.WriteStartObject();
        if (Subject != DecisionSubject.Event)
        {
            writer.WriteString(Subject == DecisionSubject.Agreement ? "agreement" : "application", ApplicationId);
        }

        writer.WriteString("claims", Base64UrlText.Encode(Claims));
        writer.WriteString("deployment", Deployment);
        if (Subject == DecisionSubject.Event)
        {
            writer.WriteString("event", ApplicationId);
        }

        if (Ground != RefusalGround.None)
        {
            writer.WriteString("ground", Ground.Word());
        }

        writer.WriteString("kind", WordFor(Kind));
        writer.WriteString("officer", OfficerId);
        if (Subject == DecisionSubject.Application)
        {
            writer.WriteString("proofing", Base64UrlText.Encode(Proofing));
        }

        writer.WriteNumber("time", Time.ToUnixTimeSeconds());
        writer.WriteStrings("types", Types);
        writer.WriteEndObject();
    });

    /// <summary>The WebAuthn challenge of this decision.</summary>
    public byte[] Challenge() => SHA256.HashData(ToBytes());

    private static DecisionDocument? Read(JsonElement json)
    {
        var kind = KindOf(json.StringMember("kind"));
        var ground = RefusalGrounds.Find(json.StringMember("ground"));
        var refusing = kind is DecisionKind.RecommendRefusal or DecisionKind.Refuse;
        if (kind == DecisionKind.None || refusing != (ground != RefusalGround.None) || ReadSubject(json) is not var (subject, id, proofing)
            || json.StringMember("deployment") is not { } deployment
            || json.StringMember("officer") is not { } officer || json.LongMember("time") is not { } time
            || !Base64UrlText.TryDecode(json.StringMember("claims"), out var claims))
        {
            return null;
        }

        // In their one order, each once: another writing of the same types is another document.
        return time is < 0 or > 253402300799
            || json.StringsMember("types") is not { Count: > 0 and <= MaxTypes } types || !types.SequenceEqual(types.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
            ? null
            : new(subject, id, deployment, types, kind, ground, officer, claims, proofing, DateTimeOffset.FromUnixTimeSeconds(time));
    }

    // A proofing belongs to an application and to nothing else.
    private static (DecisionSubject Subject, string Id, byte[] Proofing)? ReadSubject(JsonElement json) =>
        json.StringMember("application") is { } application && Base64UrlText.TryDecode(json.StringMember("proofing"), out var proofing)
            ? (DecisionSubject.Application, application, proofing)
            : json.StringMember("event") is { } eventId ? (DecisionSubject.Event, eventId, [])
            : json.StringMember("agreement") is { } agreement ? (DecisionSubject.Agreement, agreement, []) : null;
}
