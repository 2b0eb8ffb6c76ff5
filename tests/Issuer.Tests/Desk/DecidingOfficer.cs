using System.Security.Cryptography;
using System.Text;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Issuer.Desk;
using IdentityPlatform.Issuer.Events;
using IdentityPlatform.Issuer.Issuance;
using IdentityPlatform.Issuer.Officers;
using IdentityPlatform.Issuer.Patents;

namespace IdentityPlatform.Issuer.Tests.Desk;

/// <summary>An officer's passkey with every knob that an attacker would turn.</summary>
internal sealed class DecidingOfficer(string id, OfficerRole role)
{
    private ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private string _credentialId = Base64UrlText.Encode(RandomNumberGenerator.GetBytes(16));

    public static byte[] Proofing { get; } = SHA256.HashData("proofing"u8);

    /// <summary>The same passkey under another role or name.</summary>
    public DecidingOfficer As(OfficerRole other, string? name = null) => new(name ?? id, other) { _key = _key, _credentialId = _credentialId };

    public string Entry(SigningKey roster, string deployment = "card") =>
        RosterEntry.Of(id, deployment, role, "yerevan", _credentialId, Cose(), TestCase.Now.AddDays(-30)).Sign(roster);

    public StoredDecision Decide(
        DecisionKind kind,
        PersonClaims claims,
        DateTimeOffset at,
        SigningKey roster,
        string origin = "http://localhost:5102",
        string rpId = "localhost",
        byte flags = 0x05,
        byte[]? proofing = null,
        string application = "case",
        string type = "compatriot-card",
        string deployment = "card")
    {
        var ground = kind is DecisionKind.Refuse or DecisionKind.RecommendRefusal ? RefusalGround.IdentityNotProved : RefusalGround.None;
        var document = DecisionDocument.Of(application, deployment, [type], kind, ground, id, claims.Commitment(), proofing ?? Proofing, at);
        return new StoredDecision(document.ToBytes(), Assert(document.Challenge(), origin, rpId, flags), Entry(roster, deployment));
    }

    /// <summary>A decision about an event.</summary>
    public StoredDecision DecideEvent(DecisionKind kind, EventFacts facts, DateTimeOffset at, SigningKey roster, string deployment = "events", string type = "event-admission") =>
        Decide(DecisionDocument.About(DecisionSubject.Event, facts.Id, deployment, [type], kind, id, facts.Commitment(), at), roster);

    /// <summary>A decision about an agreement of regions.</summary>
    public StoredDecision DecideAgreement(DecisionKind kind, AgreementTerms terms, DateTimeOffset at, SigningKey roster, string deployment = "patent", string type = "work-patent") =>
        Decide(DecisionDocument.About(DecisionSubject.Agreement, terms.Id, deployment, [type], kind, id, terms.Commitment(), at), roster);

    /// <summary>Any decision.</summary>
    public StoredDecision Decide(DecisionDocument document, SigningKey roster) =>
        new(document.ToBytes(), Assert(document.Challenge(), "http://localhost:5102", "localhost", 0x05), Entry(roster, document.Deployment));

    // RFC 9053 §7.1.1: kty EC2, alg ES256, crv P-256, x, y.
    private byte[] Cose()
    {
        var point = _key.ExportParameters(false).Q;
        return [0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20, .. point.X!, 0x22, 0x58, 0x20, .. point.Y!];
    }

    private string Assert(byte[] challenge, string origin, string rpId, byte flags)
    {
        var client = Encoding.UTF8.GetBytes($$"""{"type":"webauthn.get","challenge":"{{Base64UrlText.Encode(challenge)}}","origin":"{{origin}}","crossOrigin":false}""");
        byte[] data = [.. SHA256.HashData(Encoding.UTF8.GetBytes(rpId)), flags, 0, 0, 0, 0];
        var signature = _key.SignData([.. data, .. SHA256.HashData(client)], HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        return Encoding.UTF8.GetString(JsonText.Write(writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("id", _credentialId);
            writer.WriteString("rawId", _credentialId);
            writer.WriteString("type", "public-key");
            writer.WriteStartObject("clientExtensionResults");
            writer.WriteEndObject();
            writer.WriteStartObject("response");
            writer.WriteString("clientDataJSON", Base64UrlText.Encode(client));
            writer.WriteString("authenticatorData", Base64UrlText.Encode(data));
            writer.WriteString("signature", Base64UrlText.Encode(signature));
            writer.WriteEndObject();
            writer.WriteEndObject();
        }));
    }
}
