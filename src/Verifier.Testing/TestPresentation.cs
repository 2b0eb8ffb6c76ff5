using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Verifier.Bundle;
using IdentityPlatform.Verifier.Presentation;

namespace IdentityPlatform.Verifier.Testing;

/// <summary>
/// A presentation of a card that is accepted, laid open: a test changes one thing and says what has to come of it. It is written by hand, not by the
/// library's own writer, so that it can be made wrong in any place.
/// </summary>
public sealed class TestPresentation
{
    /// <summary>The nonce of the request that it answers, where a test does not say another.</summary>
    public const string Nonce = "dGhlLW5vbmNlLW9mLXRoaXMtdGVzdA";

    /// <summary>The audience that it is meant for, where a test does not say another.</summary>
    public const string Audience = "x509_hash:test";

    /// <summary>A valid presentation of a card of the issuer, which shows that its holder is 18.</summary>
    public TestPresentation(TestIssuer issuer)
    {
        Issuer = issuer;
        (Signer, Holder, Now) = (issuer.Signer, issuer.Holder, issuer.Now);
        AgeOver18 = Disclosure("18", JsonNode.Parse("true")!);
        Ages = Disclosure("age_equal_or_over", new JsonObject { ["_sd"] = new JsonArray(Digest(AgeOver18)) });
        FamilyName = Disclosure("family_name", System.Text.Json.Nodes.JsonValue.Create("Tester")!);
        Shown = [Ages, AgeOver18];
        Header = new JsonObject { ["alg"] = "ES256", ["typ"] = "dc+sd-jwt" };
        Claims = new JsonObject
        {
            ["iss"] = TestIssuer.Name,
            ["vct"] = TestIssuer.CardType,
            ["nbf"] = Now.AddDays(-10).ToUnixTimeSeconds(),
            ["exp"] = Now.AddDays(80).ToUnixTimeSeconds(),
            ["cnf"] = new JsonObject { ["jwk"] = JsonNode.Parse(issuer.Holder.PublicKey.WithoutKeyId().ToJson()) },
            ["status"] = new JsonObject { ["status_list"] = new JsonObject { ["idx"] = TestIssuer.StatusIndex, ["uri"] = TestIssuer.StatusUri } },
            ["_sd_alg"] = "sha-256",
            ["_sd"] = new JsonArray(Digest(Ages), Digest(FamilyName)),
        };
        KeyBindingHeader = new JsonObject { ["alg"] = "ES256", ["typ"] = "kb+jwt" };
        KeyBindingClaims = new JsonObject { ["nonce"] = Nonce, ["aud"] = Audience, ["iat"] = Now.ToUnixTimeSeconds() };
        Expectation = new Expectation { Query = CredentialQuery.OfType("card", TestIssuer.CardType).Asking("age_equal_or_over", "18"), Nonce = Nonce, Audience = Audience };
        Content = issuer.Content();
        StatusLists = [issuer.StatusList()];
    }

    /// <summary>The issuer.</summary>
    public TestIssuer Issuer { get; }

    /// <summary>The disclosure of the age of 18.</summary>
    public string AgeOver18 { get; }

    /// <summary>The disclosure of the ages, in which the other one stands.</summary>
    public string Ages { get; }

    /// <summary>The disclosure of the family name, which is not asked for.</summary>
    public string FamilyName { get; }

    /// <summary>The disclosures that are shown.</summary>
    public IList<string> Shown { get; }

    /// <summary>The header of the issuer's JWT; <c>x5c</c> is put in where <see cref="WithCertificates"/> says so.</summary>
    public JsonObject Header { get; }

    /// <summary>The claims of the issuer's JWT.</summary>
    public JsonObject Claims { get; }

    /// <summary>Who signs the card.</summary>
    public SigningKey Signer { get; set; }

    /// <summary>Whose certificates stand in the header; null for the signer's.</summary>
    public SigningKey? Certified { get; set; }

    /// <summary>Whether certificates stand in the header at all.</summary>
    public bool WithCertificates { get; set; } = true;

    /// <summary>The header of the key-binding JWT.</summary>
    public JsonObject KeyBindingHeader { get; }

    /// <summary>The claims of the key-binding JWT; <c>sd_hash</c> is put in where it is not there.</summary>
    public JsonObject KeyBindingClaims { get; }

    /// <summary>Whether there is a key-binding JWT.</summary>
    public bool WithKeyBinding { get; set; } = true;

    /// <summary>Who signs the key-binding JWT.</summary>
    public SigningKey Holder { get; set; }

    /// <summary>What is done to the text at the end.</summary>
    public Func<string, string> Tamper { get; set; } = text => text;

    /// <summary>What was asked for.</summary>
    public Expectation Expectation { get; set; }

    /// <summary>What the verifier asks for always: the profile of HAIP.</summary>
    public Policy Policy { get; set; } = Policy.Haip;

    /// <summary>What the verifier's bundle holds.</summary>
    public BundleContent Content { get; set; }

    /// <summary>The status lists in the verifier's bundle.</summary>
    public IList<string> StatusLists { get; }

    /// <summary>The time of the check.</summary>
    public DateTimeOffset Now { get; set; }

    /// <summary>A member's disclosure.</summary>
    public static string Disclosure(string name, JsonNode value) =>
        Encode(new JsonArray(Base64UrlText.Encode(RandomNumberGenerator.GetBytes(16)), name, value.DeepClone()));

    /// <summary>The digest of a disclosure, or the <c>sd_hash</c> of a presentation.</summary>
    public static string Digest(string text) => Base64UrlText.Encode(SHA256.HashData(Encoding.ASCII.GetBytes(text)));

    /// <summary>Adds a disclosure that the issuer signed and the holder shows.</summary>
    public void Disclose(string name, JsonNode value)
    {
        var disclosure = Disclosure(name, value);
        Claims["_sd"]!.AsArray().Add((JsonNode)Digest(disclosure));
        Shown.Add(disclosure);
    }

    /// <summary>Adds the metadata of the card's type to the bundle.</summary>
    public void Describe(JsonObject metadata) => Content = new BundleContent
    {
        Version = Content.Version,
        IssuedAt = Content.IssuedAt,
        Anchors = Content.Anchors,
        Denied = Content.Denied,
        Types = new Dictionary<string, JsonElement>(Content.Types) { [TestIssuer.CardType] = JsonElement.Parse(metadata.ToJsonString()) },
        Regions = Content.Regions,
        BundleMaxAge = Content.BundleMaxAge,
        StatusMaxAge = Content.StatusMaxAge,
    };

    /// <summary>The presentation as text.</summary>
    public string ToText()
    {
        if (WithCertificates)
        {
            Header["x5c"] = new JsonArray([.. (Certified ?? Signer).CertificateChain.Select(der => System.Text.Json.Nodes.JsonValue.Create(Convert.ToBase64String(der)))]);
        }

        var text = Sign(Header, Claims, Signer) + "~" + string.Concat(Shown.Select(disclosure => disclosure + "~"));
        if (WithKeyBinding)
        {
            KeyBindingClaims["sd_hash"] ??= Digest(text);
            text += Sign(KeyBindingHeader, KeyBindingClaims, Holder);
        }

        return Tamper(text);
    }

    /// <summary>The presentation with all that belongs to its check.</summary>
    public TestCase ToCase()
    {
        var (text, trust) = (ToText(), Issuer.Trust(Issuer.Bundle(Content, StatusLists)));
        return new TestCase(text, trust, () => CredentialVerifier.Verify(text, Expectation, Policy, trust, Now));
    }

    /// <summary>Redacted.</summary>
    public override string ToString() => "test presentation";

    private static string Sign(JsonObject header, JsonObject claims, SigningKey key)
    {
        var input = Encode(header) + "." + Encode(claims);
        return input + "." + Base64UrlText.Encode(key.Sign(Encoding.ASCII.GetBytes(input)));
    }

    private static string Encode(JsonNode json) => Base64UrlText.Encode(Encoding.UTF8.GetBytes(json.ToJsonString()));
}
