using Microsoft.AspNetCore.Http;

namespace IdentityPlatform.Hosting.Passkeys;

/// <summary>Registers passkeys and signs people in with them.</summary>
public sealed class PasskeyCeremonies
{
    public Task<CeremonyStart> BeginRegistrationAsync(HttpContext http, string userId, string userName, string displayName) => throw new NotImplementedException();

    public Task<RegistrationResult> CompleteRegistrationAsync(HttpContext http, string ceremonyId, string credentialJson) => throw new NotImplementedException();

    public Task<CeremonyStart> BeginSignInAsync(HttpContext http) => throw new NotImplementedException();

    public Task<SignInResult> CompleteSignInAsync(HttpContext http, string ceremonyId, string credentialJson) => throw new NotImplementedException();
}
