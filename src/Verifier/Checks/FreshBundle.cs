using IdentityPlatform.Verifier.Bundle;

namespace IdentityPlatform.Verifier.Checks;

/// <summary>The bundle that says whom to trust is not older than it allows itself to be.</summary>
internal static class FreshBundle
{
    /// <summary>The failed step, or null.</summary>
    public static Step<TCase>? Check<TCase>(Policy policy, Trust trust, DateTimeOffset now)
        where TCase : class => trust.Bundle?.Content is { } bundle && now - bundle.IssuedAt > bundle.BundleMaxAge + policy.ClockSkew
        ? Step<TCase>.Failed(new Failure.BundleTooOld(bundle.IssuedAt, bundle.BundleMaxAge), AgeOf(bundle, now))
        : null;

    public static ListAge AgeOf(BundleContent bundle, DateTimeOffset now) => new("bundle", bundle.IssuedAt, now - bundle.IssuedAt);
}
