namespace IdentityPlatform.OAuth.Protocol;

/// <summary>Whether the sign-in behind a token is good enough for a resource (RFC 9470 §4).</summary>
internal static class StepUpChecks
{
    public static Refusal? Run(AccessRequirement requirement, string? acr, long? authTime, DateTimeOffset now)
    {
        if (requirement.AcrValues.Count > 0 && (acr is null || !requirement.AcrValues.Contains(acr)))
        {
            return new(Rule.TokenAcr, OAuthErrors.InsufficientUserAuthentication, "a stronger sign-in is needed");
        }

        // A token without auth_time says nothing about its age, so it is too old.
        return requirement.MaxAge is { } maxAge && (authTime is not { } time || now.ToUnixTimeSeconds() - time > (long)maxAge.TotalSeconds)
            ? new(Rule.TokenAuthTime, OAuthErrors.InsufficientUserAuthentication, "a more recent sign-in is needed")
            : null;
    }
}

/// <summary>What a resource asks of a token, beyond being valid, alive and for this server.</summary>
public sealed class AccessRequirement
{
    /// <summary>A scope that the token must have, or null.</summary>
    public string? Scope { get; init; }

    /// <summary>The authentication context classes that are good enough, best first (RFC 9470 §3); empty: any.</summary>
    public IReadOnlyList<string> AcrValues { get; init; } = [];

    /// <summary>How long ago the person may have signed in; null: any time.</summary>
    public TimeSpan? MaxAge { get; init; }

    /// <summary>True also admits a client's own tokens (<c>client_credentials</c>), behind which no person stands.</summary>
    public bool AllowsClients { get; init; }
}
