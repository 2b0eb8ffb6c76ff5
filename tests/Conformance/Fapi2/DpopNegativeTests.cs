using System.Text.Json.Nodes;
using IdentityPlatform.Conformance.Harness;
using IdentityPlatform.Conformance.Report;

namespace IdentityPlatform.Conformance.Fapi2;

/// <summary>FAPI 2.0: one access token, many calls of a protected resource. The list is the suite's, in its order (§2.7.1 of the reference).</summary>
public sealed class DpopNegativeTests(Suite suite, Verdicts verdicts) : ModuleTests(suite, verdicts)
{
    [Module("fapi2-security-profile-final-dpop-negative-tests")]
    public async Task The_list(string variant)
    {
        var flow = Flow(variant);
        var tokens = await flow.SucceedAsync();
        var refused = new List<string>();
        foreach (var (what, change) in Refused(flow, tokens))
        {
            Note(refused, what, await tokens.CallAsync(change), mustPass: false);
        }

        Note(refused, "the same jti again", await CallTwiceAsync(tokens), mustPass: false);
        foreach (var (what, change) in Accepted())
        {
            Note(refused, what, await tokens.CallAsync(change), mustPass: true);
        }

        Assert.Empty(refused);
    }

    private static IEnumerable<(string What, Change Change)> Refused(Flow flow, TokenSet tokens)
    {
        yield return ("two DPoP headers", new() { Message = request => request.Headers.Add("DPoP", flow.Client.Proof(request, tokens.AccessToken, null, Change.None)) });
        yield return ("a malformed JWT", Replacing(_ => "not.a.jwt"));
        foreach (var name in new[] { "typ", "alg", "jwk" })
        {
            yield return ($"no {name}", Proof((header, _) => header.Remove(name)));
        }

        foreach (var name in new[] { "jti", "htm", "htu", "iat", "ath" })
        {
            yield return ($"no {name}", Proof((_, claims) => claims.Remove(name)));
        }

        yield return ("another typ", Proof((header, _) => header["typ"] = "JWT"));
        yield return ("RS256", new() { ProofKey = SuiteKey.Of("RS256") });
        yield return ("alg none", Proof((header, _) => header["alg"] = "none"));
        yield return ("a broken signature", Replacing(SuiteWallet.Altered));
        yield return ("a private key in jwk", Proof((header, _) => header["jwk"] = flow.Client.ProofKey.PrivateJwk()));
        yield return ("htm of another method", Proof((_, claims) => claims["htm"] = "PUT"));
        yield return ("htu of another address", Proof((_, claims) => claims["htu"] = "https://elsewhere.test/resource"));
        yield return ("iat in an hour", Proof((_, claims) => claims["iat"] = SuiteClient.Now() + 3600));
        yield return ("iat an hour ago", Proof((_, claims) => claims["iat"] = SuiteClient.Now() - 3600));
        yield return ("another ath", Proof((_, claims) => claims["ath"] = SuiteKey.HashOf("another token")));
        yield return ("another key", new() { ProofKey = SuiteKey.Of("ES256") });
        yield return ("no DPoP header", new() { WithoutProof = true });
        yield return ("the Bearer scheme", WithScheme("Bearer", tokens));
        yield return ("the Bearer scheme and no proof", new() { WithoutProof = true, Message = WithScheme("Bearer", tokens).Message });
    }

    private static IEnumerable<(string What, Change Change)> Accepted()
    {
        yield return ("htu with query and fragment", Proof((_, claims) => claims["htu"] = $"{claims["htu"]}?query=1#fragment"));
        yield return ("htu without them", Change.None);
        yield return ("more header and claim members", Proof((header, claims) => (header["more"], claims["more"]) = ("one", "two")));
        yield return ("the header name in capitals", new()
        {
            Message = request =>
            {
                var proof = request.Headers.GetValues("DPoP").Single();
                request.Headers.Remove("DPoP");
                request.Headers.Add("DPOP", proof);
            },
        });
        yield return ("htu with scheme and host in capitals", Proof((_, claims) => claims["htu"] = ((string)claims["htu"]!).Replace("https://localhost", "HTTPS://LOCALHOST", StringComparison.Ordinal)));
        yield return ("a normal call at the end", Change.None);
    }

    private static async Task<Answer> CallTwiceAsync(TokenSet tokens)
    {
        var jti = SuiteKey.Random();
        var change = Proof((_, claims) => claims["jti"] = jti);
        (await tokens.CallAsync(change)).Is(200);
        return await tokens.CallAsync(change);
    }

    private static Change Proof(Action<JsonObject, JsonObject> change) => new() { Proof = change };

    private static Change Replacing(Func<string, string> change) => new()
    {
        Message = request =>
        {
            var proof = request.Headers.GetValues("DPoP").Single();
            request.Headers.Remove("DPoP");
            request.Headers.Add("DPoP", change(proof));
        },
    };

    private static Change WithScheme(string scheme, TokenSet tokens) => new()
    {
        Message = request =>
        {
            request.Headers.Remove("Authorization");
            request.Headers.TryAddWithoutValidation("Authorization", $"{scheme} {tokens.AccessToken}");
        },
    };

    private static void Note(List<string> faults, string what, Answer answer, bool mustPass)
    {
        if (mustPass ? answer.Status != 200 : answer.Status is not (400 or 401))
        {
            faults.Add($"{what}: {answer.Status}");
        }
    }
}
