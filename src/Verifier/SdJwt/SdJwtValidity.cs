using System.Text.Json;
using IdentityPlatform.Formats;
using Step = IdentityPlatform.Verifier.Checks.Step<IdentityPlatform.Verifier.SdJwt.SdJwtCase>;

namespace IdentityPlatform.Verifier.SdJwt;

/// <summary>The time of the check lies within the credential's own (RFC 7519 §4.1.4, §4.1.5), and not before the bundle's.</summary>
internal static class SdJwtValidity
{
    public static Step Check(SdJwtCase c)
    {
        var (now, skew) = (c.Now, c.Policy.ClockSkew);

        // A clock that was set back would make expired credentials valid again; the bundle was made at a time that has been.
        if (c.Trust.Content?.IssuedAt is { } floor && now + skew < floor)
        {
            return new Failure.ClockBehindBundle(now, floor);
        }

        var (start, end, issued) = (ReadTime(c.SignedClaims, "nbf"), ReadTime(c.SignedClaims, "exp"), ReadTime(c.SignedClaims, "iat"));
        if ((start.Failure ?? end.Failure ?? issued.Failure) is { } malformed)
        {
            return malformed;
        }

        // What was issued in the future (§4.1.6) was issued by a clock that nobody can rely on.
        if (Later(start.Time, issued.Time) is { } from && now + skew < from)
        {
            return new Failure.NotYetValid(now, from);
        }

        if (end.Time is not { } until)
        {
            return c.Policy.ExpiryRequired ? new Failure.TimeMissing("exp") : Step.Passed(c);
        }

        // RFC 7519 §4.1.4: on or after the time it is over.
        return now - skew >= until ? new Failure.Expired(now, until) : Step.Passed(c);
    }

    private static DateTimeOffset? Later(DateTimeOffset? one, DateTimeOffset? other) => other is null || one > other ? one : other;

    private static (DateTimeOffset? Time, Failure? Failure) ReadTime(JsonElement claims, string name)
    {
        if (claims.Member(name) is null)
        {
            return (null, null);
        }

        return claims.LongMember(name) is { } seconds && UnixTime.Find(seconds) is { } time ? (time, null) : (null, new Failure.TimeMalformed(name));
    }
}
