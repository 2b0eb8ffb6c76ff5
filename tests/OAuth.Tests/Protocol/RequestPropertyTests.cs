using System.Reflection;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.OAuth.Endpoints;
using IdentityPlatform.OAuth.Protocol;
using IdentityPlatform.OAuth.Tests.Server;

namespace IdentityPlatform.OAuth.Tests.Protocol;

/// <summary>Whatever comes as a request becomes a request or a refusal, and nothing answers at an address that was not verified.</summary>
public sealed class RequestPropertyTests
{
    private static readonly Config Often = Config.QuickThrowOnFailure.WithMaxTest(2000);

    private static readonly string[] Names =
    [
        "client_id", "response_type", "response_mode", "redirect_uri", "scope", "state", "nonce", "code_challenge", "code_challenge_method", "prompt",
        "max_age", "acr_values", "claims", "authorization_details", "resource", "registration", "dpop_jkt", "ui_locales", "id_token_hint", "unknown",
    ];

    private static readonly string[] Values =
    [
        "", " ", "code", "one", "none login", "login", "S256", "5", "-1", "99999999999999999999", "openid profile", "jwt", "form_post", "fragment.jwt", "{", "{}", "[]",
        "[{}]", "null", """{"a":"\ud800"}""", """[{"type":"openid_credential","credential_configuration_id":5}]""", """[{"type":"payment","amount":1}]""",
        "https://one.example/callback?kept=1", "https://records.example/api", "https://evil.example/", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", "\0", "Я😀",
    ];

    private static readonly RequestTerms Terms = new()
    {
        Scopes = ["openid", "profile"],
        Resources = ["https://records.example/api"],
        FormPost = true,
        AuthorizationDetails = new Dictionary<string, AuthorizationDetailCheck>
        {
            ["openid_credential"] = AuthorizationDetails.CredentialCheck(["card"]),
            ["payment"] = detail => detail.LongMember("amount") is > 0 ? null : "no amount",
        },
        ResponseAlgorithms = [JwsAlgorithm.ES256],
    };

    private static readonly Gen<(string Name, string Value)[]> Pairs =
        (from name in Gen.Elements(Names) from value in Gen.Elements(Values) select (name, value)).ArrayOf();

    [Fact]
    public void Any_query_is_a_request_or_a_refusal() => Prop.ForAll(Pairs.ToArbitrary(), pairs =>
        IsRequestOrRefusal(RequestParameters.Parse(string.Join('&', pairs.Select(pair => $"{pair.Name}={Uri.EscapeDataString(pair.Value)}"))))).Check(Often);

    [Fact]
    public void Any_text_is_a_request_or_a_refusal() => Prop.ForAll<string?>(text => IsRequestOrRefusal(RequestParameters.Parse(text ?? ""))).Check(Often);

    [Fact]
    public void Any_claims_of_a_verified_object_are_a_request_or_a_refusal()
    {
        using var key = TestKeys.NewEc("one-1");
        using var verifying = VerificationKey.Import(key.PublicKey).OrThrow();
        var member = from name in Gen.Elements([.. Names, "iss", "aud", "exp", "nbf", "iat", "sub", "request", "request_uri"]) from value in Json select (name, value);
        Prop.ForAll(member.ArrayOf().ToArbitrary(), members =>
        {
            var claims = new JsonObject();
            foreach (var (name, value) in members)
            {
                claims[name] = JsonNode.Parse(value);
            }

            var jwt = SignedJwt.Parse(TestKeys.Jwt(key, new() { ["alg"] = "ES256" }, claims)).OrThrow().Verify(verifying, null, JwsAlgorithm.ES256).OrThrow();
            return (RequestObjectChecks.Run(jwt, RequestParameters.Of([]), Requests.Client, TestServer.Issuer, DateTimeOffset.UnixEpoch) is null or { Error: OAuthErrors.InvalidRequestObject })
                && IsRequestOrRefusal(RequestObject.ParametersOf(jwt));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));
    }

    [Fact]
    public void What_a_request_held_it_holds_after_it_was_kept() => Prop.ForAll(Pairs.ToArbitrary(), pairs =>
    {
        if (RequestParameters.Parse(string.Join('&', pairs.Select(pair => $"{pair.Name}={Uri.EscapeDataString(pair.Value)}"))).Refused(out _, out var parameters))
        {
            return true;
        }

        var kept = JsonText.Write(writer =>
        {
            writer.WriteStartObject();
            parameters.WriteTo(writer);
            writer.WriteEndObject();
        });
        var read = RequestParameters.Read(StrictJson.ParseObject(kept).OrThrow().Element);
        return read.All.OrderBy(pair => pair.Key).SequenceEqual(parameters.All.OrderBy(pair => pair.Key)) && read.Resources.SequenceEqual(parameters.Resources) && !read.IsSigned;
    }).Check(Often);

    [Fact]
    public void An_address_that_is_not_registered_is_never_verified() => Prop.ForAll<NonNull<string>>(text =>
        VerifiedRedirect.For(Requests.Client, text.Get) is null && VerifiedRedirect.For(Requests.Client, Requests.Client.RedirectUris[0] + text.Get) is null == text.Get.Length > 0).Check(Often);

    // The compiler holds this; the test holds the compiler to it: nobody adds a second door.
    [Fact]
    public void Nothing_that_leaves_for_a_client_is_made_without_a_verified_redirect()
    {
        Assert.Empty(typeof(VerifiedRedirect).GetConstructors());
        Assert.Empty(typeof(AuthorizationResponse).GetConstructors());
        Assert.All(
            typeof(AuthorizationResponse).GetMethods(BindingFlags.Public | BindingFlags.Static),
            method => Assert.Equal(typeof(VerifiedRedirect), method.GetParameters()[0].ParameterType));
        Assert.Equal([typeof(AuthorizationResponse)], typeof(FormPost).GetConstructors(BindingFlags.NonPublic | BindingFlags.Instance).Single().GetParameters().Select(p => p.ParameterType));
        Assert.Equal(
            [nameof(RedirectAnswer.To), nameof(RedirectAnswer.ToLocal)],
            typeof(RedirectAnswer).GetMethods(BindingFlags.Public | BindingFlags.Static).Select(method => method.Name).Order());
        Assert.Empty(typeof(RedirectAnswer).GetConstructors());
    }

    private static Gen<string> Json => Gen.Elements(
        "\"code\"", "\"\"", "\"one\"", "5", "-1", "1e400", "9223372036854775807", "-9223372036854775808", "true", "null", "{}", "[]", "[5]", "[\"https://records.example/api\"]",
        "{\"userinfo\":null}", "[{\"type\":\"payment\",\"amount\":1}]", "\"https://as.example\"", "[\"https://as.example\"]");

    private static bool IsRequestOrRefusal(Checked<RequestParameters> read)
    {
        if (read.Refused(out _, out var parameters)
            || AuthorizationRequest.Parse(parameters, Requests.Client, Terms, DateTimeOffset.UnixEpoch).Refused(out _, out var request))
        {
            return true;
        }

        return AuthorizationChecks.Run(request, Requests.Client) is null or { Description.Length: > 0 }
            && AuthorizationChecks.RunForDevice(request, Requests.Client) is null or { Description.Length: > 0 };
    }
}
