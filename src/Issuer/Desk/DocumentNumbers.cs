using IdentityPlatform.Issuer.Catalogue;
using IdentityPlatform.Issuer.Signing;

namespace IdentityPlatform.Issuer.Desk;

/// <summary>Keyed hashes of document numbers. The number itself is never stored; without the signer's secret no list of numbers can be tried against the hashes.</summary>
public sealed class DocumentNumbers(SignerLink signer, Deployment deployment)
{
    private const int MaxLength = 40;

    /// <summary>A document as written into a form, and its hash; null when it is none.</summary>
    public async Task<(DocumentKind Kind, string State, string Hash)?> ReadAsync(string? kind, string? issuingState, string? number, CancellationToken ct)
    {
        var document = ProofingWords.FindDocument(kind);
        var state = issuingState?.Trim().ToUpperInvariant();
        return document != DocumentKind.None && state is { Length: 2 } && state.All(char.IsAsciiLetterUpper)
            && await HashOfAsync(document, state, number ?? "", ct) is { } hash
            ? (document, state, hash)
            : null;
    }

    // Null when the text is no number of a document.
    private async Task<string?> HashOfAsync(DocumentKind document, string issuingState, string number, CancellationToken ct)
    {
        var normal = new string([.. number.Where(char.IsAsciiLetterOrDigit).Select(char.ToUpperInvariant)]);
        return normal.Length is > 0 and <= MaxLength
            && await signer.AskAsync(new HashDocument($"{deployment.Id}|{ProofingWords.Word(document)}|{issuingState}|{normal}"), ct) is SignerAnswer.Hashed { Hash: var hash }
            ? hash
            : null;
    }
}
