using System.Text;
using System.Text.Json.Nodes;

namespace IdentityPlatform.Conformance.Harness.Presentation;

/// <summary>A card as SD-JWT VC (RFC 9901), laid open so that a module changes one thing in it. Written apart from the platform's own.</summary>
internal sealed class SuiteSdJwt
{
    public SuiteSdJwt(SuiteIssuer issuer)
    {
        (Signer, Holder, Chain) = (issuer.Signer, issuer.Holder, [.. issuer.Chain]);
        Claims = new()
        {
            ["iss"] = SuiteIssuer.Name,
            ["vct"] = SuiteIssuer.CardType,
            ["nbf"] = SuiteClient.Now() - 86400,
            ["exp"] = SuiteClient.Now() + 86400,
            ["cnf"] = new JsonObject { ["jwk"] = issuer.Holder.PublicJwk() },
            ["status"] = Status(5),
            ["_sd_alg"] = "sha-256",
        };
        GivenName = Disclosure("given_name", "Ada");
        FamilyName = Disclosure("family_name", "Lovelace");
        Claims["_sd"] = new JsonArray(SuiteKey.HashOf(GivenName), SuiteKey.HashOf(FamilyName));
        Shown = [GivenName];
    }

    /// <summary>The header of the issuer's JWT; <c>alg</c> and <c>x5c</c> are put in unless they are there.</summary>
    public JsonObject Header { get; } = new() { ["typ"] = "dc+sd-jwt" };

    public JsonObject Claims { get; }

    public JsonObject BindingHeader { get; } = new() { ["typ"] = "kb+jwt", ["alg"] = "ES256" };

    /// <summary>What is put over the claims of the holder's JWT, which answer the request.</summary>
    public JsonObject BindingClaims { get; } = [];

    public SuiteKey Signer { get; set; }

    public IReadOnlyList<byte[]> Chain { get; set; }

    public SuiteKey Holder { get; set; }

    /// <summary>The claim that is asked for.</summary>
    public string GivenName { get; }

    /// <summary>A claim that nobody asks for.</summary>
    public string FamilyName { get; }

    public List<string> Shown { get; }

    public bool IsBound { get; set; } = true;

    /// <summary>Done to the issuer's JWT after it was signed.</summary>
    public Func<string, string> Issued { get; set; } = jwt => jwt;

    /// <summary>Done to the holder's JWT after it was signed.</summary>
    public Func<string, string> Bound { get; set; } = jwt => jwt;

    /// <summary>The presentation for a request.</summary>
    public string Present(string nonce, string audience)
    {
        Header["alg"] ??= Signer.Algorithm;
        Header["x5c"] ??= new JsonArray([.. Chain.Select(der => (JsonNode)Convert.ToBase64String(der))]);
        var presented = $"{Issued(Signer.Sign(Header, Claims))}~{string.Concat(Shown.Select(disclosure => disclosure + "~"))}";
        if (!IsBound)
        {
            return presented;
        }

        var claims = new JsonObject { ["nonce"] = nonce, ["aud"] = audience, ["iat"] = SuiteClient.Now(), ["sd_hash"] = SuiteKey.HashOf(presented) };
        foreach (var (name, value) in BindingClaims)
        {
            claims[name] = value?.DeepClone();
        }

        return presented + Bound(Holder.Sign(BindingHeader, claims));
    }

    public static string Disclosure(string name, JsonNode value) =>
        SuiteKey.Text(Encoding.UTF8.GetBytes(new JsonArray(SuiteKey.Random(16), name, value).ToJsonString()));

    public static JsonObject Status(long index, string uri = SuiteIssuer.StatusUri) => new() { ["status_list"] = new JsonObject { ["idx"] = index, ["uri"] = uri } };
}
