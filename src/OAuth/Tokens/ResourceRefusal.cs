using System.Globalization;
using IdentityPlatform.OAuth.Endpoints;
using IdentityPlatform.OAuth.Protocol;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace IdentityPlatform.OAuth.Tokens;

/// <summary>A resource's refusal: the challenges of RFC 6750 §3, RFC 9449 §7.1 and RFC 9470 §3, and the same as JSON.</summary>
internal sealed class ResourceRefusal(Refusal refusal, Challenge challenge) : IResult, IStatusCodeHttpResult
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
        httpContext.Response.Headers.WWWAuthenticate = challenge.For(refusal);
        return JsonAnswer.Error(refusal, StatusCode!.Value).ExecuteAsync(httpContext);
    }
}

/// <summary>What to say to a request that a resource refuses: how tokens are to be sent, and what was wrong with this one.</summary>
internal sealed class Challenge(AccessRequirement requirement, string? scheme = null)
{
    private static readonly string Algorithms = $"algs=\"{string.Join(' ', ResourceRefusal.ProofAlgorithms)}\"";

    /// <summary>One challenge a scheme. The error stands with the scheme that the client used, or should have used.</summary>
    public StringValues For(Refusal refusal)
    {
        // RFC 6750 §3.1: a request without any token is told no error code.
        if (refusal.Rule == Rule.TokenMissing)
        {
            return new([$"DPoP {Algorithms}", PresentedToken.BearerScheme]);
        }

        var error = $"error=\"{refusal.Error}\", error_description=\"{refusal.Description.Replace('"', '\'')}\"{Wanted(refusal)}";
        return scheme == PresentedToken.BearerScheme && refusal.Rule != Rule.TokenScheme
            ? new([$"Bearer {error}", $"DPoP {Algorithms}"])
            : OfScheme(refusal, error);
    }

    private StringValues OfScheme(Refusal refusal, string error) => refusal.Rule == Rule.TokenScheme && scheme == PresentedToken.DpopScheme
        ? $"Bearer {error}"
        : $"DPoP {error}, {Algorithms}";

    private string Wanted(Refusal refusal) => refusal.Error switch
    {
        OAuthErrors.InsufficientScope => $", scope=\"{requirement.Scope}\"",
        OAuthErrors.InsufficientUserAuthentication => WantedSignIn(),
        _ => "",
    };

    // RFC 9470 §3: both, so that the next sign-in satisfies all of it.
    private string WantedSignIn()
    {
        var acr = requirement.AcrValues.Count > 0 ? $", acr_values=\"{string.Join(' ', requirement.AcrValues)}\"" : "";
        return requirement.MaxAge is { } age
            ? string.Create(CultureInfo.InvariantCulture, $"{acr}, max_age=\"{(long)age.TotalSeconds}\"")
            : acr;
    }
}
