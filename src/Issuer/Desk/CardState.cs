namespace IdentityPlatform.Issuer.Desk;

/// <summary>Where a logical card is in its life (the technical copies in wallets follow it).</summary>
public enum CardState
{
    /// <summary>Not read.</summary>
    None,

    /// <summary>Two officers have said yes; nothing is offered yet.</summary>
    Approved,

    /// <summary>An offer waits for the wallet.</summary>
    Offered,
    Active,
    Suspended,

    /// <summary>Final: never undone.</summary>
    Revoked,

    /// <summary>Final: a renewed card took its place.</summary>
    Superseded,

    /// <summary>Final.</summary>
    Expired,

    /// <summary>Final.</summary>
    ClosedDeceased,
}
