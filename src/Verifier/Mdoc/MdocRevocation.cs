using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Status;
using IdentityPlatform.Verifier.Checks;
using Step = IdentityPlatform.Verifier.Checks.Step<IdentityPlatform.Verifier.Mdoc.MdocCase>;

namespace IdentityPlatform.Verifier.Mdoc;

/// <summary>A held status list says that the document is valid (Token Status List §8.3).</summary>
internal static class MdocRevocation
{
    public static Step Check(MdocCase c) =>
        HeldStatus.Check(c, c.Signed.Mso.Status is { } status ? StatusReference.Parse(status) : default(Parsed<StatusReference>?), c.Policy, c.Trust, c.Now);
}
