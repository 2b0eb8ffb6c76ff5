using IdentityPlatform.Formats.Jose;

namespace IdentityPlatform.Verifier.AspNetCore;

/// <summary>Where a bundle comes from, and where it is kept.</summary>
public sealed class BundleSource
{
    /// <summary>The directory in which it is kept; made where it is missing.</summary>
    public required string Directory { get; init; }

    /// <summary>The root keys that the integrator pins.</summary>
    public required IReadOnlyList<Jwk> Roots { get; init; }

    /// <summary>Where newer ones are (https; http on this machine alone), or null where there is no network and somebody brings them.</summary>
    public Uri? Address { get; init; }

    /// <summary>How often the address is asked for a newer one.</summary>
    public TimeSpan Every { get; init; } = TimeSpan.FromHours(6);

    /// <summary>How soon it is asked again after it could not be reached; never later than <see cref="Every"/>.</summary>
    public TimeSpan SoonAgain { get; init; } = TimeSpan.FromSeconds(30);
}
