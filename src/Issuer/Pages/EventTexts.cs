using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using IdentityPlatform.Issuer.Catalogue;
using IdentityPlatform.Issuer.Events;

namespace IdentityPlatform.Issuer.Pages;

/// <summary>The texts about events and tickets: <c>IStringLocalizer&lt;EventTexts&gt;</c> reads <c>EventTexts*.resx</c>.</summary>
[SuppressMessage("Design", "CA1052:Static holder types should be Static or NotInheritable", Justification = "A static class is no type argument.")]
public sealed class EventTexts
{
    private EventTexts()
    {
    }

    /// <summary>The key of a text that speaks of a programme where the facts are one's, and of an event else.</summary>
    public static string KeyFor(EventFacts facts, string key) => KeyFor(facts is ProgrammeFacts, key);

    /// <inheritdoc cref="KeyFor(EventFacts, string)"/>
    public static string KeyFor(CredentialType type, string key) => KeyFor(type.IsOfProgramme, key);

    /// <inheritdoc cref="KeyFor(EventFacts, string)"/>
    public static string KeyFor(bool ofProgramme, string key) => ofProgramme && OwnOfProgrammes.Contains(key) ? $"{key}.programme" : key;

    private static readonly FrozenSet<string> OwnOfProgrammes = FrozenSet.Create(
        StringComparer.Ordinal,
        "cancel.text", "cancel.title", "desk.new", "desk.noguests", "event.kind", "event.shows", "event.shows.age", "form.text", "offer.once", "offer.qr", "offer.title",
        "state.cancelled", "state.decided", "word.text");
}
