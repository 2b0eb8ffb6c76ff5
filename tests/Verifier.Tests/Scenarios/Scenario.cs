using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Formats.Status;
using IdentityPlatform.Verifier.Bundle;
using IdentityPlatform.Verifier.Presentation;

namespace IdentityPlatform.Verifier.Tests.Scenarios;

/// <summary>
/// A presentation that is accepted, laid open: a test changes one thing and says what has to come of it. Everything is
/// written here by hand, not by the library's own writer, so that it can be made wrong in any place.
/// </summary>
internal sealed class Scenario
{
    public static DateTimeOffset Noon { get; } = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    public Scenario()
        : this(Noon)
    {
    }

    /// <summary>The valid scenario at another time.</summary>
    public Scenario(DateTimeOffset at)
    {
        (Now, BundleTime) = (at, at.AddDays(-1));
        Over18 = Disclosure("\"18\"", "true");
        Ages = Disclosure("\"age_equal_or_over\"", $$"""{"_sd":["{{Digest(Over18)}}"]}""");
        FamilyName = Disclosure("\"family_name\"", "\"Щеглова\"");
        Shown = [Ages, Over18];
        Header = new JsonObject { ["alg"] = "ES256", ["typ"] = "dc+sd-jwt" };
        Payload = new JsonObject
        {
            ["iss"] = TestPki.Issuer,
            ["vct"] = TestPki.CardType,
            ["nbf"] = at.AddDays(-10).ToUnixTimeSeconds(),
            ["exp"] = at.AddDays(80).ToUnixTimeSeconds(),
            ["cnf"] = new JsonObject { ["jwk"] = JsonNode.Parse(TestPki.Holder.PublicKey.WithoutKeyId().ToJson()) },
            ["status"] = new JsonObject { ["status_list"] = new JsonObject { ["idx"] = 5, ["uri"] = TestPki.StatusUri } },
            ["_sd_alg"] = "sha-256",
            ["_sd"] = new JsonArray(Digest(Ages), Digest(FamilyName)),
        };
        KeyBindingHeader = new JsonObject { ["alg"] = "ES256", ["typ"] = "kb+jwt" };
        KeyBindingPayload = new JsonObject
        {
            ["nonce"] = "bm9uY2Utb2YtdGhpcy1yZXF1ZXN0",
            ["aud"] = "x509_hash:door",
            ["iat"] = at.ToUnixTimeSeconds(),
        };
        StatusLists = [StatusList(StatusListAt(), issuedAt: at.AddHours(-6), expiresAt: at.AddDays(3))];
    }

    /// <summary>The valid scenario with one change.</summary>
    public static VerificationResult Verify(Action<Scenario> transform)
    {
        var scenario = new Scenario();
        transform(scenario);
        return scenario.Verify();
    }

    public string Over18 { get; }

    public string Ages { get; }

    public string FamilyName { get; }

    public List<string> Shown { get; }

    public JsonObject Header { get; set; }

    public JsonObject Payload { get; }

    public SigningKey Signer { get; set; } = TestPki.CardSigner;

    public IReadOnlyList<byte[]>? Chain { get; set; }

    public bool WithChain { get; set; } = true;

    public JsonObject KeyBindingHeader { get; }

    public JsonObject KeyBindingPayload { get; }

    public bool WithKeyBinding { get; set; } = true;

    public SigningKey Holder { get; set; } = TestPki.Holder;

    public Func<string, string> IssuerJwtTamper { get; set; } = jwt => jwt;

    public Func<string, string> KeyBindingTamper { get; set; } = jwt => jwt;

    public Func<string, string> Tamper { get; set; } = presentation => presentation;

    public List<Anchor> Anchors { get; } =
    [
        new() { Certificate = TestPki.CardAuthority.Certificate, Roles = [AnchorRole.Credentials], Types = [TestPki.CardType] },
        new() { Certificate = TestPki.StatusAuthority.Certificate, Roles = [AnchorRole.Status], Types = [] },
    ];

    public List<string> Denied { get; } = [];

    public Dictionary<string, System.Text.Json.JsonElement> Types { get; } = [];

    public DateTimeOffset BundleTime { get; set; }

    public List<string> StatusLists { get; }

    public List<byte[]> CwtStatusLists { get; } = [];

    public Policy Policy { get; set; } = Policies.Haip();

    public CredentialQuery Query { get; set; } = CredentialQuery.OfType("card", TestPki.CardType).Asking("age_equal_or_over", "18");

    public DateTimeOffset Now { get; set; }

    public Trust Trust() => Verifier.Trust.From(OfflineBundle.Parse(Bundle(), TestPki.BundleRoot.PublicKey).OrThrow());

    public byte[] Bundle(long version = 7) => BundleWriter.Write(Content(version), TestPki.BundleRoot, StatusLists, CwtStatusLists);

    public BundleContent Content(long version = 7) => new()
    {
        Version = version,
        IssuedAt = BundleTime,
        Anchors = Anchors,
        Denied = Denied,
        Types = Types,
        Regions = new Dictionary<string, int> { ["RU-MOW"] = 180 },
        BundleMaxAge = TimeSpan.FromDays(30),
        StatusMaxAge = TimeSpan.FromDays(7),
    };

    public VerificationResult Verify() => CredentialVerifier.Verify(Present(), Expectation(), Policy, Trust(), Now);

    public Expectation Expectation() => new() { Query = Query, Nonce = "bm9uY2Utb2YtdGhpcy1yZXF1ZXN0", Audience = "x509_hash:door" };

    public string Present()
    {
        if (WithChain)
        {
            Header["x5c"] = new JsonArray([.. (Chain ?? Signer.CertificateChain).Select(der => System.Text.Json.Nodes.JsonValue.Create(Convert.ToBase64String(der)))]);
        }

        var presented = IssuerJwtTamper(Sign(Header, Payload, Signer)) + "~" + string.Concat(Shown.Select(disclosure => disclosure + "~"));
        if (WithKeyBinding)
        {
            KeyBindingPayload["sd_hash"] ??= Digest(presented);
            presented += KeyBindingTamper(Sign(KeyBindingHeader, KeyBindingPayload, Holder));
        }

        return Tamper(presented);
    }

    public static string Sign(JsonObject header, JsonObject payload, SigningKey key)
    {
        var input = Encode(header.ToJsonString()) + "." + Encode(payload.ToJsonString());
        return input + "." + Base64UrlText.Encode(key.Sign(Encoding.ASCII.GetBytes(input)));
    }

    /// <summary>A disclosure of JSON parts: a name and a value, or a value alone.</summary>
    public static string Disclosure(params string[] parts) => Encode($"[\"{Convert.ToBase64String(RandomNumberGenerator.GetBytes(16))}\",{string.Join(',', parts)}]");

    public static string Digest(string text) => Base64UrlText.Encode(SHA256.HashData(Encoding.ASCII.GetBytes(text)));

    public static StatusList StatusListAt(int index = 0, int status = 0, int bits = 2) => Formats.Status.StatusList.Empty(64, bits).With(index, status);

    public static string StatusList(StatusList list, SigningKey? signer = null, DateTimeOffset? issuedAt = null, DateTimeOffset? expiresAt = null, string uri = TestPki.StatusUri) =>
        StatusListToken.Write(signer ?? TestPki.StatusSigner, uri, list, issuedAt ?? Noon.AddHours(-6), expiresAt ?? Noon.AddDays(3), TimeSpan.FromHours(12));

    public static byte[] CwtStatusList(StatusList list, SigningKey? signer = null, DateTimeOffset? issuedAt = null, DateTimeOffset? expiresAt = null) =>
        CwtStatusListToken.Write(signer ?? TestPki.StatusSigner, TestPki.StatusUri, list, issuedAt ?? Noon.AddHours(-6), expiresAt ?? Noon.AddDays(3), TimeSpan.FromHours(12));

    private static string Encode(string json) => Base64UrlText.Encode(Encoding.UTF8.GetBytes(json));
}

/// <summary>Policies with one member changed.</summary>
internal static class Policies
{
    public static Policy Haip(
        IssuerTrust? trust = null, HolderBinding binding = HolderBinding.Required, StatusCheck status = StatusCheck.WherePresent, bool expiry = true,
        TypeMetadataCheck types = TypeMetadataCheck.NotRead) => new()
        {
            IssuerTrust = trust ?? IssuerTrust.Bundle,
            HolderBinding = binding,
            Status = status,
            ExpiryRequired = expiry,
            TypeMetadata = types,
            Algorithms = Policy.Haip.Algorithms,
            ClockSkew = Policy.Haip.ClockSkew,
            PresentationMaxAge = Policy.Haip.PresentationMaxAge,
        };
}

/// <summary>Says what has to come of a scenario.</summary>
internal static class Verdicts
{
    /// <summary>Accepted, and every check ran.</summary>
    public static VerificationResult.Accepted IsAccepted(this VerificationResult result)
    {
        Assert.Null((result as VerificationResult.Rejected)?.Failure);
        var accepted = Assert.IsType<VerificationResult.Accepted>(result);
        Assert.All(accepted.Report.Checks, check => Assert.IsNotType<CheckOutcome.NotReached>(check.Value));
        Assert.All(accepted.Report.Checks, check => Assert.IsNotType<CheckOutcome.Failed>(check.Value));
        return accepted;
    }

    /// <summary>Rejected with exactly this failure, at its check: those before it did not fail, those after it did not run.</summary>
    public static TFailure IsRejected<TFailure>(this VerificationResult result)
        where TFailure : Failure
    {
        var rejected = Assert.IsType<VerificationResult.Rejected>(result);
        Assert.True(rejected.Failure is TFailure, $"rejected by {rejected.Failure}");
        var failure = (TFailure)rejected.Failure;
        foreach (var (check, outcome) in rejected.Report.Checks)
        {
            if (check < failure.Check)
            {
                Assert.True(outcome is CheckOutcome.Passed or CheckOutcome.Waived, $"{check} was {outcome}");
            }
            else if (check > failure.Check)
            {
                Assert.IsType<CheckOutcome.NotReached>(outcome);
            }
            else
            {
                Assert.True(outcome is CheckOutcome.Failed or CheckOutcome.Unknown, $"{check} was {outcome}");
            }
        }

        return failure;
    }
}
