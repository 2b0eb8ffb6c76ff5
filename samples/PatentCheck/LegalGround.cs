using System.Text.Json;
using IdentityPlatform.Formats;
using IdentityPlatform.Kiosk;
using IdentityPlatform.Verifier.Presentation;

namespace IdentityPlatform.PatentCheck;

/// <summary>Why an inspector may ask for the name and the documents: a closed list. The holder reads the ground in the request, before anything is shown.</summary>
internal static class LegalGround
{
    /// <summary>The format of the statement in the request.</summary>
    public const string Format = "legal-ground";

    /// <summary>The codes.</summary>
    public static IReadOnlyList<string> Codes { get; } = ["scheduled-inspection", "complaint", "suspected-violation", "court-order"];

    /// <summary>The statement for the request, in every language: the holder's is not known before.</summary>
    public static VerifierInfo StatementOf(string code) => new(Format, JsonElement.Parse(JsonText.Write(writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("code", code);
        writer.WriteStartObject("texts");
        foreach (var language in Words.Languages)
        {
            writer.WriteString(language.Name, TextOf(code)(language));
        }

        writer.WriteEndObject();
        writer.WriteEndObject();
    })));

    /// <summary>The words of a code, in a language that is chosen later.</summary>
    public static Func<System.Globalization.CultureInfo, string> TextOf(string code) => PatentChecks.Words.Named($"Ground.{code}");
}
