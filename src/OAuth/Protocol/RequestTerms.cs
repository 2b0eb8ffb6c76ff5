using System.Text.Json;
using IdentityPlatform.Formats.Jose;

namespace IdentityPlatform.OAuth.Protocol;

/// <summary>Checks one authorization detail of its type: null, or what is wrong with it, in English for its sender.</summary>
public delegate string? AuthorizationDetailCheck(JsonElement detail);

/// <summary>What a request can name at this server.</summary>
public sealed class RequestTerms
{
    /// <summary>Unknown scopes of a request are ignored.</summary>
    public required IReadOnlyCollection<string> Scopes { get; init; }

    /// <summary>The identifiers of the protected resources (RFC 8707 §2).</summary>
    public IReadOnlyCollection<string> Resources { get; init; } = [];

    /// <summary>The types of authorization details (RFC 9396 §2), each with its check.</summary>
    public IReadOnlyDictionary<string, AuthorizationDetailCheck> AuthorizationDetails { get; init; } = new Dictionary<string, AuthorizationDetailCheck>();

    /// <summary>True when the host draws the page of <c>form_post</c>.</summary>
    public bool FormPost { get; init; }

    /// <summary>The algorithms that answers can be signed with (JARM §4).</summary>
    public IReadOnlyCollection<JwsAlgorithm> ResponseAlgorithms { get; init; } = [];
}
