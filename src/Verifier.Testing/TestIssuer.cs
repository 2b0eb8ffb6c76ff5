using System.Security.Cryptography;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Formats.Status;
using IdentityPlatform.Verifier.Bundle;

namespace IdentityPlatform.Verifier.Testing;

/// <summary>
/// An issuer for tests: its authorities, signers, holder and bundle root, all made anew, and a bundle as a verifier would fetch it. Its keys are worth
/// nothing outside a test. Share one among tests: making the keys is most of their time.
/// </summary>
public sealed class TestIssuer : IDisposable
{
    /// <summary>The name of the issuer (<c>iss</c>), which is in the certificate of its signer.</summary>
    public const string Name = "https://issuer.test.example";

    /// <summary>The type (<c>vct</c>) of its cards.</summary>
    public const string CardType = "https://issuer.test.example/vct/card/1";

    /// <summary>A type for which nobody is trusted.</summary>
    public const string OtherType = "https://issuer.test.example/vct/other/1";

    /// <summary>The type of its cards as mdocs.</summary>
    public const string DocType = "example.test.card.1";

    /// <summary>The namespace of the elements of its mdocs.</summary>
    public const string NameSpace = "example.test";

    /// <summary>The address of its status list.</summary>
    public const string StatusUri = "https://issuer.test.example/status/1";

    /// <summary>The entry of its cards in the status list.</summary>
    public const int StatusIndex = 5;

    private readonly TestAuthority _cards;
    private readonly TestAuthority _status;
    private readonly TestAuthority _strangers;

    /// <summary>Makes an issuer whose cards are valid at a time.</summary>
    /// <param name="now">The time at which a program under test checks; in whole seconds.</param>
    public TestIssuer(DateTimeOffset now)
    {
        Now = DateTimeOffset.FromUnixTimeSeconds(now.ToUnixTimeSeconds());
        (_cards, _status, _strangers) = (new TestAuthority("Test card authority", Now), new TestAuthority("Test status authority", Now), new TestAuthority("Test authority of strangers", Now));
        Signer = _cards.Certify("Test card signer", new Uri(Name));
        StatusSigner = _status.Certify("Test status signer", new Uri(Name));
        Stranger = _strangers.Certify("Test stranger", new Uri(Name));
        (BundleRoot, Holder, OtherHolder) = (NewKey(), NewKey(), NewKey());
    }

    /// <summary>The time at which its cards are valid.</summary>
    public DateTimeOffset Now { get; }

    /// <summary>The signer of cards.</summary>
    public SigningKey Signer { get; }

    /// <summary>The signer of status lists.</summary>
    public SigningKey StatusSigner { get; }

    /// <summary>A signer with a certificate of an authority that no bundle has.</summary>
    public SigningKey Stranger { get; }

    /// <summary>The key of the bundle's root: a program under test pins <c>BundleRoot.PublicKey</c>.</summary>
    public SigningKey BundleRoot { get; }

    /// <summary>The key of the holder of its cards.</summary>
    public SigningKey Holder { get; }

    /// <summary>The key of somebody else.</summary>
    public SigningKey OtherHolder { get; }

    /// <summary>Its anchors: one for cards of its types, one for status lists.</summary>
    public IReadOnlyList<Anchor> Anchors =>
    [
        new() { Certificate = _cards.Certificate, Roles = [AnchorRole.Credentials], Types = [CardType, DocType] },
        new() { Certificate = _status.Certificate, Roles = [AnchorRole.Status], Types = [] },
    ];

    /// <summary>The content of its bundle.</summary>
    public BundleContent Content() => new()
    {
        Version = 1,
        IssuedAt = Now.AddDays(-1),
        Anchors = Anchors,
        Denied = [],
        Types = new Dictionary<string, System.Text.Json.JsonElement>(),
        Regions = new Dictionary<string, int>(),
        BundleMaxAge = TimeSpan.FromDays(30),
        StatusMaxAge = TimeSpan.FromDays(7),
    };

    /// <summary>Its status list, signed: the entry of its cards has this status, every other is valid.</summary>
    /// <param name="status">0 for valid, 1 for revoked, 2 for suspended.</param>
    public string StatusList(int status = 0) => StatusListToken.Write(
        StatusSigner, StatusUri, Formats.Status.StatusList.Empty(64, 2).With(StatusIndex, status), Now.AddHours(-6), Now.AddDays(3), TimeSpan.FromHours(12));

    /// <summary>Its bundle as a file, signed by <see cref="BundleRoot"/>.</summary>
    public byte[] Bundle() => Bundle(Content(), StatusList());

    /// <summary>A bundle with another content and other lists.</summary>
    public byte[] Bundle(BundleContent content, params IEnumerable<string> statusLists) => BundleWriter.Write(content, BundleRoot, statusLists);

    /// <summary>What a verifier trusts that holds its bundle.</summary>
    public Trust Trust() => Trust(Bundle());

    /// <summary>What a verifier trusts that holds a bundle of this root.</summary>
    public Trust Trust(byte[] bundle) => Verifier.Trust.From(OfflineBundle.Parse(bundle, BundleRoot.PublicKey).OrThrow());

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var key in (ReadOnlySpan<SigningKey>)[Signer, StatusSigner, Stranger, BundleRoot, Holder, OtherHolder])
        {
            key.Dispose();
        }

        _cards.Dispose();
        _status.Dispose();
        _strangers.Dispose();
    }

    /// <summary>A new key on P-256.</summary>
    internal static SigningKey NewKey() => SigningKey.From(ECDsa.Create(ECCurve.NamedCurves.nistP256));

    /// <summary>A key that signs with another algorithm than the policy of HAIP asks first.</summary>
    internal static SigningKey NewLargeKey() => SigningKey.From(ECDsa.Create(ECCurve.NamedCurves.nistP384));
}
