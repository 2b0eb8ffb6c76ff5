using IdentityPlatform.Conformance.Harness;
using IdentityPlatform.Conformance.Report;

namespace IdentityPlatform.Conformance.Fapi2;

/// <summary>FAPI 2.0: what a DPoP proof may hold, and what binds a code to its key.</summary>
public sealed class DpopTests(Suite suite, Verdicts verdicts) : ModuleTests(suite, verdicts)
{
    private static readonly string[] Refusals = ["invalid_request", "invalid_grant", "invalid_dpop_proof"];

    [Module("fapi2-security-profile-final-check-dpop-proof-nbf-exp")]
    public Task Proofs_with_nbf_and_exp(string variant) => WithProofAsync(variant, 0, withTimes: true);

    [Module("fapi2-security-profile-final-ensure-dpopproof-with-iat-10seconds-before-succeeds")]
    public Task Proofs_of_ten_seconds_ago(string variant) => WithProofAsync(variant, -10);

    // The suite says ten seconds and takes two off for the way.
    [Module("fapi2-security-profile-final-ensure-dpopproof-with-iat-10seconds-after-succeeds")]
    public Task Proofs_of_a_clock_that_is_ahead(string variant) => WithProofAsync(variant, 9);

    [Module("fapi2-security-profile-final-ensure-mismatched-dpop-jkt-fails")]
    public async Task A_proof_and_dpop_jkt_of_two_keys_at_PAR(string variant)
    {
        using var other = SuiteKey.Of("ES256");
        (await Flow(variant).PushAsync(new() { WithProof = true, Parameters = request => request["dpop_jkt"] = other.Thumbprint }))
            .IsError("invalid_request", "invalid_dpop_proof");
    }

    [Module("fapi2-security-profile-final-ensure-token-endpoint-fails-with-mismatched-dpop-proof-jkt")]
    public async Task A_proof_at_PAR_and_another_key_at_the_token_endpoint(string variant)
    {
        using var other = SuiteKey.Of("ES256");
        var flow = Flow(variant);
        var code = await flow.CodeAsync(new() { WithProof = true });
        (await flow.RedeemAsync(code, new() { ProofKey = other })).IsError(Refusals);
    }

    [Module("fapi2-security-profile-final-ensure-token-endpoint-fails-with-mismatched-dpop-jkt")]
    public async Task A_dpop_jkt_and_another_key_at_the_token_endpoint(string variant)
    {
        using var other = SuiteKey.Of("ES256");
        var flow = Flow(variant);
        var code = await flow.CodeAsync(new() { Parameters = request => request["dpop_jkt"] = other.Thumbprint });
        (await flow.RedeemAsync(code)).IsError(Refusals);
    }

    [Module("fapi2-security-profile-final-ensure-dpopproof-at-par-endpoint-binding-success")]
    public Task A_proof_at_PAR_and_the_same_key_later(string variant) => Flow(variant).SucceedAsync(new() { WithProof = true });

    [Module("fapi2-security-profile-final-ensure-dpop-auth-code-binding-success")]
    public async Task A_dpop_jkt_and_its_key_later(string variant)
    {
        var flow = Flow(variant);
        await flow.SucceedAsync(new() { Parameters = request => request["dpop_jkt"] = flow.Client.ProofKey.Thumbprint });
    }

    [Module("fapi2-security-profile-final-access-token-type-header-case-sensitivity")]
    public async Task The_scheme_in_odd_case(string variant)
    {
        var flow = Flow(variant);
        var tokens = await flow.SucceedAsync();
        var scheme = flow.Client.UsesDpop ? "dPoP" : "bEaReR";
        (await tokens.CallAsync(new()
        {
            Message = request =>
            {
                request.Headers.Remove("Authorization");
                request.Headers.TryAddWithoutValidation("Authorization", $"{scheme} {tokens.AccessToken}");
            },
        })).Is(200);
    }

    private async Task WithProofAsync(string variant, int seconds, bool withTimes = false)
    {
        var change = new Change
        {
            Proof = (_, claims) =>
            {
                claims["iat"] = SuiteClient.Now() + seconds;
                if (withTimes)
                {
                    (claims["nbf"], claims["exp"]) = (SuiteClient.Now(), SuiteClient.Now() + 300);
                }
            },
        };
        var flow = Flow(variant);
        var tokens = await flow.RedeemedAsync(await flow.CodeAsync(), change);
        (await tokens.CallAsync(change)).Is(200);
    }
}
