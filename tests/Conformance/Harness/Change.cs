using System.Text.Json.Nodes;

namespace IdentityPlatform.Conformance.Harness;

/// <summary>What a module does otherwise than a well-behaved client would in one request.</summary>
public sealed class Change
{
    public static readonly Change None = new();

    /// <summary>Changes the authorization parameters, wherever the variant puts them: form or request object.</summary>
    public Action<Dictionary<string, string>>? Parameters { get; init; }

    /// <summary>Changes the form as it is sent.</summary>
    public Action<Dictionary<string, string>>? Form { get; init; }

    /// <summary>Changes header and claims of the client assertion.</summary>
    public Action<JsonObject, JsonObject>? Assertion { get; init; }

    /// <summary>Changes header and claims of the DPoP proof.</summary>
    public Action<JsonObject, JsonObject>? Proof { get; init; }

    /// <summary>Changes header and claims of the request object.</summary>
    public Action<JsonObject, JsonObject>? RequestObject { get; init; }

    /// <summary>Changes the wallet attestation.</summary>
    public AttestationChange? Attestation { get; init; }

    /// <summary>Changes the finished request.</summary>
    public Action<HttpRequestMessage>? Message { get; init; }

    public SuiteKey? AssertionKey { get; init; }

    public SuiteKey? ProofKey { get; init; }

    public SuiteKey? RequestObjectKey { get; init; }

    /// <summary>Leaves client authentication out; <c>client_id</c> stays.</summary>
    public bool WithoutAuthentication { get; init; }

    /// <summary>Leaves out what binds the token: the DPoP proof, or the client certificate.</summary>
    public bool WithoutProof { get; init; }

    /// <summary>Sends a DPoP proof also where the variant would send none.</summary>
    public bool WithProof { get; init; }

    /// <summary>Sends the authorization parameters as a form although the variant signs them.</summary>
    public bool AsForm { get; init; }
}
