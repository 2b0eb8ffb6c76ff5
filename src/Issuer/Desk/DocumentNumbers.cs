using System.Security.Cryptography;
using System.Text;
using IdentityPlatform.Formats;
using IdentityPlatform.Hosting.Keys;
using IdentityPlatform.Issuer.Catalogue;

namespace IdentityPlatform.Issuer.Desk;

/// <summary>Keyed hashes of document numbers. The number itself is never stored; without the signer's secret no list of numbers can be tried against the hashes.</summary>
public sealed class DocumentNumbers(Signer signer, Deployment deployment)
{
    private const int MaxLength = 40;

    /// <summary>A document as written into a form, and its hash; null when it is none.</summary>
    public (DocumentKind Kind, string State, string Hash)? Read(string? kind, string? issuingState, string? number)
    {
        var document = ProofingWords.FindDocument(kind);
        var state = issuingState?.Trim().ToUpperInvariant();
        return document != DocumentKind.None && state is { Length: 2 } && state.All(char.IsAsciiLetterUpper) && HashOf(document, state, number ?? "") is { } hash
            ? (document, state, hash)
            : null;
    }

    /// <summary>The hash; null when the text is no number of a document.</summary>
    public string? HashOf(DocumentKind document, string issuingState, string number)
    {
        var normal = new string([.. number.Where(char.IsAsciiLetterOrDigit).Select(char.ToUpperInvariant)]);
        return normal.Length is 0 or > MaxLength
            ? null
            : Base64UrlText.Encode(HMACSHA256.HashData(
                signer.Secret(SecretRole.DocumentHash),
                Encoding.UTF8.GetBytes($"{deployment.Id}|{ProofingWords.Word(document)}|{issuingState}|{normal}")));
    }
}
