namespace IdentityPlatform.Issuer.Desk;

/// <summary>A step of the proofing at a centre.</summary>
public enum ProofingStep
{
    None,
    DocumentPresent,
    MrzCheckDigits,
    ChipAuthentication,
    SecurityFeatures,
    FaceMatches,
    SpokenAlone,
    NamesReadAloud,
    ConsentRead,
    SecondSource,
    Guardians,
    ChildHeard,
}

/// <summary>What came of a step.</summary>
public enum StepResult
{
    None,
    Pass,
    Fail,
    NotApplicable,
}

/// <summary>The kind of document that was shown.</summary>
public enum DocumentKind
{
    None,
    Passport,
    IdentityCard,
    ResidencePermit,
    BirthCertificate,
    RefugeeDocument,
}

/// <summary>What decides which steps must pass.</summary>
/// <param name="Birthdate">The applicant's.</param>
/// <param name="Today">The date at the centre.</param>
public sealed record ProofingSubject(DateOnly Birthdate, DateOnly Today)
{
    /// <summary>Whole years, on the calendar.</summary>
    public int Age => Today.Year - Birthdate.Year - (Today < Birthdate.AddYears(Today.Year - Birthdate.Year) ? 1 : 0);

    public bool IsMinor => Age < 18;
}

/// <summary>Which steps there are, and which must pass for whom.</summary>
public static class ProofingSteps
{
    private const int HeardFrom = 14;

    /// <summary>All steps, in the order of the visit.</summary>
    public static IReadOnlyList<ProofingStep> All { get; } = [.. Enum.GetValues<ProofingStep>().Where(step => step != ProofingStep.None)];

    /// <summary>True when the step may not be "not applicable". A document may lack a machine-readable zone or a chip; a second source is asked for where the first is weak.</summary>
    public static bool IsRequired(ProofingStep step, ProofingSubject subject)
    {
        if (step == ProofingStep.ChildHeard)
        {
            return subject.IsMinor && subject.Age >= HeardFrom;
        }

        return step == ProofingStep.Guardians ? subject.IsMinor : IsAlwaysRequired(step);
    }

    /// <summary>True when the step may be left out for nobody.</summary>
    public static bool IsAlwaysRequired(ProofingStep step) =>
        step is not (ProofingStep.MrzCheckDigits or ProofingStep.ChipAuthentication or ProofingStep.SecondSource or ProofingStep.Guardians or ProofingStep.ChildHeard);
}
