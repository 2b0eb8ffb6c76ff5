namespace IdentityPlatform.Verifier.Testing;

/// <summary>Every verdict in one line: <c>TestCases.Rejected&lt;Failure.Revoked&gt;(issuer).Verify()</c>.</summary>
public static class TestCases
{
    /// <summary>A presentation that is accepted.</summary>
    public static TestCase Accepted(TestIssuer issuer) => new TestPresentation(issuer).ToCase();

    /// <summary>A presentation that is rejected for this reason.</summary>
    /// <typeparam name="TFailure">A variant of <see cref="Failure"/>.</typeparam>
    public static TestCase Rejected<TFailure>(TestIssuer issuer)
        where TFailure : Failure => Rejected(issuer, typeof(TFailure));

    /// <summary>A presentation that is rejected for this reason.</summary>
    /// <param name="issuer">The issuer.</param>
    /// <param name="failure">A variant of <see cref="Failure"/>.</param>
    /// <exception cref="ArgumentException">It is none.</exception>
    public static TestCase Rejected(TestIssuer issuer, Type failure)
    {
        if (Changes.Of.TryGetValue(failure, out var change))
        {
            var presentation = new TestPresentation(issuer);
            change(presentation);
            return presentation.ToCase();
        }

        return OtherFormats.Of.TryGetValue(failure, out var make) ? make(issuer) : throw new ArgumentException($"{failure} is no variant of Failure.", nameof(failure));
    }
}
