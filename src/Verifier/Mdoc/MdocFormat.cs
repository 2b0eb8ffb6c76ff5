using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Mdoc;
using Step = IdentityPlatform.Verifier.Checks.Step<IdentityPlatform.Verifier.Mdoc.MdocCase>;

namespace IdentityPlatform.Verifier.Mdoc;

/// <summary>The presentation is base64url of a device response without error, with one document (OpenID4VP §B.2, HAIP §5.3.1).</summary>
internal static class MdocFormat
{
    public static Step Check(MdocCase c)
    {
        if (Base64UrlText.Parse(c.Presented, "the presentation").Failed(out var failure, out var bytes)
            || DeviceResponse.Parse(bytes).Failed(out failure, out var response))
        {
            return new Failure.Malformed(failure.Rule, failure.Fact);
        }

        return response is { Status: 0, Documents: [var document] }
            ? Step.Passed(c with { Document = document })
            : new Failure.Malformed(FormatRule.Structure, "a presentation is one document, and no error of the device");
    }
}
