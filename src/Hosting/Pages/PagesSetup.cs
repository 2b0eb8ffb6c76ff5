using IdentityPlatform.Hosting.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace IdentityPlatform.Hosting.Pages;

/// <summary>Puts the pages into a program: <c>services.AddPages(options)</c>, then <c>app.UsePages()</c> before its endpoints.</summary>
public static class PagesSetup
{
    /// <summary>Registers the shell, its texts and assets, <see cref="Cookies"/>, <see cref="Languages"/> and <see cref="SameOriginOnly"/>.</summary>
    public static IServiceCollection AddPages(this IServiceCollection services, PagesOptions options)
    {
        services.AddRazorComponents();
        KeepNoKeysOfTheFramework(services);
        services.AddLocalization();
        services.AddHttpContextAccessor();
        return services
            .AddSingleton(options)
            .AddSingleton(new Cookies(options.ProgramName, options.PublicUrl))
            .AddSingleton<Assets>()
            .AddSingleton<Languages>()
            .AddSingleton<SameOriginOnly>();
    }

    /// <summary>
    /// Security headers, assets, the language of the request, and pages for errors, in this order; for what is marked
    /// <see cref="ForPrograms"/> no language and no pages.
    /// </summary>
    public static IApplicationBuilder UsePages(this IApplicationBuilder app)
    {
        var services = app.ApplicationServices;
        var (options, assets, languages) =
            (services.GetRequiredService<PagesOptions>(), services.GetRequiredService<Assets>(), services.GetRequiredService<Languages>());
        app.UseRouting();
        app.Use((http, next) => SecurityHeaders.ApplyAsync(http, options.IsHttps, next));
        app.Use(assets.ServeAsync);
        app.UseWhen(ForPrograms.IsMarked, ErrorPages.UseForFailures);
        app.UseWhen(http => !ForPrograms.IsMarked(http), people =>
        {
            people.UseRequestLocalization(languages.RequestLocalization());
            people.Use(languages.SwitchAsync);
            ErrorPages.UseForFailures(people);
            ErrorPages.UseForStatus(people);
        });
        return app;
    }

    // Components bring a key ring of the framework's own, which is made and read at every start and lies as a plain file in the
    // home folder. Nothing here uses it: cookies and forms have keys of the signer's directory, or need none.
    private static void KeepNoKeysOfTheFramework(IServiceCollection services)
    {
        var framework = typeof(KeyManagementOptions).Assembly;
        foreach (var preload in services.Where(s => s.ServiceType == typeof(IHostedService) && s.ImplementationType?.Assembly == framework).ToList())
        {
            services.Remove(preload);
        }

        services.Replace(ServiceDescriptor.Singleton<IDataProtectionProvider, EphemeralDataProtectionProvider>());
    }
}
