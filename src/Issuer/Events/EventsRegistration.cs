using IdentityPlatform.Hosting;
using IdentityPlatform.Hosting.Keys;
using IdentityPlatform.Hosting.Storage;
using IdentityPlatform.Hosting.Web;
using IdentityPlatform.Issuer.Endpoints;
using IdentityPlatform.Verifier;
using IdentityPlatform.Verifier.AspNetCore;

namespace IdentityPlatform.Issuer.Events;

/// <summary>Puts the asking for cards, and the pages of events, into a program that issues tickets.</summary>
public static class EventsRegistration
{
    /// <summary>Registers what answers requests for tickets.</summary>
    public static IServiceCollection AddTickets(this IServiceCollection services) =>
        services.AddSingleton<EventRegister>().AddSingleton<TicketHolds>().AddSingleton<IssueTicket>();

    /// <summary>Registers what a deployment of tickets has beside the wallet-facing half, and no other deployment has.</summary>
    /// <exception cref="SettingsException">A setting is wrong.</exception>
    public static IServiceCollection AddEvents(this IServiceCollection services, IConfiguration configuration, ServerSettings settings)
    {
        var cards = ShownCardSettings.Read(configuration, settings.Development);
        return services
            .AddSingleton(cards)
            .AddBundle(cards.Bundle)
            .AddPresentations(provider => new PresentationOptions
            {
                PublicUrl = settings.PublicUrl,
                AccessKey = RequestKey(provider.GetRequiredService<Signer>()),
                Policy = Policy.Haip,
                Trust = () => provider.GetRequiredService<KeptBundle>().Trust,
                ReturnPath = TicketEndpoints.ReturnPath,
                Store = new SharedPresentations(provider.GetRequiredService<OneTimeStore>()),
            })
            .AddSingleton(provider => new Seal(provider.GetRequiredService<Signer>().Secret(SecretRole.Notifications), "visitors"))
            .AddSingleton<Visitors>()
            .AddSingleton<TicketDesk>()
            .AddSingleton<EventDecisions>()
            .AddSingleton<TicketEndpoints>()
            .AddSingleton<EventDeskEndpoints>();
    }

    /// <summary>Maps the pages.</summary>
    public static void MapEvents(this WebApplication app)
    {
        app.MapPresentations();
        app.Services.GetRequiredService<TicketEndpoints>().Map(app);
        app.Services.GetRequiredService<EventDeskEndpoints>().Map(app);
    }

    // A wallet asks who wants to see the card: the key that signs the question has to be certified.
    private static Formats.Jose.SigningKey RequestKey(Signer signer) => signer.Active(KeyRole.RequestObjects) is { CertificateChain.Count: > 0 } key
        ? key
        : throw new KeyDirectoryException("The active key for request-objects has no certificate: have its .csr signed, and put the answer in place with 'keys certify'.");
}
