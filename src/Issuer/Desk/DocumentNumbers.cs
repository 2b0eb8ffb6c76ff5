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
