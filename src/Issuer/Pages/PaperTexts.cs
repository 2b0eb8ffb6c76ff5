using System.Diagnostics.CodeAnalysis;

namespace IdentityPlatform.Issuer.Pages;

/// <summary>The texts of what is printed: <c>IStringLocalizer&lt;PaperTexts&gt;</c> reads <c>PaperTexts*.resx</c>.</summary>
[SuppressMessage("Design", "CA1052:Static holder types should be Static or NotInheritable", Justification = "A static class is no type argument.")]
public sealed class PaperTexts
{
    private PaperTexts()
    {
    }
}
