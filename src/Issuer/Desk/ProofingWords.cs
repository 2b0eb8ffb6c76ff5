using System.Collections.Frozen;

namespace IdentityPlatform.Issuer.Desk;

/// <summary>The words of the proofing record in forms, JSON and storage.</summary>
public static class ProofingWords
{
    private static readonly FrozenDictionary<ProofingStep, string> Steps = new Dictionary<ProofingStep, string>
    {
        [ProofingStep.DocumentPresent] = "document_present",
        [ProofingStep.MrzCheckDigits] = "mrz_check_digits",
        [ProofingStep.ChipAuthentication] = "chip_authentication",
        [ProofingStep.SecurityFeatures] = "security_features",
        [ProofingStep.FaceMatches] = "face_matches",
        [ProofingStep.SpokenAlone] = "spoken_alone",
        [ProofingStep.NamesReadAloud] = "names_read_aloud",
        [ProofingStep.ConsentRead] = "consent_read",
        [ProofingStep.SecondSource] = "second_source",
        [ProofingStep.Guardians] = "guardians",
        [ProofingStep.ChildHeard] = "child_heard",
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<StepResult, string> Results = new Dictionary<StepResult, string>
    {
        [StepResult.Pass] = "pass",
        [StepResult.Fail] = "fail",
        [StepResult.NotApplicable] = "na",
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<DocumentKind, string> Documents = new Dictionary<DocumentKind, string>
    {
        [DocumentKind.Passport] = "passport",
        [DocumentKind.IdentityCard] = "identity-card",
        [DocumentKind.ResidencePermit] = "residence-permit",
        [DocumentKind.BirthCertificate] = "birth-certificate",
        [DocumentKind.RefugeeDocument] = "refugee-document",
    }.ToFrozenDictionary();

    /// <summary>All kinds of document, for a form.</summary>
    public static IEnumerable<string> DocumentKinds => Documents.Values;

    public static string Word(ProofingStep step) => Steps[step];

    public static string Word(StepResult result) => Results[result];

    public static string Word(DocumentKind document) => Documents[document];

    public static ProofingStep FindStep(string? word) => Steps.FirstOrDefault(pair => pair.Value == word).Key;

    public static StepResult FindResult(string? word) => Results.FirstOrDefault(pair => pair.Value == word).Key;

    public static DocumentKind FindDocument(string? word) => Documents.FirstOrDefault(pair => pair.Value == word).Key;
}
