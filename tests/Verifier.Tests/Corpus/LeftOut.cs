using System.Reflection;
using System.Text.Json.Nodes;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Formats.Mdoc;
using IdentityPlatform.Formats.SdJwt;
using IdentityPlatform.Formats.Trust;
using IdentityPlatform.Verifier.Mdoc;
using IdentityPlatform.Verifier.SdJwt;
using IdentityPlatform.Verifier.Tests.Scenarios;
using Case = IdentityPlatform.Verifier.SdJwt.SdJwtCase;
using MdocStep = IdentityPlatform.Verifier.Checks.Step<IdentityPlatform.Verifier.Mdoc.MdocCase>;
using SdJwtStep = IdentityPlatform.Verifier.Checks.Step<IdentityPlatform.Verifier.SdJwt.SdJwtCase>;

namespace IdentityPlatform.Verifier.Tests.Corpus;

/// <summary>
/// Judges a presentation of the corpus by a plan in which one check is left out: in its place stands one that refuses nothing, and
/// gives those behind it what they need, as nearly as it can be had without checking. What only a check can make (a verified JWT) is
/// made here past its constructor: the product has no way to do this.
/// </summary>
internal static class LeftOut
{
    private static readonly VerificationKey NobodysKey = VerificationKey.Import(TestPki.OtherHolder.PublicKey).OrThrow();

    public static Outcome Judge(string family, JsonObject json, Check check)
    {
        var (presented, expectation, trust, now) = CorpusJudge.Presented(family, json);
        if (family == "mdoc")
        {
            return CorpusJudge.Of(MdocPlan.Checks.With(check, c => LeaveOut(c, check)).Run(MdocCase.Of(presented, expectation, Policy.Haip, trust, now)));
        }

        using var start = new Case(presented, expectation, Policy.Haip, trust, now);
        return CorpusJudge.Of(SdJwtPlan.Checks.With(check, c => LeaveOut(c, check)).Run(start));
    }

    private static SdJwtStep LeaveOut(Case c, Check check) => SdJwtStep.Passed(check switch
    {
        Check.IssuerTrust => c.With(SignerOf(X5c.Parse(c.Token.IssuerJwt.Header)), "whoever"),
        Check.IssuerSignature => c.With(Made<VerifiedJwt>(c.Token.IssuerJwt)),
        Check.Integrity => c.With(c.Token.Process(c.SignedClaims).Succeeded(out var claims, out _) ? claims : Made<DisclosedClaims>(c.SignedClaims, Array.Empty<ClaimPath>())),
        Check.Format or Check.Type or Check.Validity or Check.HolderBinding or Check.Revocation or Check.Request => c,
        _ => throw new ArgumentOutOfRangeException(nameof(check)),
    });

    private static MdocStep LeaveOut(MdocCase c, Check check) => MdocStep.Passed(check switch
    {
        Check.IssuerTrust => c with { Signer = Signer(c.Document.IssuerSigned.IssuerAuth.Certificates()) },
        Check.IssuerSignature => c with { Signed = Made<VerifiedIssuerSigned>(c.Document.IssuerSigned) },
        Check.Integrity => c with { Claims = MdocClaims.Of(Made<MdocElements>(c.Document.IssuerSigned.Items)) },
        Check.Format or Check.Type or Check.Validity or Check.HolderBinding or Check.Revocation or Check.Request => c,
        _ => throw new ArgumentOutOfRangeException(nameof(check)),
    });

    private static VerificationKey SignerOf(Formats.Parsed<X5cChain> chain) => chain.Succeeded(out var read, out _) ? VerificationKey.Of(read.Leaf).OrThrow() : NobodysKey;

    private static MdocSigner Signer(Formats.Parsed<X5cChain> chain) => chain.Succeeded(out var read, out _)
        ? new(SignerOf(chain), "whoever", read.Leaf.NotBefore, read.Leaf.NotAfter)
        : new(SignerOf(chain), "whoever", null, null);

    private static T Made<T>(params object[] values)
        where T : class => (T)Activator.CreateInstance(typeof(T), BindingFlags.Instance | BindingFlags.NonPublic, null, values, null)!;
}
