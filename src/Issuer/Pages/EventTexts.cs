using System.Diagnostics.CodeAnalysis;

namespace IdentityPlatform.Issuer.Pages;

/// <summary>The texts about events and tickets: <c>IStringLocalizer&lt;EventTexts&gt;</c> reads <c>EventTexts*.resx</c>.</summary>
[SuppressMessage("Design", "CA1052:Static holder types should be Static or NotInheritable", Justification = "A static class is no type argument.")]
public sealed class EventTexts
{
    private EventTexts()
    {
    }
}
