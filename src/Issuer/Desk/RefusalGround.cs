using System.Collections.Frozen;

namespace IdentityPlatform.Issuer.Desk;

/// <summary>Why an application may be refused. The list is closed: never an opinion, an activity, a language or a descent.</summary>
public enum RefusalGround
{
    /// <summary>No ground was given.</summary>
    None,
    IdentityNotProved,
    DocumentInvalid,
    DuplicateLiveCard,
    ApplicantAsked,
    GuardianConsentMissing,
    LegalProhibition,
}

/// <summary>The words for grounds in documents, forms and texts.</summary>
public static class RefusalGrounds
{
    private static readonly FrozenDictionary<RefusalGround, string> Words = new Dictionary<RefusalGround, string>
    {
        [RefusalGround.IdentityNotProved] = "identity-not-proved",
        [RefusalGround.DocumentInvalid] = "document-invalid",
        [RefusalGround.DuplicateLiveCard] = "duplicate-live-card",
        [RefusalGround.ApplicantAsked] = "applicant-asked",
        [RefusalGround.GuardianConsentMissing] = "guardian-consent-missing",
        [RefusalGround.LegalProhibition] = "legal-prohibition",
    }.ToFrozenDictionary();

    /// <summary>All grounds, for a form.</summary>
    public static IEnumerable<string> All => Words.Values;

    /// <summary>The word.</summary>
    public static string Word(this RefusalGround ground) => Words.GetValueOrDefault(ground, "none");

    /// <summary>The ground of a word; None when it is no ground's.</summary>
    public static RefusalGround Find(string? word) => Words.FirstOrDefault(pair => pair.Value == word).Key;
}
