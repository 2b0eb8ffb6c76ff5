using System.Text.Json;

namespace IdentityPlatform.Issuer.Status;

/// <summary>
/// Why outstanding copies stop being valid: the closed list. A list shows no difference between them,
/// and there is no way to revoke without one.
/// </summary>
public enum RevocationGround
{
    /// <summary>The holder asked for it.</summary>
    HolderRequest,

    /// <summary>A key or a device is compromised.</summary>
    KeyCompromise,

    /// <summary>The card carries wrong data.</summary>
    WrongData,

    /// <summary>The card was issued by proven fraud.</summary>
    IssuedByFraud,

    /// <summary>Another live card of the same person exists.</summary>
    Duplicate,

    /// <summary>The holder died.</summary>
    Death,

    /// <summary>A court decided so.</summary>
    CourtDecision,

    /// <summary>Its holder acts for the child no more. Of representations alone.</summary>
    GuardianshipEnded,

    /// <summary>What it carries was annulled by a norm that two officers cited. Of patents alone, and by an order of its own.</summary>
    Annulled,

    /// <summary>The card is suspended (loss, suspicion): its copies are revoked for good, and clearing the suspension mints new ones.</summary>
    Suspension,

    /// <summary>A newer card replaced this one.</summary>
    Superseded,

    /// <summary>The person closes the file: live copies are revoked before the key is destroyed.</summary>
    Erasure,
}

/// <summary>Words for logs and forms.</summary>
public static class RevocationGrounds
{
    /// <summary>The grounds on which two officers end a card.</summary>
    public static IReadOnlyList<RevocationGround> OfOfficers { get; } =
    [
        RevocationGround.KeyCompromise, RevocationGround.WrongData, RevocationGround.IssuedByFraud,
        RevocationGround.Duplicate, RevocationGround.Death, RevocationGround.CourtDecision, RevocationGround.GuardianshipEnded,
    ];

    /// <summary>The word.</summary>
    public static string Word(this RevocationGround ground) => JsonNamingPolicy.KebabCaseLower.ConvertName(ground.ToString());

    /// <summary>The officers' ground of a word, or null.</summary>
    public static RevocationGround? Find(string? word) => OfOfficers.Where(ground => ground.Word() == word).Select(ground => (RevocationGround?)ground).FirstOrDefault();
}
