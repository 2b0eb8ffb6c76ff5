using Microsoft.Extensions.DependencyInjection;

namespace IdentityPlatform.Hosting.Passkeys;

/// <summary>Puts passkeys into a program that has <c>AddPages</c>, a <c>Database</c>, a <c>OneTimeStore</c> and a <c>TimeProvider</c>.</summary>
public static class PasskeysSetup
{
    /// <summary>Registers <see cref="PasskeyCeremonies"/> and <see cref="PasskeyStore"/>; the program migrates <see cref="PasskeyStore.Migrations"/>.</summary>
    public static IServiceCollection AddPasskeys(this IServiceCollection services, PasskeySettings settings) =>
        services.AddSingleton(settings).AddSingleton<PasskeyStore>().AddSingleton<PasskeyCeremonies>();
}
