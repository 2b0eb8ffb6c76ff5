using System.Text.Json.Nodes;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.OAuth.Protocol;
using IdentityPlatform.OAuth.Tests.Server;

namespace IdentityPlatform.OAuth.Tests.Endpoints;

/// <summary>Attestation-based client authentication: the oid4vci-1_0-issuer-fail-client-attestation-* modules and their honest twins.</summary>
public sealed class AttestationTests : ServerTests
{
    private readonly SigningKey _instance = TestKeys.NewEc();

    [Fact]
    public async Task An_attested_wallet_pushes_redeems_and_refreshes()
    {
        var wallet = Wallet();
        var tokens = await wallet.SignInAsync();
        Assert.Equal(200, (await wallet.ResourceAsync(tokens.Text("access_token"))).Status);
        Assert.Equal(200, (await wallet.RefreshAsync(tokens.Text("refresh_token"))).Status);
    }

    [Fact]
    public Task Fail_invalid_client_attestation_signature() => IsRefusedAsync(Rule.AttestationSignature, new() { BreakAttestation = true });

    [Fact]
    public Task Fail_invalid_client_attestation_pop_signature() => IsRefusedAsync(Rule.AttestationProofSignature, new() { BreakProof = true });

    [Fact]
    public Task Fail_client_attestation_exp_in_past() =>
        IsRefusedAsync(Rule.AttestationTime, new() { Attestation = claims => claims["exp"] = Now() - 600 });

    [Fact]
    public Task Fail_client_attestation_without_exp() => IsRefusedAsync(Rule.AttestationTime, new() { Attestation = claims => claims.Remove("exp") });

    [Fact]
    public Task Fail_client_attestation_of_the_future() =>
        IsRefusedAsync(Rule.AttestationTime, new() { Attestation = claims => claims["nbf"] = Now() + 600 });

    [Fact]
    public Task Fail_client_attestation_no_sub() => IsRefusedAsync(Rule.AttestationSubject, new() { Attestation = claims => claims.Remove("sub") });

    [Fact]
    public Task Fail_client_attestation_pop_wrong_aud() =>
        IsRefusedAsync(Rule.AttestationProofAudience, new() { Proof = claims => claims["aud"] = "https://other.example" });

    [Fact]
    public Task Fail_mismatched_client_attestation_pop_key() => IsRefusedAsync(Rule.AttestationProofSignature, new() { ProofKey = TestKeys.NewEc() });

    [Fact]
    public Task Fail_client_attestation_pop_of_an_hour_ago() =>
        IsRefusedAsync(Rule.AttestationProofTime, new() { Proof = claims => claims["iat"] = Now() - 3600 });

    [Fact]
    public Task Fail_client_attestation_pop_without_jti() => IsRefusedAsync(Rule.AttestationProofFormat, new() { Proof = claims => claims.Remove("jti") });

    [Fact]
    public Task Fail_client_attestation_of_an_unknown_attester() =>
        IsRefusedAsync(Rule.AttestationChain, new() { Attester = TestKeys.Certified(TestKeys.Authority("Strangers"), "Stranger") });

    [Fact]
    public Task Fail_client_attestation_without_a_chain() =>
        IsRefusedAsync(Rule.AttestationChain, new() { Header = header => header.Remove("x5c") });

    [Fact]
    public Task Fail_client_attestation_of_another_type() =>
        IsRefusedAsync(Rule.AttestationSignature, new() { Header = header => header["typ"] = "JWT" });

    [Fact]
    public Task Fail_client_attestation_without_a_key() => IsRefusedAsync(Rule.AttestationKey, new() { Attestation = claims => claims.Remove("cnf") });

    [Fact]
    public async Task A_client_id_beside_the_attestation_has_to_agree() =>
        (await Wallet().PushAsync(request => request.Form["client_id"] = "two"))
            .IsError(Server, 401, OAuthErrors.InvalidClient, Rule.ClientIdMismatch);

    [Fact]
    public async Task One_header_alone_is_refused() =>
        (await Wallet().PushAsync(request => request.Headers.Remove("OAuth-Client-Attestation-PoP")))
            .IsError(Server, 400, OAuthErrors.InvalidClientAttestation, Rule.AttestationProofFormat);

    [Theory]
    [InlineData("garbage")]
    [InlineData("e30.e30.e30, e30.e30.e30")]
    public async Task A_malformed_attestation_is_refused(string attestation) =>
        (await Wallet().PushAsync(request => request.Headers["OAuth-Client-Attestation"] = attestation))
            .IsError(Server, 400, OAuthErrors.InvalidClientAttestation, Rule.AttestationFormat);

    [Fact]
    public async Task A_client_with_keys_may_not_come_with_an_attestation()
    {
        var change = new Change { Attestation = claims => claims["sub"] = "one" };
        var answer = await new TestClient(Server, "one", Server.Files.ClientOne) { Authenticate = request => Attest(request, change) }.PushAsync();
        answer.IsError(Server, 401, OAuthErrors.InvalidClient, Rule.ClientAuthenticationMethod);
    }

    [Fact]
    public async Task A_proof_is_good_once()
    {
        var spent = new Request(HttpMethod.Post, "/par");
        Attest(spent, new());
        var wallet = new TestClient(Server, "wallet", _instance)
        {
            Authenticate = request =>
            {
                foreach (var (name, value) in spent.Headers)
                {
                    request.Headers[name] = value;
                }
            },
        };
        Assert.Equal(201, (await wallet.PushAsync()).Status);
        (await wallet.PushAsync()).IsError(Server, 400, OAuthErrors.InvalidClientAttestation, Rule.AttestationProofReplay);
    }

    [Fact]
    public async Task A_code_stays_with_the_instance_that_asked_for_it()
    {
        var code = await Wallet().CodeAsync();
        (await Wallet(TestKeys.NewEc()).RedeemAsync(code)).IsError(Server, 400, OAuthErrors.InvalidGrant, Rule.ClientInstanceKey);
    }

    [Fact]
    public async Task Step_6_a_refresh_token_stays_with_its_instance()
    {
        var mine = Wallet();
        var token = (await mine.SignInAsync()).Text("refresh_token");
        var other = Wallet(TestKeys.NewEc(), mine.Dpop);
        (await other.RefreshAsync(token)).IsError(Server, 400, OAuthErrors.InvalidGrant, Rule.ClientInstanceKey);
        Assert.Equal(200, (await mine.RefreshAsync(token)).Status);
    }

    private sealed class Change
    {
        public Action<JsonObject>? Header { get; init; }

        public Action<JsonObject>? Attestation { get; init; }

        public Action<JsonObject>? Proof { get; init; }

        public SigningKey? Attester { get; init; }

        public SigningKey? ProofKey { get; init; }

        public bool BreakAttestation { get; init; }

        public bool BreakProof { get; init; }
    }

    private long Now() => Server.Clock.GetUtcNow().ToUnixTimeSeconds();

    private TestClient Wallet(SigningKey? instance = null, SigningKey? dpop = null, Change? change = null)
    {
        instance ??= _instance;
        return new TestClient(Server, "wallet", instance)
        {
            Dpop = dpop ?? TestKeys.NewEc(),
            Authenticate = request => Attest(request, change ?? new(), instance),
        };
    }

    private async Task IsRefusedAsync(Rule rule, Change change) =>
        (await Wallet(change: change).PushAsync()).IsError(Server, 400, OAuthErrors.InvalidClientAttestation, rule);

    private void Attest(Request request, Change change, SigningKey? instance = null)
    {
        instance ??= _instance;
        var attester = change.Attester ?? TestKeys.Certified(Server.Files.AttesterAuthority, "Wallet provider");
        var header = new JsonObject
        {
            ["typ"] = "oauth-client-attestation+jwt",
            ["alg"] = "ES256",
            ["x5c"] = new JsonArray(Convert.ToBase64String(attester.CertificateChain[0])),
        };
        change.Header?.Invoke(header);
        var claims = new JsonObject { ["sub"] = "wallet", ["exp"] = Now() + 3600, ["cnf"] = new JsonObject { ["jwk"] = TestKeys.PublicJwk(instance) } };
        change.Attestation?.Invoke(claims);
        var proof = new JsonObject { ["aud"] = TestServer.Issuer, ["jti"] = Guid.NewGuid().ToString(), ["iat"] = Now() };
        change.Proof?.Invoke(proof);
        var proofHeader = new JsonObject { ["typ"] = "oauth-client-attestation-pop+jwt", ["alg"] = "ES256" };
        request.Headers["OAuth-Client-Attestation"] = Broken(TestKeys.Jwt(attester, header, claims), change.BreakAttestation);
        request.Headers["OAuth-Client-Attestation-PoP"] = Broken(TestKeys.Jwt(change.ProofKey ?? instance, proofHeader, proof), change.BreakProof);
    }

    private static string Broken(string jwt, bool broken)
    {
        var at = jwt.LastIndexOf('.') + 5;
        return broken ? jwt[..at] + (jwt[at] == 'A' ? 'B' : 'A') + jwt[(at + 1)..] : jwt;
    }
}
