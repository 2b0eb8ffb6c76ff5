using System.Diagnostics.CodeAnalysis;

namespace IdentityPlatform.Hosting.Pages;

/// <summary>The texts of the shell, the passkey button and the error pages: <c>IStringLocalizer&lt;PageTexts&gt;</c> reads <c>PageTexts*.resx</c>.</summary>
[SuppressMessage("Design", "CA1052:Static holder types should be Static or NotInheritable", Justification = "A static class is no type argument.")]
public sealed class PageTexts
{
    private PageTexts()
    {
    }
}
