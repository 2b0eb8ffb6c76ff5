using System.Text.Json;
using IdentityPlatform.Formats;

namespace IdentityPlatform.Hosting.Audit;

/// <summary>
/// Something to be remembered. Name and actor stand in clear, beside the time and the person's opaque id; which service,
/// which card and everything else that is about the person belongs into the details, which are ciphertext under the person's key.
/// </summary>
/// <param name="name">A constant such as <c>sign-in</c> or <c>application.decided</c>.</param>
/// <param name="actor">The id of an officer or program, or <c>holder</c> when the person acted; never a service that the person uses.</param>
/// <param name="personId">Whose log the event belongs to; null for events of the system.</param>
/// <param name="details">A JSON object: names of claims, not their values.</param>
public sealed class AuditEvent(string name, string actor, string? personId, JsonElement details)
{
    public AuditEvent(string name, string actor, string? personId = null)
        : this(name, actor, personId, new Dictionary<string, string>())
    {
    }

    public AuditEvent(string name, string actor, string? personId, IReadOnlyDictionary<string, string> details)
        : this(name, actor, personId, Write(details))
    {
    }

    public string Name { get; } = name;

    public string Actor { get; } = actor;

    public string? PersonId { get; } = personId;

    public JsonElement Details { get; } = details;

    /// <summary>Redacted.</summary>
    public override string ToString() => Name;

    private static JsonElement Write(IReadOnlyDictionary<string, string> details) => JsonElement.Parse(JsonText.Write(writer =>
    {
        writer.WriteStartObject();
        foreach (var (key, value) in details)
        {
            writer.WriteString(key, value);
        }

        writer.WriteEndObject();
    }));
}

/// <summary>What the holder reads of an event.</summary>
public sealed class HolderLogEntry(DateTimeOffset at, string name, string actor, JsonElement details)
{
    public DateTimeOffset At { get; } = at;

    public string Name { get; } = name;

    public string Actor { get; } = actor;

    public JsonElement Details { get; } = details;

    /// <summary>Redacted.</summary>
    public override string ToString() => Name;
}
