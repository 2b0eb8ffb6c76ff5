using System.Security.Cryptography;
using System.Text;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Jose;

namespace IdentityPlatform.Hosting.Passkeys;

/// <summary>
/// A WebAuthn assertion as evidence of a decision: its challenge is the hash of what was decided, and it can be checked
/// again years later from the stored key alone. Pure: no store, no clock, no request.
/// </summary>
public static class AssertionEvidence
{
    /// <summary>Checks a stored assertion (WebAuthn §7.2, steps 7 to 21) made with user presence and user verification.</summary>
    /// <param name="cosePublicKey">The key that was registered.</param>
    /// <param name="credentialJson">The <c>AuthenticationResponseJSON</c> as the browser sent it.</param>
    /// <param name="expectedChallenge">The hash of the decision.</param>
    /// <param name="rpId">The relying party id.</param>
    /// <param name="origins">The origins whose pages may ask for decisions.</param>
    public static AssertionVerdict Verify(
        byte[] cosePublicKey, string credentialJson, byte[] expectedChallenge, string rpId, IReadOnlyList<string> origins)
    {
        if (CoseKey.Parse(cosePublicKey).Failed(out _, out var cose))
        {
            return new AssertionVerdict.Invalid(AssertionRule.Key);
        }

        using var key = cose.Key;
        if (ReceivedCredential.ParseAssertion(credentialJson).Failed(out _, out var assertion))
        {
            return new AssertionVerdict.Invalid(AssertionRule.Malformed);
        }

        var broken = BrokenBy(assertion.Client, expectedChallenge, origins)
            ?? BrokenBy(assertion.Authenticator, rpId)
            ?? (IsSigned(cose, assertion) ? (AssertionRule?)null : AssertionRule.Signature);
        return broken is { } rule ? new AssertionVerdict.Invalid(rule) : new AssertionVerdict.Valid(assertion.Authenticator.SignCount);
    }

    /// <summary>The request options for <c>navigator.credentials.get</c> (WebAuthn §5.1.10).</summary>
    public static string OptionsJson(byte[] challenge, string rpId, IReadOnlyList<byte[]> allowCredentials) =>
        Encoding.UTF8.GetString(JsonText.Write(writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("challenge", Base64UrlText.Encode(challenge));
            writer.WriteNumber("timeout", 300_000);
            writer.WriteString("rpId", rpId);
            writer.WriteStartArray("allowCredentials");
            foreach (var id in allowCredentials)
            {
                writer.WriteStartObject();
                writer.WriteString("type", "public-key");
                writer.WriteString("id", Base64UrlText.Encode(id));
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteString("userVerification", "required");
            writer.WriteEndObject();
        }));

    private static AssertionRule? BrokenBy(ClientData client, byte[] expectedChallenge, IReadOnlyList<string> origins) =>
        client.Type != "webauthn.get" ? AssertionRule.Type
        : !client.Challenge.AsSpan().SequenceEqual(expectedChallenge) ? AssertionRule.Challenge
        : !origins.Contains(client.Origin, StringComparer.Ordinal) ? AssertionRule.Origin
        : client.Framed ? AssertionRule.CrossOrigin
        : null;

    private static AssertionRule? BrokenBy(AuthenticatorData data, string rpId) =>
        !data.IsFor(rpId) ? AssertionRule.RelyingParty
        : !data.UserPresent ? AssertionRule.UserPresence
        : !data.UserVerified ? AssertionRule.UserVerification
        : null;

    // WebAuthn §7.2 steps 20 and 21.
    private static bool IsSigned(CoseKey cose, ReceivedCredential assertion)
    {
        byte[] signed = [.. assertion.AuthenticatorBytes, .. SHA256.HashData(assertion.ClientDataJson)];
        var signature = cose.Algorithm == JwsAlgorithm.ES256 ? EcdsaSignature.FromDer(assertion.Signature) : assertion.Signature;
        return signature is not null && cose.Key.Verify(cose.Algorithm, signed, signature);
    }
}
