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

    /// <summary>The card is suspended (loss, suspicion): its copies are revoked for good, and clearing the suspension mints new ones.</summary>
    Suspension,

    /// <summary>A newer card replaced this one.</summary>
    Superseded,

    /// <summary>The person closes the file: live copies are revoked before the key is destroyed.</summary>
    Erasure,
}
