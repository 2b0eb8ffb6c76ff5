using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Jose;

namespace IdentityPlatform.Verifier.Testing;

/// <summary>A wallet for tests with one card of a test issuer: it answers the signed requests of a program under test, well or wrong in one place.</summary>
public sealed class TestWallet(TestIssuer issuer)
{
    /// <summary>Answers a request object as a wallet does that is asked for <c>direct_post.jwt</c> (OpenID4VP §8.3). It does not look at who asks.</summary>
    /// <param name="requestObject">The signed request object, as it was fetched.</param>
    /// <param name="change">What is wrong with the answer; null for nothing.</param>
    /// <returns>The address, and the value of the parameter <c>response</c> of a form posted to it.</returns>
    /// <exception cref="FormatException">It is no request object, or does not ask for an encrypted answer.</exception>
    public (Uri ResponseUri, string Response) Answer(string requestObject, Action<TestPresentation>? change = null)
    {
        var claims = SignedJwt.Parse(requestObject).OrThrow().UnverifiedClaims;
        if (claims.StringMember("response_uri") is not { } address)
        {
            throw new FormatException("The request has no response_uri.");
        }

        return (new Uri(address), Encrypt(claims, Present(claims, claims.StringMember("client_id")!, change)));
    }

    /// <summary>Answers a request object as a wallet does behind the Digital Credentials API (OpenID4VP §A).</summary>
    /// <param name="requestObject">The signed request object.</param>
    /// <param name="origin">The origin of the page that called, for example <c>https://shop.example</c>.</param>
    /// <param name="change">What is wrong with the answer; null for nothing.</param>
    /// <returns>The JSON that the browser gives to the page as <c>data</c>.</returns>
    public string AnswerDcApi(string requestObject, string origin, Action<TestPresentation>? change = null)
    {
        var claims = SignedJwt.Parse(requestObject).OrThrow().UnverifiedClaims;
        return new JsonObject { ["response"] = Encrypt(claims, Present(claims, "origin:" + origin, change)) }.ToJsonString();
    }

    private JsonObject Present(JsonElement request, string audience, Action<TestPresentation>? change)
    {
        var presentation = new TestPresentation(issuer);
        (presentation.KeyBindingClaims["nonce"], presentation.KeyBindingClaims["aud"]) = (request.StringMember("nonce"), audience);
        if (request.StringsMember("transaction_data") is { } data)
        {
            presentation.KeyBindingClaims["transaction_data_hashes"] = new JsonArray([.. data.Select(text => (JsonNode)TestPresentation.Digest(text))]);
        }

        change?.Invoke(presentation);
        var query = request.ObjectMember("dcql_query")?.ArrayMember("credentials")?[0].StringMember("id") ?? throw new FormatException("The request asks for no credential.");
        return new JsonObject { ["vp_token"] = new JsonObject { [query] = new JsonArray(presentation.ToText()) }, ["state"] = request.StringMember("state") };
    }

    private static string Encrypt(JsonElement request, JsonObject answer)
    {
        if (request.ObjectMember("client_metadata")?.ObjectMember("jwks")?.ArrayMember("keys") is not { } keys)
        {
            throw new FormatException("The request offers no key to encrypt to.");
        }

        return Jwe.Encrypt(Jwk.Parse(keys[0]).OrThrow(), "A256GCM", Encoding.UTF8.GetBytes(answer.ToJsonString()), RandomNumberGenerator.Fill, null, "test"u8, "test"u8);
    }
}
