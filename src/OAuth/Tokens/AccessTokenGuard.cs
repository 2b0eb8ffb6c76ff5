using Microsoft.AspNetCore.Http;

namespace IdentityPlatform.OAuth.Tokens;

/// <summary>Admits requests with a DPoP-bound access token of this server (RFC 9068 §4, RFC 9449 §7).</summary>
public sealed class AccessTokenGuard
{
    /// <param name="http">The request to the resource.</param>
    /// <param name="requiredScope">A scope that the token must have, or null.</param>
    /// <param name="ct">The request's end.</param>
    public Task<GuardResult> CheckAsync(HttpContext http, string? requiredScope, CancellationToken ct) => throw new NotImplementedException();
}
