using System.Diagnostics.CodeAnalysis;

namespace IdentityPlatform.Issuer.Pages;

/// <summary>The texts of the wallet's page: <c>IStringLocalizer&lt;WalletTexts&gt;</c> reads <c>WalletTexts*.resx</c>.</summary>
[SuppressMessage("Design", "CA1052:Static holder types should be Static or NotInheritable", Justification = "A static class is no type argument.")]
public sealed class WalletTexts
{
    private WalletTexts()
    {
    }
}
