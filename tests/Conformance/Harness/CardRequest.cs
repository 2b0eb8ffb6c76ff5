using System.Text;
using System.Text.Json.Nodes;

namespace IdentityPlatform.Conformance.Harness;

/// <summary>One request for a credential (OpenID4VCI 1.0 §8.2): what a wallet's access token is for.</summary>
internal sealed class CardRequest
{
    private readonly string _json;

    private CardRequest(string json, SuiteKey holder) => (_json, Holder) = (json, holder);

    /// <summary>The key that the card is bound to.</summary>
    public SuiteKey Holder { get; }

    /// <summary>Fetches a nonce and proves a fresh holder key with it.</summary>
    public static async Task<CardRequest> MakeAsync(SuiteClient client)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, client.Server.Endpoint("nonce_endpoint"));
        using var response = await client.Server.Http.SendAsync(request);
        var nonce = (await Answer.ReadAsync(request, response)).Is(200).Required("c_nonce");
        var holder = SuiteKey.Of("ES256");
        var proof = holder.Sign(
            new() { ["typ"] = "openid4vci-proof+jwt", ["alg"] = "ES256", ["jwk"] = holder.Bare() },
            new() { ["iss"] = client.Id, ["aud"] = client.Server.Issuer, ["iat"] = SuiteClient.Now(), ["nonce"] = nonce });
        var body = new JsonObject
        {
            ["credential_configuration_id"] = ConfigurationOf(client),
            ["proofs"] = new JsonObject { ["jwt"] = new JsonArray(proof) },
        };
        return new(body.ToJsonString(), holder);
    }

    public StringContent Content() => new(_json, Encoding.UTF8, "application/json");

    private static string ConfigurationOf(SuiteClient client) => client.Server.Metadata["credential_issuer_metadata"]!["credential_configurations_supported"]!.AsObject()
        .First(entry => (string?)entry.Value!["format"] == (client.Variant.Vci?.MetadataFormat ?? "dc+sd-jwt")).Key;

    public override string ToString() => nameof(CardRequest);
}
