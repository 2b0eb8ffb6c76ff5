using System.Diagnostics.CodeAnalysis;

namespace IdentityPlatform.Issuer.Pages;

/// <summary>The texts of reminders: <c>IStringLocalizer&lt;ReminderTexts&gt;</c> reads <c>ReminderTexts*.resx</c>.</summary>
[SuppressMessage("Design", "CA1052:Static holder types should be Static or NotInheritable", Justification = "A static class is no type argument.")]
public sealed class ReminderTexts
{
    private ReminderTexts()
    {
    }
}
