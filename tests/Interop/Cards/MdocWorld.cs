using System.Security.Cryptography;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Cose;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Formats.Mdoc;

namespace IdentityPlatform.Interop.Cards;

/// <summary>An issuer of mdocs, its authority, a holder and a reader, without any server.</summary>
internal sealed class MdocWorld : IDisposable
{
    public const string DocType = "org.example.membership.1";
    public const string Iso = "org.iso.23220.1";
    public const string ClientId = "x509_hash:door";
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
        ("https://club.example.org/status/1", 5));

    /// <summary>What our reader makes of a presentation: each of its checks, in their order.</summary>
    public Parsed<MdocElements> Verify(byte[] presentation)
    {
        if (DeviceResponse.Parse(presentation).Failed(out var failure, out var response))
        {
            return failure;
        }

        var document = Assert.Single(response.Documents);
        using var signer = VerificationKey.Import(Signer.PublicKey).OrThrow();
        if (document.IssuerSigned.Verify(signer, JwsAlgorithm.ES256).Failed(out failure, out var verified) || verified.Elements().Failed(out failure, out var elements))
        {
            return failure;
        }

        using var device = VerificationKey.Import(verified.Mso.Device.Key).OrThrow();
        return document.DeviceSigned.Verify(device, document.DocType, Transcript, JwsAlgorithm.ES256).Failed(out failure, out _) ? failure : elements;
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
}
