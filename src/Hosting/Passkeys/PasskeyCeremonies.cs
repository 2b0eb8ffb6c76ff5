using System.Security.Cryptography;
using IdentityPlatform.Formats;
using IdentityPlatform.Hosting.Storage;
using IdentityPlatform.Hosting.Web;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Logging;

namespace IdentityPlatform.Hosting.Passkeys;

/// <summary>
/// Registers passkeys and signs people in with them. ASP.NET Core Identity's handler verifies; around it, what it leaves to
/// its caller: state on the server that is taken once, fixed domain and origins, the counter, the limits.
/// </summary>
public sealed partial class PasskeyCeremonies(
    OneTimeStore oneTime, PasskeyStore passkeys, Cookies cookies, PasskeySettings settings, TimeProvider time, ILogger<PasskeyCeremonies> logger)
{
    private readonly CeremonyStates _states = new(oneTime, cookies, settings);
    private readonly FrameworkHandler _framework = new(settings);

    /// <summary>Begins to add a passkey to an account.</summary>
    /// <param name="http">The request; its browser alone can complete.</param>
    /// <param name="userId">The account. The authenticator never sees it.</param>
    /// <param name="userName">What the authenticator lists the account under; cut to the allowed length.</param>
    /// <param name="displayName">A friendlier name; cut to the allowed length.</param>
    public async Task<CeremonyStart> BeginRegistrationAsync(HttpContext http, string userId, string userName, string displayName)
    {
        var known = await passkeys.OfUserAsync(userId, http.RequestAborted);
        var handle = known.Count > 0 ? known[0].UserHandle : Base64UrlText.Encode(RandomNumberGenerator.GetBytes(32));
        // The handler keeps what it is told in its state: it is told the handle, and the names go into the options alone.
        var entity = new PasskeyUserEntity { Id = handle, Name = handle, DisplayName = handle };
        var made = await _framework.For(known).MakeCreationOptionsAsync(entity, http);
        var id = await _states.BeginAsync(http, CeremonyStates.Registration, made.AttestationState!, userId, handle);
        return new(id, CreationOptions.WithNames(made.CreationOptionsJson, userName, displayName, settings.MaxNameLength));
    }

    /// <summary>Completes what <see cref="BeginRegistrationAsync"/> began and stores the passkey.</summary>
    public async Task<RegistrationResult> CompleteRegistrationAsync(HttpContext http, string ceremonyId, string credentialJson)
    {
        if (await _states.TakeAsync(http, CeremonyStates.Registration, ceremonyId) is not { UserId: { } userId, UserHandle: { } handle } state)
        {
            return new RegistrationResult.Refused(PasskeyRefusal.UnknownCeremony);
        }

        if (!_states.IsOwnBrowser(http, state))
        {
            return new RegistrationResult.Refused(PasskeyRefusal.OtherBrowser);
        }

        if (ReceivedCredential.ParseRegistration(credentialJson).Failed(out _, out var received))
        {
            return new RegistrationResult.Refused(PasskeyRefusal.Malformed);
        }

        return RefusalOf(received) is { } refusal
            ? new RegistrationResult.Refused(refusal)
            : await AddAsync(http, userId, handle, state, received, credentialJson);
    }

    /// <summary>Begins a sign-in with whatever passkey the person chooses.</summary>
    public async Task<CeremonyStart> BeginSignInAsync(HttpContext http)
    {
        var made = await _framework.For([]).MakeRequestOptionsAsync(user: null, http);
        var id = await _states.BeginAsync(http, CeremonyStates.SignIn, made.AssertionState!, userId: null, userHandle: null);
        return new(id, made.RequestOptionsJson);
    }

    /// <summary>Completes what <see cref="BeginSignInAsync"/> began.</summary>
    public async Task<SignInResult> CompleteSignInAsync(HttpContext http, string ceremonyId, string credentialJson)
    {
        if (await _states.TakeAsync(http, CeremonyStates.SignIn, ceremonyId) is not { } state)
        {
            return new SignInResult.Refused(PasskeyRefusal.UnknownCeremony);
        }

        if (!_states.IsOwnBrowser(http, state))
        {
            return new SignInResult.Refused(PasskeyRefusal.OtherBrowser);
        }

        if (ReceivedCredential.ParseAssertion(credentialJson).Failed(out _, out var received))
        {
            return new SignInResult.Refused(PasskeyRefusal.Malformed);
        }

        return RefusalOf(received) is { } refusal
            ? new SignInResult.Refused(refusal)
            : await UseAsync(http, state, received, credentialJson);
    }

    // The handler checks these too and answers all of them with one exception: here each has its name.
    private PasskeyRefusal? RefusalOf(ReceivedCredential received) =>
        !settings.Origins.Contains(received.Client.Origin, StringComparer.Ordinal) || received.Client.Framed ? PasskeyRefusal.ForeignOrigin
        : !received.Authenticator.IsFor(settings.RpId) ? PasskeyRefusal.ForeignRelyingParty
        : !received.Authenticator.UserPresent || !received.Authenticator.UserVerified ? PasskeyRefusal.UserNotVerified
        : null;

    private async Task<RegistrationResult> AddAsync(
        HttpContext http, string userId, string handle, CeremonyState state, ReceivedCredential received, string credentialJson)
    {
        var result = await _framework.For([]).PerformAttestationAsync(
            new PasskeyAttestationContext { HttpContext = http, CredentialJson = credentialJson, AttestationState = state.HandlerState });
        if (!result.Succeeded)
        {
            Report(result.Failure);
            return new RegistrationResult.Refused(PasskeyRefusal.NotVerified);
        }

        var passkey = ToPasskey(userId, handle, result.Passkey, received);
        return await passkeys.AddAsync(passkey, settings.MaxPasskeys, http.RequestAborted) switch
        {
            PasskeyAddition.Added => new RegistrationResult.Registered(userId, passkey),
            PasskeyAddition.Taken => new RegistrationResult.Refused(PasskeyRefusal.AlreadyRegistered),
            PasskeyAddition.TooMany => new RegistrationResult.Refused(PasskeyRefusal.TooManyPasskeys),
            _ => throw new InvalidOperationException("An addition has three outcomes."),
        };
    }

    private Passkey ToPasskey(string userId, string handle, UserPasskeyInfo verified, ReceivedCredential received) => new()
    {
        CredentialId = received.Id,
        UserId = userId,
        UserHandle = handle,
        PublicKey = verified.PublicKey,
        SignCount = verified.SignCount,
        Aaguid = received.Authenticator.Credential!.Aaguid,
        Transports = Transports.Known(verified.Transports),
        BackupEligible = verified.IsBackupEligible,
        BackedUp = verified.IsBackedUp,
        CreatedAt = time.GetUtcNow(),
        LastUsedAt = null,
    };

    private async Task<SignInResult> UseAsync(HttpContext http, CeremonyState state, ReceivedCredential received, string credentialJson)
    {
        if (await passkeys.FindAsync(received.Id, http.RequestAborted) is not { } passkey)
        {
            return new SignInResult.Refused(PasskeyRefusal.UnknownPasskey);
        }

        var result = await _framework.For([passkey]).PerformAssertionAsync(
            new PasskeyAssertionContext { HttpContext = http, CredentialJson = credentialJson, AssertionState = state.HandlerState });
        if (!result.Succeeded)
        {
            Report(result.Failure);
            return new SignInResult.Refused(PasskeyRefusal.NotVerified);
        }

        switch (await passkeys.UseAsync(received.Id, received.Authenticator.SignCount, result.Passkey.IsBackedUp, time.GetUtcNow(), http.RequestAborted))
        {
            case PasskeyUse.Used:
                return new SignInResult.SignedIn(passkey.UserId, received.Id, result.Passkey.IsBackedUp);
            case PasskeyUse.CounterWentBack:
                LogCounterWentBack(passkey.Aaguid);
                return new SignInResult.Refused(PasskeyRefusal.CounterWentBack, passkey.UserId);
            default:
                return new SignInResult.Refused(PasskeyRefusal.UnknownPasskey);
        }
    }

    // The handler's messages quote user handles and what the credential says: only the kind of failure is safe to log.
    private void Report(PasskeyException failure)
    {
        var cause = failure.InnerException?.GetType().Name ?? "a rule of WebAuthn";
        LogNotVerified(cause);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "A passkey did not verify: {Cause}")]
    private partial void LogNotVerified(string cause);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The counter of a passkey of model {Aaguid} went back: the authenticator may be copied")]
    private partial void LogCounterWentBack(Guid aaguid);
}
