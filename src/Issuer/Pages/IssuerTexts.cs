using System.Diagnostics.CodeAnalysis;

namespace IdentityPlatform.Issuer.Pages;

/// <summary>The texts of the issuer's pages: <c>IStringLocalizer&lt;IssuerTexts&gt;</c> reads <c>IssuerTexts*.resx</c>.</summary>
[SuppressMessage("Design", "CA1052:Static holder types should be Static or NotInheritable", Justification = "A static class is no type argument.")]
public sealed class IssuerTexts
{
    private IssuerTexts()
    {
    }
}
