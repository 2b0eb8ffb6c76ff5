using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Hosting;
using IdentityPlatform.Hosting.Keys;
using IdentityPlatform.Hosting.Pages;
using IdentityPlatform.Hosting.Passkeys;
using IdentityPlatform.Hosting.Storage;
using IdentityPlatform.Hosting.Web;
using IdentityPlatform.IdP.Accounts;
using IdentityPlatform.IdP.Endpoints;
using IdentityPlatform.IdP.Guardians;
using IdentityPlatform.IdP.Logout;
using IdentityPlatform.IdP.Services;
using IdentityPlatform.IdP.SignIn;
using IdentityPlatform.OAuth;
using IdentityPlatform.OAuth.Clients;
using IdentityPlatform.Verifier;
using IdentityPlatform.Verifier.AspNetCore;

namespace IdentityPlatform.IdP;

/// <summary>The OpenID Provider: what it is made of.</summary>
public static class IdentityProvider
{
    private const string Name = "idp";

    /// <summary>The languages of the pages, the fallback first; discovery names them.</summary>
    public static IReadOnlyList<string> Languages { get; } = ["en", "ru", "hy", "kk", "ky", "uz", "tg"];

    /// <summary>The program behind <c>Program.cs</c>.</summary>
    public static ServerProgram Program { get; } = new()
    {
        Name = Name,
        Keys = [KeyRole.IdentityTokens, KeyRole.AccessTokens, KeyRole.RequestObjects, KeyRole.AuditHead],

        // OpenID Connect Core §15.1: RS256 is what a client gets that says nothing else; PS256 is FAPI's choice of RSA.
        MoreKeys = [(KeyRole.IdentityTokens, JwsAlgorithm.RS256), (KeyRole.IdentityTokens, JwsAlgorithm.PS256)],
        Secrets = [SecretRole.PersonKeyWrap, SecretRole.PairwiseWrap],
        Migrations = [new MigrationSet(Name, typeof(IdentityProvider).Assembly), AuthorizationServer.Migrations, PasskeyStore.Migrations],
        Services = AddServices,
        Endpoints = MapEndpoints,
        Verbs = verbs => [.. ServiceCommands.Create(verbs), ClientCommands.Create(verbs)],
    };

    private static void AddServices(WebApplicationBuilder builder, ServerSettings settings)
    {
        var cards = CardSettings.Read(builder.Configuration, settings.Development);
        var acr = new AssuranceNames(builder.Configuration["Namespace"] ?? throw new SettingsException("Namespace", "is missing."));
        var services = builder.Services;
        services.AddPages(PagesOf(settings));
        services.AddPasskeys(new PasskeySettings { RpId = settings.RpId, Origins = [settings.PublicUrl] });
        var clients = ClientSettings.Read(builder.Configuration, settings.Development);
        builder.UseClientCertificates(clients.MutualTls);
        services.AddAuthorizationServer(OpenIdProvider.Options(settings, acr, clients, builder.Configuration));
        services.AddSingleton(cards).AddSingleton(acr);
        services.AddSingleton(s => new Seal(s.GetRequiredService<Signer>().Secret(SecretRole.PairwiseWrap), Name));
        AddPeople(services);
        AddLogout(services, settings);
        AddProtocol(services, settings);
        AddCards(services, settings, cards);
        AddEndpoints(services);
    }

    private static PagesOptions PagesOf(ServerSettings settings) => new()
    {
        ProgramName = Name,
        PublicUrl = settings.PublicUrl,
        Languages = Languages,
        SiteName = new Dictionary<string, string>
        {
            ["en"] = "Identity account",
            ["ru"] = "Единый аккаунт",
            ["hy"] = "Միասնական հաշիվ",
            ["kk"] = "Бірыңғай аккаунт",
            ["ky"] = "Бирдиктүү аккаунт",
            ["uz"] = "Yagona akkaunt",
            ["tg"] = "Ҳисоби ягона",
        },
        AssetAssemblies = [typeof(IdentityProvider).Assembly],
    };

    private static void AddPeople(IServiceCollection services) => services
        .AddSingleton<Accounts.Accounts>()
        .AddSingleton<CardSubjects>()
        .AddSingleton<Identities>()
        .AddSingleton<Guardianships>()
        .AddSingleton<HolderLog>()
        .AddSingleton<Sectors>()
        .AddSingleton<Standings>()
        .AddSingleton<Consents>()
        .AddSingleton<RelyingServices>()
        .AddSingleton<Logos>()
        .AddSingleton<Sessions>()
        .AddSingleton<SessionEnds>()
        .AddSingleton<PendingRequests>()
        .AddSingleton<CardRequests>()
        .AddSingleton<Browser>()
        .AddSingleton<Visitors>()
        .AddSingleton<Attempts>()
        .AddHostedService<Housekeeping>();

    private static void AddLogout(IServiceCollection services, ServerSettings settings) => services
        .AddSingleton<LogoutOutbox>()
        .AddSingleton(s => new LogoutTokens(settings.PublicUrl, s.GetRequiredService<Signer>(), s.GetRequiredService<TimeProvider>()))
        .AddSingleton<LogoutSender>()
        .AddSingleton<AwayServices>()
        .AddSingleton<LogoutDelivery>()
        .AddHostedService(s => s.GetRequiredService<LogoutDelivery>());

    private static void AddProtocol(IServiceCollection services, ServerSettings settings) => services
        .AddSingleton(s => new IdTokens(settings.PublicUrl, s.GetRequiredService<Signer>()))
        .AddSingleton(s => new IdTokenHints(settings.PublicUrl, s.GetRequiredService<Signer>()))
        .AddSingleton<IResourceOwner, ResourceOwner>()
        .AddSingleton<ITokenContent, TokenContents>()
        .AddSingleton<ITokenExchange, GuardianExchange>();

    private static void AddCards(IServiceCollection services, ServerSettings settings, CardSettings cards)
    {
        if (cards.Bundle is { } bundle)
        {
            services.AddBundle(bundle);
        }

        services
            .AddSingleton(s => new CardTrust(s.GetService<KeptBundle>()))
            .AddSingleton<CardPresentations>()
            .AddSingleton<CardSignIn>()
            .AddSingleton<GuardianCards>()
            .AddPresentations(s => new PresentationOptions
            {
                PublicUrl = settings.PublicUrl,
                AccessKey = RequestKey(s.GetRequiredService<Signer>()),
                Policy = Policy.Haip,
                Trust = () => s.GetRequiredService<CardTrust>().Current,
                ReturnPath = CardPages.ReturnPath,
                Store = new SharedPresentations(s.GetRequiredService<OneTimeStore>()),
            });
    }

    // A wallet asks who wants to see the card: the key that signs the question has to be certified.
    internal static SigningKey RequestKey(Signer signer)
    {
        var key = signer.Active(KeyRole.RequestObjects);
        return key.CertificateChain.Count > 0
            ? key
            : throw new KeyDirectoryException("The active key for request-objects has no certificate: have its .csr signed, and put the answer in place with 'keys certify'.");
    }

    private static void AddEndpoints(IServiceCollection services) => services
        .AddSingleton<PasskeyAnswers>()
        .AddSingleton<Holder>()
        .AddSingleton<SignUp>()
        .AddSingleton<SignInPages>()
        .AddSingleton<ConsentPages>()
        .AddSingleton<AccountPages>()
        .AddSingleton<AccountActions>()
        .AddSingleton<AccountGuardians>()
        .AddSingleton<AccountPasskeys>()
        .AddSingleton<AccountExport>()
        .AddSingleton<CardPages>()
        .AddSingleton<DevicePages>()
        .AddSingleton<UserInfo>()
        .AddSingleton<EndSession>();

    private static void MapEndpoints(WebApplication app)
    {
        app.UsePages();
        app.MapAuthorizationServer();
        app.MapPresentations();
        UserInfo.Map(app);
        EndSession.Map(app);
        SignUp.Map(app);
        SignInPages.Map(app);
        CardPages.Map(app);
        ConsentPages.Map(app);
        LogoPictures.Map(app);
        DevicePages.Map(app);
        AccountPages.Map(app);
        AccountActions.Map(app);
        AccountGuardians.Map(app);
        AccountPasskeys.Map(app);
        AccountExport.Map(app);
    }
}
