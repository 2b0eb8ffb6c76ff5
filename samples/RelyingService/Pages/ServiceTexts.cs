using System.Diagnostics.CodeAnalysis;

namespace IdentityPlatform.RelyingService.Pages;

/// <summary>The texts of the service: <c>ServiceTexts*.resx</c>.</summary>
[SuppressMessage("Design", "CA1052:Static holder types should be Static or NotInheritable", Justification = "A static class is no type argument.")]
public sealed class ServiceTexts
{
    private ServiceTexts()
    {
    }
}
