using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Formats.Status;
using IdentityPlatform.Verifier;
using IdentityPlatform.Verifier.Bundle;

namespace IdentityPlatform.Conformance.Harness.Presentation;

/// <summary>Who issues the cards that the suite's wallet shows: authorities, signers, the status lists, and the bundle with which a verifier trusts them.</summary>
internal sealed class SuiteIssuer : IDisposable
{
    public const string Name = "https://issuer.suite.test";
    public const string CardType = "urn:eudi:pid:1";
    public const string DocType = "org.iso.18013.5.1.mDL";
    public const string OtherType = "urn:suite:another:1";
    public const string OtherDocType = "org.suite.another.1";
    public const string NameSpace = "org.iso.18013.5.1";

    /// <summary>A list that is in force. Entry 5 is valid, 6 revoked, 7 suspended.</summary>
    public const string StatusUri = "https://status.suite.test/1";

    /// <summary>A list whose own time is over.</summary>
    public const string OldStatusUri = "https://status.suite.test/old";

    private readonly DateTimeOffset _from = DateTimeOffset.UtcNow.AddDays(-30);
    private readonly (X509Certificate2 Certificate, ECDsa Key) _cards = Root("Suite card root");
    private readonly (X509Certificate2 Certificate, ECDsa Key) _status = Root("Suite status root");
    private readonly (X509Certificate2 Certificate, ECDsa Key) _strangers = Root("Suite card root of strangers");
    private readonly (X509Certificate2 Certificate, ECDsa Key) _access = Root("Suite access root");

    public SuiteIssuer()
    {
        (Signer, Chain) = Certified(_cards);
        (Stranger, StrangersChain) = Certified(_strangers);
        Trust = MakeTrust();
    }

    public SuiteKey Signer { get; }

    /// <summary>The certificate of the signer, and no anchor behind it.</summary>
    public IReadOnlyList<byte[]> Chain { get; }

    /// <summary>A signer of an authority that the verifier does not trust.</summary>
    public SuiteKey Stranger { get; }

    public IReadOnlyList<byte[]> StrangersChain { get; }

    /// <summary>The anchor, which belongs into no chain (HAIP §6.1.1).</summary>
    public byte[] Anchor => _cards.Certificate.RawData;

    /// <summary>Who holds the cards.</summary>
    public SuiteKey Holder { get; } = SuiteKey.Of("ES256");

    /// <summary>Somebody else.</summary>
    public SuiteKey Other { get; } = SuiteKey.Of("ES256");

    /// <summary>What the verifier trusts.</summary>
    public Trust Trust { get; }

    /// <summary>The root of access certificates, which the wallet knows.</summary>
    public X509Certificate2 AccessRoot => _access.Certificate;

    /// <summary>An access certificate of a verifier at this host, with its key.</summary>
    public SigningKey Access(string host)
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return SigningKey.From(key, chain: [Leaf(_access, key, names => names.AddDnsName(host))]);
    }

    public void Dispose()
    {
        foreach (var (certificate, key) in (ReadOnlySpan<(X509Certificate2, ECDsa)>)[_cards, _status, _strangers, _access])
        {
            certificate.Dispose();
            key.Dispose();
        }

        foreach (var key in (ReadOnlySpan<SuiteKey>)[Signer, Stranger, Holder, Other])
        {
            key.Dispose();
        }
    }

    private static (X509Certificate2, ECDsa) Root(string name)
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        return (request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-40), DateTimeOffset.UtcNow.AddDays(400)), key);
    }

    private (SuiteKey, IReadOnlyList<byte[]>) Certified((X509Certificate2, ECDsa) root)
    {
        var key = SuiteKey.Of("ES256");
        return (key, [Leaf(root, (ECDsa)key.Pair, names => names.AddUri(new Uri(Name)))]);
    }

    private byte[] Leaf((X509Certificate2 Certificate, ECDsa Key) root, ECDsa key, Action<SubjectAlternativeNameBuilder> name)
    {
        var request = new CertificateRequest("CN=Suite leaf", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(root.Certificate, true, false));
        var names = new SubjectAlternativeNameBuilder();
        name(names);
        request.CertificateExtensions.Add(names.Build());
        using var leaf = request.Create(root.Certificate, _from, DateTimeOffset.UtcNow.AddDays(300), RandomNumberGenerator.GetBytes(16));
        return leaf.RawData;
    }

    // The operator's part: a bundle as a verifier fetches it.
    private Trust MakeTrust()
    {
        var now = DateTimeOffset.UtcNow;
        using var root = SigningKey.From(ECDsa.Create(ECCurve.NamedCurves.nistP256));
        var pair = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var status = SigningKey.From(pair, chain: [Leaf(_status, pair, names => names.AddUri(new Uri(Name)))]);
        var content = new BundleContent
        {
            Version = 1,
            IssuedAt = now.AddHours(-2),
            Anchors =
            [
                new() { Certificate = _cards.Certificate, Roles = [AnchorRole.Credentials], Types = [CardType, DocType, OtherType, OtherDocType] },
                new() { Certificate = _status.Certificate, Roles = [AnchorRole.Status], Types = [] },
            ],
            Denied = [],
            Types = new Dictionary<string, System.Text.Json.JsonElement>(),
            Regions = new Dictionary<string, int>(),
            BundleMaxAge = TimeSpan.FromDays(7),
            StatusMaxAge = TimeSpan.FromDays(7),
        };
        var list = StatusList.Empty(64, 2).With(6, 1).With(7, 2);
        var lists = new[]
        {
            StatusListToken.Write(status, StatusUri, list, now.AddHours(-1), now.AddDays(1), TimeSpan.FromHours(12)),
            StatusListToken.Write(status, OldStatusUri, list, now.AddDays(-3), now.AddDays(-2), TimeSpan.FromHours(12)),
        };
        return Trust.From(OfflineBundle.Parse(BundleWriter.Write(content, root, lists), root.PublicKey).OrThrow());
    }
}
