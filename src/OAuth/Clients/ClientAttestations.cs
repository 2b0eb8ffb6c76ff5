using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Formats.Trust;
using IdentityPlatform.Hosting.Storage;
using IdentityPlatform.OAuth.Protocol;
using IdentityPlatform.OAuth.Storage;
using Microsoft.AspNetCore.Http;

namespace IdentityPlatform.OAuth.Clients;

/// <summary>
/// Attestation-based client authentication (draft 07, in the profile of HAIP §4.4.1): the wallet provider attests the key
/// of a wallet instance under a certificate chain, the instance proves that it has the key.
/// </summary>
internal sealed class ClientAttestations(AuthorizationServerOptions options, Clients clients, OneTimeStore store, TimeProvider time)
{
    private const string AttestationHeader = "OAuth-Client-Attestation";
    private const string ProofHeader = "OAuth-Client-Attestation-PoP";
    private const string ReplayKind = "attestation";

    public static bool IsPresent(HttpContext http) =>
        http.Request.Headers.ContainsKey(AttestationHeader) || http.Request.Headers.ContainsKey(ProofHeader);

    public async Task<Checked<AuthenticatedClient>> CheckAsync(HttpContext http, RequestParameters form, CancellationToken ct)
    {
        if (Parse(http, AttestationHeader, Rule.AttestationFormat).Refused(out var refusal, out var attestation)
            || Parse(http, ProofHeader, Rule.AttestationProofFormat).Refused(out refusal, out var proof)
            || (await FindClientAsync(attestation, form, ct)).Refused(out refusal, out var client)
            || VerifyAttestation(attestation, client).Refused(out refusal, out var verified)
            || VerifyProof(verified, proof, client).Refused(out refusal, out var instance))
        {
            return refusal;
        }

        var id = StoredHash.TextOf($"{instance.ThumbprintText()}.{proof.UnverifiedClaims.StringMember("jti")}");
        return await store.TryAddAsync(ReplayKind, id, TimeRules.ProofMemory, ct)
            ? new AuthenticatedClient(client, instance.ThumbprintText())
            : Refuse(Rule.AttestationProofReplay, "the attestation's proof was used before");
    }

    private static Checked<SignedJwt> Parse(HttpContext http, string header, Rule rule)
    {
        var values = http.Request.Headers[header];
        if (values.Count != 1)
        {
            return Refuse(rule, $"exactly one {header} header is expected");
        }

        return SignedJwt.Parse(values.ToString()).Failed(out var failure, out var jwt)
            ? Refuse(rule, $"{header} is not valid: {failure.Fact}")
            : jwt;
    }

    private async Task<Checked<Client>> FindClientAsync(SignedJwt attestation, RequestParameters form, CancellationToken ct)
    {
        var id = attestation.UnverifiedClaims.StringMember("sub");
        if (id is null)
        {
            return Refuse(Rule.AttestationSubject, "sub of the attestation is missing");
        }

        // HAIP §4.4.1: client_id is sub of the attestation.
        if (form["client_id"] is { } stated && stated != id)
        {
            return ClientAuthentication.Refuse(Rule.ClientIdMismatch, "client_id is not sub of the attestation");
        }

        if (await clients.FindAsync(id, ct) is not { } client)
        {
            return ClientAuthentication.Refuse(Rule.UnknownClient, "the client is unknown");
        }

        return client.AuthenticationMethod == ClientAuthenticationMethod.Attestation
            ? client
            : ClientAuthentication.Refuse(Rule.ClientAuthenticationMethod, "the client is not registered for attest_jwt_client_auth");
    }

    private Checked<VerifiedJwt> VerifyAttestation(SignedJwt attestation, Client client)
    {
        if (X5c.Parse(attestation.Header).Failed(out var failure, out var chain))
        {
            return Refuse(Rule.AttestationChain, $"x5c of the attestation is not valid: {failure.Fact}");
        }

        using (chain)
        {
            var now = time.GetUtcNow();
            if (CertificatePath.Validate(chain, options.AttesterAnchors, now) is not PathResult.Valid)
            {
                return Refuse(Rule.AttestationChain, "the attester is not trusted here");
            }

            if (VerificationKey.Of(chain.Leaf).Failed(out failure, out var key))
            {
                return Refuse(Rule.AttestationChain, failure.Fact);
            }

            using (key)
            {
                if (attestation.Verify(key, "oauth-client-attestation+jwt", JwsAlgorithm.ES256, JwsAlgorithm.ES384, JwsAlgorithm.ES512)
                    .Failed(out failure, out var verified))
                {
                    return Refuse(Rule.AttestationSignature, $"the attestation is not valid: {failure.Fact}");
                }

                return AttestationChecks.Attestation(verified, client.Id, now) is { } refusal ? refusal : verified;
            }
        }
    }

    private Checked<Jwk> VerifyProof(VerifiedJwt attestation, SignedJwt proof, Client client)
    {
        if (attestation.Claims.ObjectMember("cnf")?.ObjectMember("jwk") is not { } json
            || Jwk.Parse(json).Failed(out _, out var jwk)
            || VerificationKey.Import(jwk).Failed(out _, out var key))
        {
            return Refuse(Rule.AttestationKey, "cnf.jwk of the attestation is missing or no public key");
        }

        using (key)
        {
            if (proof.Verify(key, "oauth-client-attestation-pop+jwt", JwsAlgorithm.ES256, JwsAlgorithm.ES384, JwsAlgorithm.ES512)
                .Failed(out var failure, out var verified))
            {
                return Refuse(Rule.AttestationProofSignature, $"the attestation's proof is not valid: {failure.Fact}");
            }

            return AttestationChecks.Proof(verified, client.Id, options.Issuer, time.GetUtcNow()) is { } refusal ? refusal : jwk;
        }
    }

    private static Refusal Refuse(Rule rule, string description) => new(rule, OAuthErrors.InvalidClientAttestation, description);
}
