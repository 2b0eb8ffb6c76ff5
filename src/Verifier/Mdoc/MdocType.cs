using Step = IdentityPlatform.Verifier.Checks.Step<IdentityPlatform.Verifier.Mdoc.MdocCase>;

namespace IdentityPlatform.Verifier.Mdoc;

/// <summary>The document is of the type that was asked for. That the device names the type that the issuer signed was seen when it was read.</summary>
internal static class MdocType
{
    public static Step Check(MdocCase c)
    {
        var type = c.Signed.Mso.DocType;
        return c.Expectation.Query.Types.Contains(type, StringComparer.Ordinal) ? Step.Passed(c) : new Failure.UnexpectedType(type, c.Expectation.Query.Types);
    }
}
