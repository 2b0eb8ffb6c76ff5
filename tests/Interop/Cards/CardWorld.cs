using System.Security.Cryptography;
using System.Text.Json;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Formats.SdJwt;
using IdentityPlatform.Formats.Status;
using IdentityPlatform.Verifier;
using IdentityPlatform.Verifier.Bundle;
using IdentityPlatform.Verifier.Presentation;

namespace IdentityPlatform.Interop.Cards;

/// <summary>An issuer, its authority, a holder and a verifier that share one type of card, without any server.</summary>
internal sealed class CardWorld : IDisposable
{
    public const string Issuer = "https://club.example.org";
    public const string Type = "https://club.example.org/vct/membership/1";
    public const string StatusUri = "https://club.example.org/status/1";
    public const string Audience = "x509_hash:door";
    public const string Nonce = "bm9uY2Utb2YtdGhpcy1yZXF1ZXN0";
    public const int Index = 5;

    public CardWorld() => (Signer, SignerKey) = Authority.Certify(Issuer);

    public TestAuthority Authority { get; } = new("Club authority");

    /// <summary>Signs cards and status lists.</summary>
    public SigningKey Signer { get; }

    public ECDsa SignerKey { get; }

    public ECDsa Holder { get; } = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public Expectation Expectation { get; } = new()
    {
        Query = CredentialQuery.OfType("card", Type).Asking("age_equal_or_over", "18"),
        Nonce = Nonce,
        Audience = Audience,
    };

    /// <summary>A card as <c>Formats</c> mints it.</summary>
    public string IssueHere(DateTimeOffset now) => SdJwtWriter.Issue(Signer, "dc+sd-jwt", new SdObject()
        .Plain("iss", SdValue.Of(Issuer))
        .Plain("vct", SdValue.Of(Type))
        .Plain("iat", SdValue.Of(now.ToUnixTimeSeconds()))
        .Plain("exp", SdValue.Of(now.AddDays(30).ToUnixTimeSeconds()))
        .Plain("cnf", new SdObject().Plain("jwk", SdValue.Of(JsonElement.Parse(Jwk.Of(Holder).ToJson()))))
        .Plain("status", new SdObject().Plain("status_list", new SdObject().Plain("idx", SdValue.Of(Index)).Plain("uri", SdValue.Of(StatusUri))))
        .Disclosable("family_name", SdValue.Of("Щеглова"))
        .Disclosable("nationalities", new SdArray().Disclosable(SdValue.Of("AM")).Plain(SdValue.Of("RU")))
        .Disclosable("age_equal_or_over", new SdObject().Disclosable("18", SdValue.Of(true)).Disclosable("65", SdValue.Of(false))), RandomNumberGenerator.Fill, decoys: 3);

    /// <summary>A status list that says one thing of the card.</summary>
    public string StatusHere(int status, DateTimeOffset now) =>
        StatusListToken.Write(Signer, StatusUri, StatusList.Empty(64, bits: 2).With(Index, status), now.AddHours(-1), now.AddDays(1), TimeSpan.FromHours(12));

    /// <summary>The verdict of our verifier that trusts the authority, with its HAIP policy.</summary>
    public VerificationResult Verify(string presentation, DateTimeOffset now, params string[] statusLists) =>
        CredentialVerifier.Verify(presentation, Expectation, Policy.Haip, Trust(now, statusLists), now);

    public void Dispose()
    {
        Authority.Dispose();
        Signer.Dispose();
        Holder.Dispose();
    }

    private Trust Trust(DateTimeOffset now, IReadOnlyList<string> statusLists)
    {
        using var root = SigningKey.From(ECDsa.Create(ECCurve.NamedCurves.nistP256));
        var content = new BundleContent
        {
            Version = 1,
            IssuedAt = now.AddDays(-1),
            Anchors = [new() { Certificate = Authority.Certificate, Roles = [AnchorRole.Credentials, AnchorRole.Status], Types = [Type] }],
            Denied = [],
            Types = new Dictionary<string, JsonElement>(),
            Regions = new Dictionary<string, int>(),
            BundleMaxAge = TimeSpan.FromDays(30),
            StatusMaxAge = TimeSpan.FromDays(7),
        };
        return Verifier.Trust.From(OfflineBundle.Parse(BundleWriter.Write(content, root, statusLists), root.PublicKey).OrThrow());
    }
}
