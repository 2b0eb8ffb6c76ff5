using System.Collections.Frozen;

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

/// <summary>Why a card is suspended.</summary>
public enum SuspensionReason
{
    None,

    /// <summary>The holder reported it lost: 30 days.</summary>
    Loss,

    /// <summary>Two officers suspect fraud: 14 days, then the card is active again by itself.</summary>
    Fraud,
}

/// <summary>Words for the database and for answers.</summary>
public static class CardWords
{
    private static readonly FrozenDictionary<CardState, string> States = new Dictionary<CardState, string>
    {
        [CardState.Approved] = "approved",
        [CardState.Offered] = "offered",
        [CardState.Active] = "active",
        [CardState.Suspended] = "suspended",
        [CardState.Revoked] = "revoked",
        [CardState.Superseded] = "superseded",
        [CardState.Expired] = "expired",
        [CardState.ClosedDeceased] = "closed-deceased",
    }.ToFrozenDictionary();

    /// <summary>The word.</summary>
    public static string Word(this CardState state) => States[state];

    /// <summary>The state of a word; None when it is no state's.</summary>
    public static CardState Find(string? word) => States.FirstOrDefault(pair => pair.Value == word).Key;

    /// <summary>The word of a reason; null for None.</summary>
    public static string? Word(this SuspensionReason reason) => reason switch
    {
        SuspensionReason.Loss => "loss",
        SuspensionReason.Fraud => "fraud",
        SuspensionReason.None => null,
        _ => throw new ArgumentOutOfRangeException(nameof(reason)),
    };

    /// <summary>The reason of a word; None when it is no reason's.</summary>
    public static SuspensionReason FindReason(string? word) =>
        word == "loss" ? SuspensionReason.Loss : word == "fraud" ? SuspensionReason.Fraud : SuspensionReason.None;
}
