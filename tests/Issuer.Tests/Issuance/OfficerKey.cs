using System.Security.Cryptography;
using System.Text;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Issuer.Desk;
using IdentityPlatform.Issuer.Issuance;
using IdentityPlatform.Issuer.Officers;

namespace IdentityPlatform.Issuer.Tests.Issuance;

/// <summary>An officer with a passkey: decides by a WebAuthn assertion over the decision (WebAuthn §7.2), as a browser would send it.</summary>
internal sealed class OfficerKey(string id, OfficerRole role)
{
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly string _credentialId = Base64UrlText.Encode(RandomNumberGenerator.GetBytes(16));

    public string RosterEntry(SigningKey rosterKey, DateTimeOffset from) =>
        IdentityPlatform.Issuer.Officers.RosterEntry.Of(id, "card", role, "centre-1", _credentialId, Cose(), from).Sign(rosterKey);

    public StoredDecision Decide(string application, DecisionKind kind, PersonClaims claims, DateTimeOffset now, SigningKey rosterKey)
    {
        var document = DecisionDocument.Of(application, "card", ["compatriot-card"], kind, RefusalGround.None, id, claims.Commitment(), SHA256.HashData("proofing"u8), now);
        return new StoredDecision(document.ToBytes(), Assert(document.Challenge()), RosterEntry(rosterKey, now.AddDays(-1)));
    }

    // RFC 9053 §7.1.1: {kty: EC2, alg: ES256, crv: P-256, x, y}.
    private byte[] Cose()
    {
        var point = _key.ExportParameters(false).Q;
        return [0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20, .. point.X!, 0x22, 0x58, 0x20, .. point.Y!];
    }

    private string Assert(byte[] challenge)
    {
        var client = Encoding.UTF8.GetBytes(
            $$"""{"type":"webauthn.get","challenge":"{{Base64UrlText.Encode(challenge)}}","origin":"{{IssuerHost.Url}}","crossOrigin":false}""");
        byte[] authenticator = [.. SHA256.HashData("localhost"u8), 0x05, 0, 0, 0, 1];
        var signature = _key.SignData([.. authenticator, .. SHA256.HashData(client)], HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        return $$$"""
            {"id":"{{{_credentialId}}}","rawId":"{{{_credentialId}}}","type":"public-key","clientExtensionResults":{},"response":{"clientDataJSON":"{{{Base64UrlText.Encode(client)}}}","authenticatorData":"{{{Base64UrlText.Encode(authenticator)}}}","signature":"{{{Base64UrlText.Encode(signature)}}}","userHandle":null}}
            """;
    }
}
