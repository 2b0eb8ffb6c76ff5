using System.Diagnostics.CodeAnalysis;

namespace IdentityPlatform.Issuer.Pages;

/// <summary>The texts about acting for a child: <c>IStringLocalizer&lt;GuardianTexts&gt;</c> reads <c>GuardianTexts*.resx</c>.</summary>
[SuppressMessage("Design", "CA1052:Static holder types should be Static or NotInheritable", Justification = "A static class is no type argument.")]
public sealed class GuardianTexts
{
    private GuardianTexts()
    {
    }
}
