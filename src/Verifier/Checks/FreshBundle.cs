namespace IdentityPlatform.Verifier.Checks;

/// <summary>The bundle, or the list of anchors, that says whom to trust is not older than it allows itself to be.</summary>
internal static class FreshBundle
{
    /// <summary>The failed step, or null.</summary>
    public static Step<TCase>? Check<TCase>(Policy policy, Trust trust, DateTimeOffset now)
        where TCase : class => trust.Content is { } content && now - content.IssuedAt > content.BundleMaxAge + policy.ClockSkew
        ? Step<TCase>.Failed(new Failure.BundleTooOld(content.IssuedAt, content.BundleMaxAge), trust.AgeAt(now))
        : default(Step<TCase>?);
}
