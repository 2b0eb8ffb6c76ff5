using System.Text;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.SdJwt;
using Step = IdentityPlatform.Verifier.Checks.Step<IdentityPlatform.Verifier.SdJwt.SdJwtCase>;

namespace IdentityPlatform.Verifier.SdJwt;

/// <summary>The presentation is an SD-JWT in compact form (RFC 9901 §4), or in its JSON serialisation (RFC 9901 §8).</summary>
internal static class SdJwtFormat
{
    public static Step Check(SdJwtCase c) => Parse(c.Presented, c.Json).Failed(out var failure, out var token)
        ? new Failure.Malformed(failure.Rule, failure.Fact)
        : Step.Passed(c.With(token));

    // No base64url text begins with a brace.
    private static Parsed<SignedSdJwt> Parse(string presented, PooledJson json) =>
        presented.StartsWith('{') ? SignedSdJwt.ParseJson(Encoding.UTF8.GetBytes(presented)) : SignedSdJwt.Parse(presented, json);
}
