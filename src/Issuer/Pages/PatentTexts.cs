using System.Diagnostics.CodeAnalysis;

namespace IdentityPlatform.Issuer.Pages;

/// <summary>The texts about a patent: <c>IStringLocalizer&lt;PatentTexts&gt;</c> reads <c>PatentTexts*.resx</c>.</summary>
[SuppressMessage("Design", "CA1052:Static holder types should be Static or NotInheritable", Justification = "A static class is no type argument.")]
public sealed class PatentTexts
{
    private PatentTexts()
    {
    }
}
