using Microsoft.Extensions.DependencyInjection;

namespace IdentityPlatform.Hosting.Passkeys;

/// <summary>Puts passkeys into a program that has <c>AddPages</c>, a <c>Database</c> and a <c>OneTimeStore</c>.</summary>
public static class PasskeysSetup
{
    /// <summary>Registers <see cref="PasskeyCeremonies"/>.</summary>
    public static IServiceCollection AddPasskeys(this IServiceCollection services, PasskeySettings settings) =>
        services.AddSingleton(settings).AddSingleton<PasskeyCeremonies>();
}
