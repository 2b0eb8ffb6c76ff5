using System.Globalization;
using System.Text.Json;
using IdentityPlatform.Formats;
using IdentityPlatform.Hosting.Pages;
using IdentityPlatform.Issuer.Catalogue;

namespace IdentityPlatform.Issuer.Pages;

/// <summary>The value of a claim as people read it, in the language of the page.</summary>
internal static class ClaimTexts
{
    /// <summary>The words; null for what is not there, or is no text. How somebody signs in is nobody's to read.</summary>
    public static string? Of(ClaimDefinition claim, JsonElement? value) => value switch
    {
        _ when claim.Source is ClaimSource.SignIn or ClaimSource.RepresentedSignIn => null,
        { ValueKind: JsonValueKind.String } text when claim.Type == ClaimType.Date => Moments.Claim(text.GetString()!),
        { ValueKind: JsonValueKind.String } text => Word(claim, text.GetString()!),
        { ValueKind: JsonValueKind.Array } items => string.Join(", ", items.EnumerateArray().Select(item => Word(claim, item.ToString()))),
        { ValueKind: JsonValueKind.Object } parts => string.Join(", ", claim.Members
            .Where(member => parts.StringMember(member.Name) is not null)
            .Select(member => member.Type == ClaimType.Date ? Moments.Claim(parts.StringMember(member.Name)!) : Word(member, parts.StringMember(member.Name)!))),
        _ => null,
    };

    private static string Word(ClaimDefinition claim, string text) =>
        claim.Words.FirstOrDefault(word => word.Word == text)?.Label.In(CultureInfo.CurrentUICulture.TwoLetterISOLanguageName) ?? text;
}
