using System.Net.Security;
using System.Security.Authentication;
using IdentityPlatform.Conformance.Harness;
using IdentityPlatform.Conformance.Official;
using IdentityPlatform.Conformance.Report;

namespace IdentityPlatform.Conformance.Fapi2;

/// <summary>FAPI 2.0: metadata, and the happy flow with two clients.</summary>
public sealed class DiscoveryTests(Suite suite, Verdicts verdicts) : ModuleTests(suite, verdicts)
{
    private static readonly string[] Algorithms = ["PS256", "ES256", "EdDSA", "Ed25519"];

    [Module("fapi2-security-profile-final-discovery-end-point-verification")]
    public async Task Metadata(string text)
    {
        var variant = OfficialModules.Find(text);
        var server = Flow(text).Client.Server;
        Assert.Equal(server.Issuer, (string?)server.Metadata["issuer"]);
        Assert.Contains("code", server.Strings("response_types_supported"));
        Assert.True(server.Says("authorization_response_iss_parameter_supported"));
        Assert.StartsWith("https://", server.Endpoint("pushed_authorization_request_endpoint"), StringComparison.Ordinal);
        Assert.Contains("S256", server.Strings("code_challenge_methods_supported"));
        Supports(server, "token_endpoint_auth_methods_supported", variant.Auth switch
        {
            ClientAuth.Mtls => ["tls_client_auth", "self_signed_tls_client_auth"],
            ClientAuth.Attestation => ["attest_jwt_client_auth"],
            ClientAuth.PrivateKeyJwt => ["private_key_jwt"],
            ClientAuth.Basic or ClientAuth.Post or _ => throw new InvalidOperationException("FAPI 2.0 knows no client secrets"),
        });
        Supports(server, "token_endpoint_auth_signing_alg_values_supported", Algorithms);
        Supports(server, "dpop_signing_alg_values_supported", Algorithms);
        Assert.True(variant.Sender != Sender.Mtls || server.Says("tls_client_certificate_bound_access_tokens"), "tls_client_certificate_bound_access_tokens is true");
        if (!variant.IsHaip)
        {
            Supports(server, "id_token_signing_alg_values_supported", Algorithms);
            Assert.Contains("openid", server.Strings("scopes_supported"));
            Assert.NotEmpty(server.Strings("subject_types_supported"));
        }

        Assert.True(!variant.Jar || server.Strings("request_object_signing_alg_values_supported").Intersect(Algorithms).Any(), "request objects may be signed");
        Assert.True(!variant.IsJarm || server.Strings("authorization_signing_alg_values_supported").Intersect(Algorithms).Any(), "responses may be signed");
        Assert.True(!variant.IsJarm || server.Strings("response_modes_supported").Contains("jwt"), "response mode jwt is supported");
        await server.KeysAsync();
    }

    [Module("fapi2-security-profile-final-happy-flow")]
    public async Task Happy_flow(string variant)
    {
        var flow = Flow(variant);
        var tokens = await flow.SucceedAsync();
        await IsRefusedInTheQueryAsync(flow, tokens);
        var answer = await tokens.CallAsync(new()
        {
            Message = request =>
            {
                request.Headers.Accept.Clear();
                request.Headers.Accept.ParseAdd("application/json;q=0.9, text/unusual");
                request.Headers.Add("x-fapi-interaction-id", Guid.NewGuid().ToString());
            },
        });
        answer.Is(200);
        Assert.NotNull(answer.Headers.Date);

        var other = await OtherFlow(variant).SucceedAsync();
        (await other.CallByAsync(flow.Client)).IsRefused();
        await SpeaksTlsOfTodayAsync(flow.Client.Server);
    }

    // RFC 9325 §4.2, for the server's key, which is one for ECDSA.
    private static readonly TlsCipherSuite[] Recommended = [TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384];

    private static readonly TlsCipherSuite[] NotRecommended =
    [
        TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA, TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA,
        TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256, TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384,
        TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_CCM, TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_CCM_8,
    ];

    // RFC 9325 §3.1.1: TLS 1.2 and 1.3, nothing older.
    private static async Task SpeaksTlsOfTodayAsync(ServerUnderTest server)
    {
#pragma warning disable SYSLIB0039, CA5397, CA5398 // The versions that have to be refused, and the one that has to be there.
        Assert.False(await SpeaksAsync(server, SslProtocols.Tls), "TLS 1.0 is refused");
        Assert.False(await SpeaksAsync(server, SslProtocols.Tls11), "TLS 1.1 is refused");
        Assert.True(await SpeaksAsync(server, SslProtocols.Tls13), "TLS 1.3 is offered");
        foreach (var suite in Recommended)
        {
            Assert.True(await SpeaksAsync(server, SslProtocols.Tls12, suite), $"TLS 1.2 offers {suite}");
        }

        foreach (var suite in NotRecommended)
        {
            Assert.False(await SpeaksAsync(server, SslProtocols.Tls12, suite), $"TLS 1.2 refuses {suite}");
        }
#pragma warning restore SYSLIB0039, CA5397, CA5398
    }

    private static async Task<bool> SpeaksAsync(ServerUnderTest server, SslProtocols protocol, TlsCipherSuite? suite = null)
    {
        using var http = SuiteHttp.Create(null, protocol, suite);
        try
        {
            using var response = await http.GetAsync(new Uri(server.Endpoint("jwks_uri")));
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static async Task IsRefusedInTheQueryAsync(Flow flow, TokenSet tokens)
    {
        var answer = await tokens.CallAsync(new()
        {
            Message = request =>
            {
                request.Headers.Remove("Authorization");
                request.RequestUri = new($"{request.RequestUri}?access_token={Uri.EscapeDataString(tokens.AccessToken)}");
            },
        });
        answer.Is(400, 401, 414);
    }

    private static void Supports(ServerUnderTest server, string name, string[] oneOf) =>
        Assert.True(server.Strings(name).Intersect(oneOf).Any(), $"{name} holds none of {string.Join(", ", oneOf)}");
}
