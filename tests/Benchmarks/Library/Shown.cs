using System.Security.Cryptography;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Formats.Mdoc;
using IdentityPlatform.Formats.SdJwt;
using IdentityPlatform.Formats.Status;
using IdentityPlatform.Verifier;
using IdentityPlatform.Verifier.Bundle;
using IdentityPlatform.Verifier.Presentation;

namespace IdentityPlatform.Benchmarks.Library;

/// <summary>Cards in the hands of holders who show five of twelve claims, and a verifier that holds a bundle with the list of their status.</summary>
internal sealed class Shown : IDisposable
{
    public const string Audience = "x509_hash:K7uVBXvWmf0BY_wC2QfO6gcnNbnPDAPw9kBSHuDFgQc";
    public const string Nonce = "bm9uY2Utb2YtdGhpcy1yZXF1ZXN0";
    public const string ResponseUri = "https://door.example.org/response";

    private const string List = "https://issuer.example.org/status/17";
    private const int Holders = 64;

    private readonly IReadOnlyList<SigningKey> _holders = IssuerKey.HolderKeys(Holders);

    public Shown()
    {
        Now = DateTimeOffset.FromUnixTimeSeconds(DateTimeOffset.UtcNow.ToUnixTimeSeconds());
        var (issuer, authority) = IssuerKey.CreateUnderAuthority();
        Issuer = issuer;
        using var root = IssuerKey.Create();
        var content = new BundleContent
        {
            Version = 1,
            IssuedAt = Now,
            Anchors = [new() { Certificate = authority, Roles = [AnchorRole.Credentials, AnchorRole.Status], Types = [Card.Type, Card.DocType] }],
            Denied = [],
            Types = new Dictionary<string, System.Text.Json.JsonElement>(),
            Regions = new Dictionary<string, int>(),
            BundleMaxAge = TimeSpan.FromDays(30),
            StatusMaxAge = TimeSpan.FromDays(7),
        };
        var list = StatusList.Empty(1 << 20).With(Enumerable.Range(0, (1 << 20) / 100).Select(item => ((item * 100) + 99, 1)));
        var token = StatusListToken.Write(issuer, List, list, Now, Now.AddDays(7), TimeSpan.FromHours(12));
        Trust = Trust.From(OfflineBundle.Parse(BundleWriter.Write(content, root, [token]), root.PublicKey).OrThrow());
    }

    public DateTimeOffset Now { get; }

    public SigningKey Issuer { get; }

    public Trust Trust { get; }

    public Policy Policy { get; } = Policy.Haip;

    public Expectation SdJwtExpectation { get; } = new()
    {
        Query = CredentialQuery.OfType("card", Card.Type).Asking("given_name").Asking("birthdate").Asking("address", "country").Asking("nationalities", null),
        Nonce = Nonce,
        Audience = Audience,
    };

    public Expectation MdocExpectation { get; } = new()
    {
        Query = Elements.Aggregate(CredentialQuery.OfDocType("card", Card.DocType), (query, element) => query.Asking(Card.DocType, element)),
        Nonce = Nonce,
        Audience = Audience,
        Transcript = Transcript,
    };

    private static IReadOnlyList<string> Elements => ["given_name", "birth_date", "resident_country", "nationality", "age_over_18"];

    private static SessionTranscript Transcript => SessionTranscript.ForOpenId4Vp(Audience, Nonce, null, ResponseUri);

    /// <summary>One presentation of each holder: given name, day of birth, the country of the address, and the first of two nationalities.</summary>
    /// <param name="withStatus">Whether the card has a status: a library that fetches its list anew for each check gets one without.</param>
    public string[] SdJwts(bool withStatus = true) => [.. _holders.Select((holder, number) =>
    {
        var claims = Card.SdJwtClaims(Now.AddDays(-1)).Plain("cnf", SdValue.Confirmation(holder.PublicKey));
        var issued = SdJwtWriter.Issue(Issuer, "dc+sd-jwt", withStatus ? claims.Plain("status", SdValue.Status(List, Entry(number))) : claims, RandomNumberGenerator.Fill);
        var presented = HeldSdJwt.Parse(issued).OrThrow().Present(
            [ClaimPath.Of("given_name"), ClaimPath.Of("birthdate"), ClaimPath.Of("address", "country"), ClaimPath.Of("nationalities", 0)]);
        return HeldSdJwt.Bind(presented, holder, Audience, Nonce, Now);
    })];

    /// <summary>One presentation of each holder, with five elements and the device's signature.</summary>
    public string[] Mdocs() => [.. _holders.Select((holder, number) =>
    {
        var times = new MdocValidity(Now.AddDays(-1), Now.AddDays(-1), Now.AddDays(90));
        var issued = MdocWriter.Issue(Issuer, Card.MdocElements(), holder.PublicKey, times, RandomNumberGenerator.Fill, (List, Entry(number)));
        return Base64UrlText.Encode(HeldMdoc.Parse(issued).OrThrow().Present([.. Elements.Select(element => (Card.DocType, element))], holder, Transcript));
    })];

    /// <summary>A check of one after the other; each has to be accepted.</summary>
    public Func<int> Check(string[] presented, Expectation expectation)
    {
        var made = 0;
        return () =>
        {
            var verdict = CredentialVerifier.Verify(presented[made++ % presented.Length], expectation, Policy, Trust, Now);
            return verdict is VerificationResult.Accepted ? 1 : throw new Servers.BenchmarkException(verdict.ToString());
        };
    }

    public void Dispose()
    {
        Issuer.Dispose();
        foreach (var holder in _holders)
        {
            holder.Dispose();
        }
    }

    // Any entry that is not revoked.
    private static int Entry(int number) => number * 16300 / 100 * 100;
}
