using System.Security.Cryptography;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Formats.Mdoc;
using Step = IdentityPlatform.Verifier.Checks.Step<IdentityPlatform.Verifier.Mdoc.MdocCase>;

namespace IdentityPlatform.Verifier.Mdoc;

/// <summary>
/// The device key signed this presentation, for this verifier and this request (ISO/IEC 18013-5 §9.1.3.4, OpenID4VP §B.2.5).
/// An mdoc cannot be presented without it, so it is checked whatever the policy asks for. The transcript holds audience and nonce:
/// an answer to another request is no more than a signature that does not verify.
/// </summary>
internal static class MdocHolderBinding
{
    public static Step Check(MdocCase c)
    {
        if (c.Document.DeviceSigned.Signature is not { } signature)
        {
            // OpenID4VP §B.2.5: a MAC needs a key agreement with the reader, which only a meeting face to face offers.
            return c.Expectation.ReaderKey is { } reader ? CheckMac(c, reader) : new Failure.HolderAlgorithmNotAllowed("HMAC 256/256");
        }

        if (!c.Policy.Algorithms.Contains(signature.Algorithm))
        {
            return new Failure.HolderAlgorithmNotAllowed(signature.Algorithm.Name());
        }

        if (VerificationKey.Import(c.Signed.Mso.Device.Key).Failed(out var unusable, out var key))
        {
            return new Failure.HolderKeyUnusable(unusable.Rule, unusable.Fact);
        }

        using (key)
        {
            return c.Document.DeviceSigned.Verify(key, c.Document.DocType, c.Transcript, signature.Algorithm).Failed(out _, out var said)
                ? new Failure.HolderSignatureInvalid()
                : CheckStatements(c, said);
        }
    }

    private static Step CheckMac(MdocCase c, ECDiffieHellman reader)
    {
        if (DeviceMacKey.Derive(reader, c.Signed.Mso.Device.Key, c.Transcript).Failed(out var unusable, out var key))
        {
            return new Failure.HolderKeyUnusable(unusable.Rule, unusable.Fact);
        }

        var isValid = c.Document.DeviceSigned.VerifyMac(key, c.Document.DocType, c.Transcript).Succeeded(out var said, out _);
        CryptographicOperations.ZeroMemory(key);
        return isValid ? CheckStatements(c, said!) : new Failure.HolderSignatureInvalid();
    }

    // OpenID4VP §B.2.1: what the holder confirms stands among the device's own elements, to which the issuer has agreed (ISO/IEC 18013-5 §9.1.2.4).
    private static Step CheckStatements(MdocCase c, VerifiedDeviceSigned said)
    {
        foreach (var expected in c.Expectation.DeviceStatements)
        {
            if (said.Elements.Find(expected.NameSpace, expected.Element) is not { } value || !value.Encoded.Span.SequenceEqual(expected.Value.Encoded.Span)
                || !c.Signed.Mso.Device.MaySign(expected.NameSpace, expected.Element))
            {
                return new Failure.TransactionDataMismatch();
            }
        }

        return Step.Passed(c);
    }
}
