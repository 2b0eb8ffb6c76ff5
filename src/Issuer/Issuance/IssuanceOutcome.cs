using IdentityPlatform.Issuer.Status;

namespace IdentityPlatform.Issuer.Issuance;

/// <summary>What an accepted request brings (OpenID4VCI 1.0 §8.3): credentials now, or a promise. Closed.</summary>
public abstract class IssuanceOutcome
{
    private IssuanceOutcome()
    {
    }

    /// <summary>Takes one of the two ways.</summary>
    public T Match<T>(Func<Issued, T> issued, Func<Deferred, T> deferred) => this switch
    {
        Issued way => issued(way),
        Deferred way => deferred(way),
        _ => throw new InvalidOperationException("closed"),
    };

    /// <summary>The copies, one for each proved key.</summary>
    public sealed class Issued(IReadOnlyList<string> credentials, string notificationId) : IssuanceOutcome
    {
        public IReadOnlyList<string> Credentials { get; } = credentials;

        /// <summary>By which the wallet says what became of them (§11).</summary>
        public string NotificationId { get; } = notificationId;
    }

    /// <summary>They come later (§9).</summary>
    public sealed class Deferred(string transactionId, TimeSpan interval) : IssuanceOutcome
    {
        public string TransactionId { get; } = transactionId;

        /// <summary>How long the wallet waits before it asks.</summary>
        public TimeSpan Interval { get; } = interval;
    }
}

/// <summary>Status entries that copies will have, recorded as the card's: so that a second try uses them, and none is lost.</summary>
/// <param name="BatchId">Their record.</param>
/// <param name="Indices">One for each copy.</param>
/// <param name="Validity">The days for which they were recorded.</param>
public sealed record Reservation(string BatchId, IReadOnlyList<StatusIndex> Indices, CopyValidity Validity);
