using IdentityPlatform.IdP.Accounts;
using IdentityPlatform.IdP.SignIn;

namespace IdentityPlatform.IdP.Services;

/// <summary>What stands between a person and a service at one moment. Personal: redacted.</summary>
public sealed class Standing
{
    /// <summary>The service's sector.</summary>
    public required Sector Sector { get; init; }

    /// <summary>What the person agreed to share with the service, or null.</summary>
    public Consent? Consent { get; init; }

    /// <summary>What their card said and still holds, or null.</summary>
    public VerifiedIdentity? Identity { get; init; }

    /// <summary>The session that was asked for, or null where none was or it has ended.</summary>
    public StandingSession? Session { get; init; }

    /// <summary>Redacted.</summary>
    public override string ToString() => nameof(Standing);
}
