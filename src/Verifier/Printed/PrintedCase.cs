using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Formats.Printed;

namespace IdentityPlatform.Verifier.Printed;

/// <summary>
/// One printed code under check: what was given, and what the checks so far have established. To ask for what no check has
/// established yet is a fault of the plan's order, and throws.
/// </summary>
internal sealed record PrintedCase(string Text, IReadOnlyList<string> Types, Policy Policy, Trust Trust, DateTimeOffset Now)
{
    /// <summary>From Format.</summary>
    public PrintedCode Code { get => field ?? throw OutOfOrder(); init; }

    /// <summary>From IssuerTrust: the key whose signature counts.</summary>
    public VerificationKey Signer { get => field ?? throw OutOfOrder(); init; }

    /// <summary>From IssuerTrust: who that key belongs to.</summary>
    public string SignerName { get => field ?? throw OutOfOrder(); init; }

    /// <summary>From IssuerSignature.</summary>
    public VerifiedPrintedCode Verified { get => field ?? throw OutOfOrder(); init; }

    /// <summary>Redacted: the code is personal.</summary>
    public override string ToString() => nameof(PrintedCase);

    private static InvalidOperationException OutOfOrder() => new("The plan asks for what no check has established yet.");
}
