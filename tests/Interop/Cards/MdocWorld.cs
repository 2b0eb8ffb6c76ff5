using System.Security.Cryptography;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Cose;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Formats.Mdoc;
using IdentityPlatform.Formats.Status;
using IdentityPlatform.Verifier;
using IdentityPlatform.Verifier.Bundle;
using IdentityPlatform.Verifier.Presentation;

namespace IdentityPlatform.Interop.Cards;

/// <summary>An issuer of mdocs, its authority, a holder and a reader, without any server.</summary>
internal sealed class MdocWorld : IDisposable
{
    public const string DocType = "org.example.membership.1";
    public const string Iso = "org.iso.23220.1";
    public const string ClientId = "x509_hash:door";
    public const string StatusUri = "https://club.example.org/status/1";
    public const string Nonce = "bm9uY2Utb2YtdGhpcy1yZXF1ZXN0";
    public const string ResponseUri = "https://door.example.org/response";

    public MdocWorld() => (Signer, SignerKey) = Authority.Certify("https://club.example.org");

    public TestAuthority Authority { get; } = new("Club authority, C=RU");

    public SigningKey Signer { get; }

    public ECDsa SignerKey { get; }

    public ECDsa Holder { get; } = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    /// <summary>The transcript of the request that the door made.</summary>
    public static SessionTranscript Transcript { get; } = SessionTranscript.ForOpenId4Vp(ClientId, Nonce, null, ResponseUri);

    /// <summary>A card as <c>Formats</c> mints it.</summary>
    public byte[] IssueHere(DateTimeOffset now) => MdocWriter.Issue(
        Signer,
        new MdocContent(DocType)
            .Add(Iso, "family_name", CborValue.Of("Щеглова"))
            .Add(Iso, "birth_date", CborValue.Of(new DateOnly(2009, 5, 26)))
            .Add(Iso, "age_over_18", CborValue.Of(false))
            .Add(DocType, "account", CborValue.Map(("sub", CborValue.Of("pairwise"))))
            .WithDecoys(Iso, 3),
        Jwk.Of(Holder),
        new(now.AddHours(-1), now.AddHours(-1), now.AddDays(30)),
        RandomNumberGenerator.Fill,
        (StatusUri, 5));

    /// <summary>The verdict of our verifier that trusts the authority and asked for these elements.</summary>
    public VerificationResult Verify(byte[] presentation, DateTimeOffset now, params IEnumerable<string> asked)
    {
        var expectation = new Expectation
        {
            Query = asked.Aggregate(CredentialQuery.OfDocType("card", DocType), (query, element) => query.Asking(Iso, element)),
            Nonce = Nonce,
            Audience = ClientId,
            Transcript = Transcript,
        };
        return CredentialVerifier.Verify(Base64UrlText.Encode(presentation), expectation, Policy.Haip, Trust(now), now);
    }

    /// <summary>The presentation with one text in it replaced by another of the same length.</summary>
    public static byte[] Altered(byte[] presentation, string text, string other)
    {
        var (found, replacement) = (System.Text.Encoding.UTF8.GetBytes(text), System.Text.Encoding.UTF8.GetBytes(other));
        var at = presentation.AsSpan().IndexOf(found);
        Assert.True(at > 0 && found.Length == replacement.Length);
        var altered = presentation.ToArray();
        replacement.CopyTo(altered, at);
        return altered;
    }

    public void Dispose()
    {
        Authority.Dispose();
        Signer.Dispose();
        Holder.Dispose();
    }

    private Trust Trust(DateTimeOffset now)
    {
        using var root = SigningKey.From(ECDsa.Create(ECCurve.NamedCurves.nistP256));
        var content = new BundleContent
        {
            Version = 1,
            IssuedAt = now.AddDays(-1),
            Anchors = [new() { Certificate = Authority.Certificate, Roles = [AnchorRole.Credentials, AnchorRole.Status], Types = [DocType] }],
            Denied = [],
            Types = new Dictionary<string, System.Text.Json.JsonElement>(),
            Regions = new Dictionary<string, int>(),
            BundleMaxAge = TimeSpan.FromDays(30),
            StatusMaxAge = TimeSpan.FromDays(7),
        };
        var list = StatusListToken.Write(Signer, StatusUri, StatusList.Empty(64), now.AddHours(-1), now.AddDays(1), TimeSpan.FromHours(12));
        return Verifier.Trust.From(OfflineBundle.Parse(BundleWriter.Write(content, root, [list]), root.PublicKey).OrThrow());
    }
}
