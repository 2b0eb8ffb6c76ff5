namespace IdentityPlatform.Verifier.Testing;

/// <summary>A presentation, and its check.</summary>
public sealed class TestCase
{
    private readonly Func<VerificationResult> _verify;

    internal TestCase(string presentation, Trust trust, Func<VerificationResult> verify) => (Presentation, Trust, _verify) = (presentation, trust, verify);

    /// <summary>The presentation as a verifier receives it: an SD-JWT, a device response in base64url, or the text of a printed code.</summary>
    public string Presentation { get; }

    /// <summary>What the verifier trusts in this case.</summary>
    public Trust Trust { get; }

    /// <summary>The verdict on it, under the policy and at the time of this case.</summary>
    public VerificationResult Verify() => _verify();

    /// <summary>Redacted.</summary>
    public override string ToString() => "test case";
}
