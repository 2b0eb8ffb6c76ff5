using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace IdentityPlatform.Hosting.Passkeys;

/// <summary>ASP.NET Core Identity's WebAuthn, set up so that nothing of a request decides over domain or origin.</summary>
internal sealed class FrameworkHandler(PasskeySettings settings)
{
    // COSE numbers of ES256 and RS256 (RFC 9053 §2.1, RFC 8812 §2): what AssertionEvidence can check again.
    private const int Es256 = -7;
    private const int Rs256 = -257;

    private readonly IOptions<IdentityPasskeyOptions> _options = Options.Create(new IdentityPasskeyOptions
    {
        ServerDomain = settings.RpId,
        ValidateOrigin = context => ValueTask.FromResult(
            settings.Origins.Contains(context.Origin, StringComparer.Ordinal) && !context.CrossOrigin && context.TopOrigin is null),
        AuthenticatorTimeout = settings.CeremonyLifetime,
        UserVerificationRequirement = "required",
        ResidentKeyRequirement = "required",
        IsAllowedAlgorithm = algorithm => algorithm is Es256 or Rs256,
    });

    /// <summary>A handler that knows these passkeys and no others.</summary>
    public IPasskeyHandler<PasskeyAccount> For(IReadOnlyList<Passkey> known)
    {
        var users = new UserManager<PasskeyAccount>(
            new KnownPasskeys(known), Options.Create(new IdentityOptions()), new PasswordHasher<PasskeyAccount>(), [], [],
            new UpperInvariantLookupNormalizer(), new IdentityErrorDescriber(), services: null!, NullLogger<UserManager<PasskeyAccount>>.Instance);
        return new PasskeyHandler<PasskeyAccount>(users, _options);
    }
}
