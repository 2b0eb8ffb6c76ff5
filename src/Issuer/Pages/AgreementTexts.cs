using System.Diagnostics.CodeAnalysis;
using IdentityPlatform.Issuer.Catalogue;

namespace IdentityPlatform.Issuer.Pages;

/// <summary>The texts about agreements of regions: <c>IStringLocalizer&lt;AgreementTexts&gt;</c> reads <c>AgreementTexts*.resx</c>.</summary>
[SuppressMessage("Design", "CA1052:Static holder types should be Static or NotInheritable", Justification = "A static class is no type argument.")]
public sealed class AgreementTexts
{
    private AgreementTexts()
    {
    }

    /// <summary>The names of regions in a language, as people read them.</summary>
    internal static string Names(IEnumerable<string> regions, Deployment deployment, string language) =>
        string.Join(", ", regions.Select(code => deployment.Regions.GetValueOrDefault(code)?.NameIn(language) ?? code));
}
