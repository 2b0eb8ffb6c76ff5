using System.Text.Json.Nodes;

namespace IdentityPlatform.Conformance.Harness;

/// <summary>A wallet instance: the attestation of its provider and the proof of the attested key (HAIP §4.4.1).</summary>
public sealed class SuiteWallet(SuiteKey provider, string chain) : IDisposable
{
    /// <summary>The attested key.</summary>
    public SuiteKey Instance { get; } = SuiteKey.Of("ES256");

    /// <summary>Adds the two headers, changed where a module wants it.</summary>
    public void Authenticate(HttpRequestMessage request, string clientId, string audience, AttestationChange? change)
    {
        change ??= AttestationChange.None;
        var instance = change.Instance ?? Instance;
        request.Headers.Add("OAuth-Client-Attestation", Attest(instance, clientId, change));
        request.Headers.Add("OAuth-Client-Attestation-PoP", Prove(instance, clientId, audience, change));
    }

    /// <summary>Attests keys (OpenID4VCI 1.0 Appendix D.1).</summary>
    public string AttestKeys(IEnumerable<SuiteKey> keys, string nonce) => provider.Sign(
        new() { ["typ"] = "key-attestation+jwt", ["alg"] = provider.Algorithm, ["x5c"] = new JsonArray(chain) },
        new()
        {
            ["iss"] = "https://wallet-provider.test",
            ["iat"] = SuiteClient.Now(),
            ["exp"] = SuiteClient.Now() + 600,
            ["nonce"] = nonce,
            ["key_storage"] = new JsonArray("iso_18045_moderate"),
            ["user_authentication"] = new JsonArray("iso_18045_moderate"),
            ["attested_keys"] = new JsonArray([.. keys.Select(key => (JsonNode)key.Bare())]),
        });

    public void Dispose() => Instance.Dispose();

    public override string ToString() => nameof(SuiteWallet);

    /// <summary>The same JWS with another signature.</summary>
    public static string Altered(string compact)
    {
        var place = compact.LastIndexOf('.') + 11;
        return $"{compact[..place]}{(compact[place] == 'A' ? 'B' : 'A')}{compact[(place + 1)..]}";
    }

    private string Attest(SuiteKey instance, string clientId, AttestationChange change)
    {
        var header = new JsonObject { ["typ"] = "oauth-client-attestation+jwt", ["alg"] = provider.Algorithm, ["x5c"] = new JsonArray(chain) };
        var claims = new JsonObject
        {
            ["iss"] = "https://wallet-provider.test",
            ["sub"] = clientId,
            ["iat"] = SuiteClient.Now(),
            ["exp"] = SuiteClient.Now() + 600,
            ["cnf"] = new JsonObject { ["jwk"] = instance.Bare() },
        };
        change.Attestation?.Invoke(claims);
        var attestation = provider.Sign(header, claims);
        return change.AlterAttestation ? Altered(attestation) : attestation;
    }

    private static string Prove(SuiteKey instance, string clientId, string audience, AttestationChange change)
    {
        var header = new JsonObject { ["typ"] = "oauth-client-attestation-pop+jwt", ["alg"] = instance.Algorithm };
        var claims = new JsonObject { ["iss"] = clientId, ["aud"] = audience, ["jti"] = SuiteKey.Random(), ["iat"] = SuiteClient.Now() };
        change.Proof?.Invoke(claims);
        var proof = (change.ProofKey ?? instance).Sign(header, claims);
        return change.AlterProof ? Altered(proof) : proof;
    }
}

/// <summary>What a module changes about an attestation.</summary>
public sealed class AttestationChange
{
    public static readonly AttestationChange None = new();

    public Action<JsonObject>? Attestation { get; init; }

    public Action<JsonObject>? Proof { get; init; }

    /// <summary>Signs the proof instead of the attested key.</summary>
    public SuiteKey? ProofKey { get; init; }

    /// <summary>Another instance of the same wallet: attested, and the signer of the proof.</summary>
    public SuiteKey? Instance { get; init; }

    public bool AlterAttestation { get; init; }

    public bool AlterProof { get; init; }
}
