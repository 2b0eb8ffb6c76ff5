using System.Reflection;
using System.Security.Cryptography;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Hosting;
using IdentityPlatform.Hosting.Keys;
using IdentityPlatform.Hosting.Pages;
using IdentityPlatform.Hosting.Passkeys;
using IdentityPlatform.Hosting.Storage;
using IdentityPlatform.Issuer.Catalogue;
using IdentityPlatform.Issuer.Desk;
using IdentityPlatform.Issuer.Endpoints;
using IdentityPlatform.Issuer.Events;
using IdentityPlatform.Issuer.Issuance;
using IdentityPlatform.Issuer.Officers;
using IdentityPlatform.Issuer.Operation;
using IdentityPlatform.Issuer.Patents;
using IdentityPlatform.Issuer.People;
using IdentityPlatform.Issuer.Sessions;
using IdentityPlatform.Issuer.Signing;
using IdentityPlatform.Issuer.Status;
using IdentityPlatform.OAuth;
using IdentityPlatform.OAuth.Clients;
using IdentityPlatform.OAuth.RelyingParty;

namespace IdentityPlatform.Issuer;

/// <summary>The issuer as a program: one binary, many deployments told apart by configuration alone.</summary>
public static class CardIssuer
{
    /// <summary>The languages of the pages; English is what the others fall back to.</summary>
    public static IReadOnlyList<string> Languages { get; } = ["en", "ru", "hy", "kk", "ky", "uz", "tg"];

    /// <summary>What <see cref="ServerCommands"/> runs.</summary>
    public static ServerProgram Program { get; } = new()
    {
        Name = "card-issuer",
        Keys = [.. IssuanceRegistration.Keys, KeyRole.AuditHead],
        MoreKeys = [(KeyRole.ClientAuthentication, JwsAlgorithm.ES256), (KeyRole.RequestEncryption, JwsAlgorithm.ES256)],
        Secrets = [SecretRole.PersonKeyWrap, SecretRole.Notifications],
        Migrations = [AuthorizationServer.Migrations, PasskeyStore.Migrations, new MigrationSet("issuer", Assembly.GetExecutingAssembly())],
        Services = AddServices,
        Endpoints = MapEndpoints,
        Verbs = verbs =>
        [
            SignerCommands.Create(), OfficerCommands.Create(), OfficerCommands.CreateForDecisions(),
            IssuanceRegistration.BundleCommand(verbs), RevocationCommands.Create(), ReissueCommands.Create(verbs), ClientCommands.Create(verbs),
        ],
    };

    private static void AddServices(WebApplicationBuilder builder, ServerSettings settings)
    {
        var signIn = SignInSettings.Read(builder.Configuration);
        builder.UseClientCertificates(ClientSettings.Read(builder.Configuration, settings.Development).MutualTls);
        builder.Services.AddIssuance(builder.Configuration, settings);
        builder.Services.AddPages(new PagesOptions
        {
            ProgramName = signIn.ClientId,
            PublicUrl = settings.PublicUrl,
            SiteName = NamesOf(builder.Configuration),
            Languages = Languages,
            AssetAssemblies = [Assembly.GetExecutingAssembly()],
        });
        builder.Services.AddPasskeys(new PasskeySettings { RpId = settings.RpId, Origins = [settings.PublicUrl] });
        AddSignIn(builder.Services, settings, signIn);
        AddDesk(builder.Services, builder.Configuration);
        if (IsOfEvents(builder.Services))
        {
            builder.Services.AddEvents(builder.Configuration, settings);
        }

        builder.Services.AddDescriptions();
    }

    private static void MapEndpoints(WebApplication app)
    {
        app.UsePages();
        app.MapIssuance();
        app.Services.GetRequiredService<OfficersEndpoints>().Map(app);
        app.Services.GetRequiredService<OperatorEndpoints>().Map(app);
        app.MapDescriptions();
        if (app.Services.GetRequiredService<Deployment>().IsOfEvents)
        {
            app.MapEvents();
        }
        else
        {
            MapPeople(app);
        }
    }

    // Where tickets are given nobody signs in, applies or has a file.
    private static void MapPeople(WebApplication app)
    {
        _ = app.Services.GetRequiredService<Signer>().Active(KeyRole.ClientAuthentication);
        app.MapSignIn();
        app.Services.GetRequiredService<PersonDataEndpoints>().Map(app);
        app.Services.GetRequiredService<PersonApplicationEndpoints>().Map(app);
        app.Services.GetRequiredService<PersonCardEndpoints>().Map(app);
        app.Services.GetRequiredService<PersonGuardianEndpoints>().Map(app);
        app.Services.GetRequiredService<PaymentEndpoints>().Map(app);
        app.Services.GetRequiredService<DeskCaseEndpoints>().Map(app);
        app.Services.GetRequiredService<DeskPhotoEndpoints>().Map(app);
        app.Services.GetRequiredService<DeskCardEndpoints>().Map(app);
        app.Services.GetRequiredService<DeskPaperEndpoints>().Map(app);
        app.Services.GetRequiredService<DeskDecisionEndpoints>().Map(app);
        if (app.Services.GetRequiredService<Deployment>().IsPaid)
        {
            app.Services.GetRequiredService<AgreementEndpoints>().Map(app);
        }
    }

    private static void AddSignIn(IServiceCollection services, ServerSettings settings, SignInSettings signIn)
    {
        services.AddSingleton(provider => new OpenIdClientOptions
        {
            Authority = signIn.Authority,
            ClientId = signIn.ClientId,
            RedirectUri = $"{settings.PublicUrl}/signin/callback",
            ClientKey = provider.GetRequiredService<Signer>().Active(KeyRole.ClientAuthentication),
        });
        services.AddHttpClient(nameof(OpenIdClient), client => client.Timeout = TimeSpan.FromSeconds(20));
        services.AddSingleton(provider => new OpenIdClient(
            provider.GetRequiredService<IHttpClientFactory>().CreateClient(nameof(OpenIdClient)),
            provider.GetRequiredService<OpenIdClientOptions>(),
            provider.GetRequiredService<TimeProvider>(),
            RandomNumberGenerator.Fill));
        services.AddSingleton<BrowserSessions>().AddSingleton<PersonSessions>().AddSingleton<PersonRegister>();
    }

    // What is paid for, and the agreements under which it is issued.
    private static void AddPatents(IServiceCollection services) => services
        .AddSingleton<AgreementDecisions>()
        .AddSingleton<AgreementDesk>()
        .AddSingleton<AgreementEndpoints>()
        .AddSingleton<PatentRegister>()
        .AddSingleton<PatentOrders>()
        .AddSingleton<PatentPlaces>();

    private static void AddDesk(IServiceCollection services, IConfiguration configuration)
    {
        AddPatents(services);
        services
            .AddSingleton(DeploymentDirectory.Read(configuration, Centres.Load))
            .AddSingleton<Cases>()
            .AddSingleton<Cards>()
            .AddSingleton<Representations>()
            .AddSingleton<GuardianDisputes>()
            .AddSingleton<Reminders>()
            .AddSingleton<CardOrderRows>()
            .AddSingleton<CardOrders>()
            .AddSingleton<CardSweep>()
            .AddSingleton<CaseSweep>()
            .AddSingleton<Erasure>()
            .AddSingleton<Housekeeping>()
            .AddHostedService(provider => provider.GetRequiredService<Housekeeping>())
            .AddSingleton<PaperDesk>()
            .AddSingleton<CardRegister>()
            .AddSingleton<ICardRegister>(provider => provider.GetRequiredService<CardRegister>())
            .AddSingleton<DeskDay>()
            .AddSingleton<OfficerQuestions>()
            .AddSingleton<Decisions>()
            .AddSingleton<DocumentNumbers>()
            .AddSingleton<Roster>()
            .AddSingleton<OfficerSessions>();
        services
            .AddSingleton<PersonDataEndpoints>()
            .AddSingleton<PersonApplicationEndpoints>()
            .AddSingleton<PersonCardEndpoints>()
            .AddSingleton<PersonGuardianEndpoints>()
            .AddSingleton<PaymentEndpoints>()
            .AddSingleton<OfficersEndpoints>()
            .AddSingleton<DeskCaseEndpoints>()
            .AddSingleton<DeskPhotoEndpoints>()
            .AddSingleton<DeskCardEndpoints>()
            .AddSingleton<DeskPaperEndpoints>()
            .AddSingleton<OperatorReports>()
            .AddSingleton<OperatorEndpoints>()
            .AddSingleton<DeskDecisionEndpoints>();
    }

    private static bool IsOfEvents(IServiceCollection services) =>
        services.Select(service => service.ImplementationInstance).OfType<Deployment>().Single().IsOfEvents;

    private static Dictionary<string, string> NamesOf(IConfiguration configuration) =>
        DeploymentDirectory.Read(configuration, Deployment.Load).Name.All.ToDictionary(name => name.Language, name => name.Text);
}
