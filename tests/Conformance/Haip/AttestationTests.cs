using IdentityPlatform.Conformance.Harness;
using IdentityPlatform.Conformance.Report;

namespace IdentityPlatform.Conformance.Haip;

/// <summary>HAIP: wallet attestations at the PAR endpoint of the card issuer (§2.9 of the reference).</summary>
public sealed class AttestationTests(Suite suite, Verdicts verdicts) : ModuleTests(suite, verdicts)
{
    private static readonly string[] Refusals = ["invalid_client", "invalid_request", "invalid_client_attestation"];

    [Module("oid4vci-1_0-issuer-fail-invalid-client-attestation-signature")]
    public Task An_altered_attestation(string variant) => IsRefusedAsync(variant, new() { AlterAttestation = true });

    [Module("oid4vci-1_0-issuer-fail-invalid-client-attestation-pop-signature")]
    public Task An_altered_proof(string variant) => IsRefusedAsync(variant, new() { AlterProof = true });

    [Module("oid4vci-1_0-issuer-fail-client-attestation-exp-in-past")]
    public Task An_expired_attestation(string variant) => IsRefusedAsync(variant, new()
    {
        Attestation = claims => (claims["iat"], claims["exp"]) = (SuiteClient.Now() - 1200, SuiteClient.Now() - 600),
    });

    [Module("oid4vci-1_0-issuer-fail-client-attestation-no-sub")]
    public Task An_attestation_without_sub(string variant) => IsRefusedAsync(variant, new() { Attestation = claims => claims.Remove("sub") });

    [Module("oid4vci-1_0-issuer-fail-client-attestation-pop-wrong-aud")]
    public Task A_proof_for_another_server(string variant) => IsRefusedAsync(variant, new() { Proof = claims => claims["aud"] = "https://other.test" });

    [Module("oid4vci-1_0-issuer-fail-mismatched-client-attestation-pop-key")]
    public async Task A_proof_of_another_key(string variant)
    {
        using var other = SuiteKey.Of("ES256");
        await IsRefusedAsync(variant, new() { ProofKey = other });
    }

    [Module("oid4vci-1_0-issuer-fail-on-access-token-in-query")]
    public async Task The_access_token_in_the_query(string variant)
    {
        var tokens = await Flow(variant).SucceedAsync();
        (await tokens.CallAsync(new()
        {
            Message = request =>
            {
                request.Headers.Remove("Authorization");
                request.RequestUri = new($"{request.RequestUri}?access_token={Uri.EscapeDataString(tokens.AccessToken)}");
            },
        })).Is(400, 401, 414);
    }

    private async Task IsRefusedAsync(string variant, AttestationChange change) => (await Flow(variant).PushAsync(new() { Attestation = change })).IsError(Refusals);
}
