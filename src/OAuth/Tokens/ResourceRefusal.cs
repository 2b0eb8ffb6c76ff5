using IdentityPlatform.OAuth.Endpoints;
using IdentityPlatform.OAuth.Protocol;
using Microsoft.AspNetCore.Http;

namespace IdentityPlatform.OAuth.Tokens;

/// <summary>A resource's refusal: the challenge of RFC 9449 §7.1, and the same as JSON.</summary>
internal sealed class ResourceRefusal(Refusal refusal, string? scope) : IResult, IStatusCodeHttpResult
{
    /// <summary>The algorithms of proofs, for challenges and metadata.</summary>
    public static readonly IReadOnlyList<string> ProofAlgorithms = ["ES256", "ES384", "ES512", "PS256"];

    public int? StatusCode => refusal.Error switch
    {
        OAuthErrors.InvalidRequest => StatusCodes.Status400BadRequest,
        OAuthErrors.InsufficientScope => StatusCodes.Status403Forbidden,
        _ => StatusCodes.Status401Unauthorized,
    };

    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.Headers.WWWAuthenticate = Challenge();
        return JsonAnswer.Error(refusal, StatusCode!.Value).ExecuteAsync(httpContext);
    }

    // RFC 6750 §3.1: a request without any token is told no error code.
    private string Challenge()
    {
        var algorithms = $"algs=\"{string.Join(' ', ProofAlgorithms)}\"";
        if (refusal.Rule == Rule.TokenMissing)
        {
            return $"DPoP {algorithms}";
        }

        var asked = refusal.Error == OAuthErrors.InsufficientScope ? $", scope=\"{scope}\"" : "";
        return $"DPoP error=\"{refusal.Error}\", error_description=\"{refusal.Description.Replace('"', '\'')}\"{asked}, {algorithms}";
    }
}
