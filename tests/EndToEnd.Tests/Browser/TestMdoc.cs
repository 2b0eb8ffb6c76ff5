using System.Security.Cryptography;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Formats.Mdoc;
using IdentityPlatform.Verifier.Testing;

namespace IdentityPlatform.EndToEnd.Tests.Browser;

/// <summary>Mdocs of a test issuer, as a wallet takes them.</summary>
internal static class TestMdoc
{
    /// <summary>A document with this content, bound to a key, as base64url.</summary>
    public static string Issue(TestIssuer issuer, MdocContent content, ECDsa key)
    {
        var validity = new MdocValidity(issuer.Now.AddDays(-1), issuer.Now.AddDays(-1), issuer.Now.AddDays(80));
        return Base64UrlText.Encode(MdocWriter.Issue(issuer.Signer, content, Jwk.Of(key), validity, RandomNumberGenerator.Fill, (TestIssuer.StatusUri, TestIssuer.StatusIndex)));
    }
}
