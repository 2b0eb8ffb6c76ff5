using System.Diagnostics.CodeAnalysis;

namespace IdentityPlatform.Issuer.Pages;

/// <summary>The texts about the photograph at the desk: <c>IStringLocalizer&lt;PhotoTexts&gt;</c> reads <c>PhotoTexts*.resx</c>.</summary>
[SuppressMessage("Design", "CA1052:Static holder types should be Static or NotInheritable", Justification = "A static class is no type argument.")]
public sealed class PhotoTexts
{
    private PhotoTexts()
    {
    }
}
