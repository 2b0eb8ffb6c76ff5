using System.Text.Json.Nodes;
using IdentityPlatform.Conformance.Harness;
using IdentityPlatform.Conformance.Harness.Issuance;
using IdentityPlatform.Conformance.Report;

namespace IdentityPlatform.Conformance.Haip;

/// <summary>OpenID4VCI 1.0: requests that the credential endpoint refuses, each beside the same one that it takes (§5.1 of the reference).</summary>
public sealed class RefusedIssuanceTests(Suite suite, Verdicts verdicts) : ModuleTests(suite, verdicts)
{
    [Module("oid4vci-1_0-issuer-fail-invalid-nonce")]
    public async Task An_unknown_nonce(string variant)
    {
        using var flow = await AuthorizedAsync(variant);
        (await flow.SendAsync(flow.Request((await flow.ProveAsync(1, SuiteKey.Random(24))).Proofs))).IsRefused("invalid_nonce");
        await flow.CollectAsync();
    }

    [Module("oid4vci-1_0-issuer-fail-invalid-jwt-proof-signature")]
    public async Task An_altered_proof(string variant)
    {
        using var flow = await AuthorizedAsync(variant);
        using var key = SuiteKey.Of("ES256");
        var proof = flow.Proof(key, await flow.NonceAsync());
        (await flow.SendAsync(Jwt(flow, SuiteWallet.Altered(proof)))).IsRefused("invalid_proof");
        (await flow.SendAsync(Jwt(flow, proof))).Succeeded(encrypted: false);
    }

    [Module("oid4vci-1_0-issuer-fail-invalid-key-attestation-signature")]
    public async Task An_altered_attestation(string variant)
    {
        using var flow = await AuthorizedAsync(variant);
        using var key = SuiteKey.Of("ES256");
        var nonce = await flow.NonceAsync();
        var attestation = flow.AttestKeys([key], nonce);
        (await flow.SendAsync(Jwt(flow, flow.Proof(key, nonce, SuiteWallet.Altered(attestation))))).IsRefused("invalid_proof");
        (await flow.SendAsync(flow.Request(new() { ["attestation"] = new JsonArray(SuiteWallet.Altered(attestation)) }))).IsRefused("invalid_proof");
        var taken = await flow.SendAsync(Jwt(flow, flow.Proof(key, nonce, attestation)));
        taken.Succeeded(Encrypted(variant));
    }

    [Module("oid4vci-1_0-issuer-fail-missing-proof")]
    public async Task No_proof(string variant)
    {
        using var flow = await AuthorizedAsync(variant);
        (await flow.SendAsync(flow.Request(null))).IsRefused("invalid_proof");
        await flow.CollectAsync();
    }

    [Module("oid4vci-1_0-issuer-fail-unknown-credential-configuration")]
    public async Task An_unknown_configuration(string variant)
    {
        using var flow = await AuthorizedAsync(variant);
        var body = flow.Request((await flow.ProveAsync(1)).Proofs);
        body["credential_configuration_id"] = $"unknown-{SuiteKey.Random(6)}";
        (await flow.SendAsync(body)).IsRefused("unknown_credential_configuration");
        await flow.CollectAsync();
    }

    [Module("oid4vci-1_0-issuer-fail-unknown-credential-identifier")]
    public async Task An_unknown_identifier(string variant)
    {
        using var flow = await AuthorizedAsync(variant);
        var body = flow.Request((await flow.ProveAsync(1)).Proofs);
        body.Remove("credential_configuration_id");
        body["credential_identifier"] = $"unknown-{SuiteKey.Random(6)}";
        (await flow.SendAsync(body)).IsRefused("unknown_credential_identifier");
        await flow.CollectAsync();
    }

    [Module("oid4vci-1_0-issuer-fail-unsupported-encryption-algorithm")]
    public async Task An_unsupported_encryption(string variant)
    {
        using var flow = await AuthorizedAsync(variant);
        var body = flow.Request((await flow.ProveAsync(1)).Proofs);
        (await flow.SendAsync(body, encryption: json => json["enc"] = "UNSUPPORTED_ENC")).IsRefused("invalid_encryption_parameters");
        (await flow.SendAsync(body, encryption: json => json["jwk"]!["alg"] = "UNSUPPORTED_ALG")).IsRefused("invalid_encryption_parameters");
        (await flow.SendAsync(body)).Succeeded(encrypted: true);
    }

    private static bool Encrypted(string variant) => Official.OfficialModules.Find(variant).Vci!.Encrypted;

    private async Task<CardFlow> AuthorizedAsync(string variant) => await new CardFlow(Flow(variant)).AuthorizeAsync(Suite.CardOffer);

    private static JsonObject Jwt(CardFlow flow, string proof) => flow.Request(new() { ["jwt"] = new JsonArray(proof) });
}
