using System.Diagnostics.CodeAnalysis;

namespace IdentityPlatform.IdP.Pages;

/// <summary>The texts of these pages: <c>IStringLocalizer&lt;Texts&gt;</c> reads <c>Texts*.resx</c>.</summary>
[SuppressMessage("Design", "CA1052:Static holder types should be Static or NotInheritable", Justification = "A static class is no type argument.")]
public sealed class Texts
{
    private Texts()
    {
    }
}
