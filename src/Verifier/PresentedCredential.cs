namespace IdentityPlatform.Verifier;

/// <summary>One presentation of a batch: what was received, what it has to answer, and when it came.</summary>
public sealed class PresentedCredential
{
    /// <summary>The presentation as received, never validated before.</summary>
    public required string Presentation { get; init; }

    /// <summary>What was asked for, with the values that bind the answer to this request.</summary>
    public required Expectation Expectation { get; init; }

    /// <summary>The time of the check: for a queue, when the presentation came.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Redacted: a presentation is personal.</summary>
    public override string ToString() => $"presentation for {Expectation.Query.Id}";
}
