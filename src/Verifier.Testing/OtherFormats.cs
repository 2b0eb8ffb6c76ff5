using System.Security.Cryptography;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Cose;
using IdentityPlatform.Formats.Mdoc;
using IdentityPlatform.Formats.Printed;
using IdentityPlatform.Verifier.Presentation;

namespace IdentityPlatform.Verifier.Testing;

/// <summary>The failures that only an mdoc or a printed code can have.</summary>
internal static class OtherFormats
{
    public static IReadOnlyDictionary<Type, Func<TestIssuer, TestCase>> Of { get; } = new Dictionary<Type, Func<TestIssuer, TestCase>>
    {
        [typeof(Failure.SignedOutsideCertificate)] = issuer => Mdoc(issuer, signedAt: issuer.Now.AddYears(-2)),
        [typeof(Failure.NotHolderBound)] = Paper,
    };

    private static TestCase Mdoc(TestIssuer issuer, DateTimeOffset signedAt)
    {
        var transcript = SessionTranscript.ForOpenId4Vp(TestPresentation.Audience, TestPresentation.Nonce, null, "https://verifier.test.example");
        var issued = MdocWriter.Issue(
            issuer.Signer,
            new MdocContent(TestIssuer.DocType).Add(TestIssuer.NameSpace, "age_over_18", CborValue.Of(true)),
            issuer.Holder.PublicKey,
            new MdocValidity(signedAt, signedAt, issuer.Now.AddDays(80)),
            RandomNumberGenerator.Fill,
            (TestIssuer.StatusUri, TestIssuer.StatusIndex));
        var presented = Base64UrlText.Encode(HeldMdoc.Parse(issued).OrThrow().Present([(TestIssuer.NameSpace, "age_over_18")], issuer.Holder, transcript));
        var expectation = new Expectation
        {
            Query = CredentialQuery.OfDocType("card", TestIssuer.DocType).Asking(TestIssuer.NameSpace, "age_over_18"),
            Nonce = TestPresentation.Nonce,
            Audience = TestPresentation.Audience,
            Transcript = transcript,
        };
        var trust = issuer.Trust();
        return new TestCase(presented, trust, () => CredentialVerifier.Verify(presented, expectation, Policy.Haip, trust, issuer.Now));
    }

    private static TestCase Paper(TestIssuer issuer)
    {
        var text = PrintedCode.Issue(issuer.Signer, new PrintedContent
        {
            Issuer = TestIssuer.Name,
            Type = TestIssuer.CardType,
            ValidFrom = issuer.Now.AddDays(-10),
            ValidUntil = issuer.Now.AddDays(80),
            Photograph = new byte[] { 0xFF, 0xD8, 0xFF },
            Claims = [("age_over_18", CborValue.Of(true))],
            Status = (TestIssuer.StatusUri, TestIssuer.StatusIndex),
        });
        var trust = issuer.Trust();
        return new TestCase(text, trust, () => CredentialVerifier.VerifyPrinted(text, [TestIssuer.CardType], Policy.Haip, trust, issuer.Now));
    }
}
