namespace IdentityPlatform.Issuer.Patents;

/// <summary>What the treasury hears about a payment. Closed.</summary>
public abstract record PaymentAnswer
{
    private PaymentAnswer()
    {
    }

    /// <summary>It was counted, now or before: the same payment told again changes nothing.</summary>
    public sealed record Counted : PaymentAnswer;

    /// <summary>It pays for nothing, and goes back to the payer.</summary>
    public sealed record Held(HeldReason Reason) : PaymentAnswer;

    /// <summary>No patent has this number.</summary>
    public sealed record UnknownPatent : PaymentAnswer;

    /// <summary>Another payment had this reference.</summary>
    public sealed record ReferenceReused : PaymentAnswer;

    /// <summary>The payment is of a day that has not come.</summary>
    public sealed record NotYet : PaymentAnswer;
}

/// <summary>A row of <c>patent_payments</c>.</summary>
internal sealed class PaymentRow
{
    public const string Columns = "reference_hash AS ReferenceHash, application_id AS ApplicationId, content_hash AS ContentHash, held AS Held, fact AS Fact";

    public const string InsertSql =
        """
        INSERT INTO patent_payments (reference_hash, application_id, person_id, deployment, content_hash, held, ordinal, fact, received_day)
        VALUES (@referenceHash, @applicationId, @personId, @deployment, @contentHash, @held, @ordinal, @fact, @receivedDay)
        ON CONFLICT (reference_hash) DO NOTHING
        """;

    public required string ReferenceHash { get; init; }

    public required string ApplicationId { get; init; }

    public required string ContentHash { get; init; }

    /// <summary>Why it pays for nothing; null where it counted.</summary>
    public string? Held { get; init; }

    /// <summary>The signed fact, as ciphertext under the person's key.</summary>
    public required byte[] Fact { get; init; }

    public PaymentAnswer ToAnswer() => Held is null ? new PaymentAnswer.Counted() : new PaymentAnswer.Held(Enum.Parse<HeldReason>(Held));
}
