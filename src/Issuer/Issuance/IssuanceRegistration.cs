using System.CommandLine;
using System.Security.Cryptography;
using IdentityPlatform.Formats;
using IdentityPlatform.Hosting;
using IdentityPlatform.Hosting.Keys;
using IdentityPlatform.Hosting.Pages;
using IdentityPlatform.Issuer.Catalogue;
using IdentityPlatform.Issuer.Endpoints;
using IdentityPlatform.Issuer.Events;
using IdentityPlatform.Issuer.Patents;
using IdentityPlatform.Issuer.Signing;
using IdentityPlatform.Issuer.Status;
using IdentityPlatform.OAuth;
using IdentityPlatform.OAuth.Clients;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace IdentityPlatform.Issuer.Issuance;

/// <summary>Puts the wallet-facing half of the issuer into a program.</summary>
public static class IssuanceRegistration
{
    /// <summary>
    /// Registers the catalogue, the issuer's authorization server, offers, minting and status. The desk registers
    /// <see cref="ICardRegister"/> and the people's sessions; the platform's own services are there already.
    /// </summary>
    /// <exception cref="SettingsException">A setting, or a file of the deployment, is wrong.</exception>
    public static IServiceCollection AddIssuance(this IServiceCollection services, IConfiguration configuration, ServerSettings settings)
    {
        var deployment = DeploymentDirectory.Read(configuration, Deployment.Load);
        services.TryAddSingleton(new StatusPolicy());
        services.TryAddSingleton<FillRandom>(_ => RandomNumberGenerator.Fill);
        var wallets = WalletSettings.Read(configuration, settings.Development);
        wallets.CheckAgainst(deployment);
        services.AddHealthChecks().AddCheck<SignerHealth>("card-signer", tags: [Platform.ReadyTag]);
        services.AddAuthorizationServer(Wallets(deployment, settings, wallets, ClientSettings.Read(configuration, settings.Development)));
        return services.AddRevocations(configuration)
            .AddSingleton(deployment)
            .AddSingleton(wallets)
            .AddSingleton(Treasury.Read(configuration, deployment, settings.Development))
            .AddSingleton(new IssuerUrls(settings.PublicUrl))
            .AddSingleton(BundleSettings.Read(configuration, settings.Development))
            .AddSingleton(typeof(IResourceOwner), deployment.IsOfEvents ? typeof(NobodySignsIn) : typeof(CardOwner))
            .AddSingleton(typeof(ITokenContent), deployment.IsOfEvents ? typeof(TicketTokens) : typeof(CardTokens))
            .AddTickets()
            .AddSingleton<OfferService>()
            .AddSingleton<WalletConsents>()
            .AddSingleton<Entitlements>()
            .AddSingleton<Nonces>()
            .AddSingleton<CardNumbers>()
            .AddSingleton(_ => SignerPlace.Read(configuration, settings.Development))
            .AddSingleton<SignerLink>()
            .AddSingleton<AgreementRegister>().AddSingleton<AgreementsInForce>().AddSingleton<MintCopies>()
            .AddSingleton<Notifications>()
            .AddSingleton<DeferredIssuances>()
            .AddSingleton<IssueCredential>()
            .AddSingleton<IssueDeferred>()
            .AddSingleton<WalletNotification>()
            .AddSingleton<WalletCredential>()
            .AddSingleton<StatusIndexes>()
            .AddSingleton<StatusPublisher>()
            .AddSingleton<CardStatus>()
            .AddSingleton(provider => ActivatorUtilities.CreateInstance<Reissues>(provider, Reissues.PageSize))
            .AddHostedService<Reissuing>()
            .AddSingleton<BundlePublisher>()
            .AddHostedService<SignerStart>()
            .AddHostedService<StatusPublishing>();
    }

    /// <summary>Maps the authorization server, metadata, offers, nonce, credential, deferred, notification, status lists, type metadata and the bundle.</summary>
    /// <exception cref="KeyDirectoryException">A key that issuance signs with is missing.</exception>
    public static WebApplication MapIssuance(this WebApplication app)
    {
        var signer = app.Services.GetRequiredService<Signer>();
        foreach (var role in Needed)
        {
            signer.Active(role);
        }

        SignerCommands.RefuseSignersKeys(signer);
        app.MapAuthorizationServer();
        WalletDocuments.Map(app);
        WalletOffer.Map(app);
        WalletConsent.Map(app);
        WalletNonce.Map(app);
        app.Services.GetRequiredService<WalletCredential>().Map(app);
        app.Services.GetRequiredService<WalletNotification>().Map(app);
        WalletStatus.Map(app);

        // Read at the start: a server that cannot serve what certificates point to says so.
        _ = app.Services.GetRequiredService<RevocationLists>();
        WalletRevocations.Map(app);
        return app;
    }

    /// <summary>The verb <c>bundle build --out FILE</c>.</summary>
    public static Command BundleCommand(ServerVerbs verbs)
    {
        var file = new Option<FileInfo>("--out") { Description = "The file to write.", Required = true };
        var build = new Command("build", "Writes an offline bundle of a new version, with the status lists as they are now.") { file };
        return new Command("bundle", "What verifiers hold to check cards offline.")
        {
            verbs.WithProgram(build, async (app, parsed, ct) =>
            {
                var target = parsed.GetRequiredValue(file).FullName;
                // Beside the target first: nobody ever reads half a bundle.
                await File.WriteAllBytesAsync(target + ".new", await app.Services.GetRequiredService<BundlePublisher>().BuildAsync(ct), ct);
                File.Move(target + ".new", target, overwrite: true);
                return 0;
            }),
        };
    }

    /// <summary>The keys that <c>keys create</c> makes for issuance.</summary>
    public static IReadOnlyList<KeyRole> Keys { get; } = [KeyRole.AccessTokens, KeyRole.Status, KeyRole.Metadata, KeyRole.BundleRoot];

    // The bundle's root key is not among them: its place is a machine without a network.
    private static readonly KeyRole[] Needed = [KeyRole.AccessTokens, KeyRole.Status];

    private static AuthorizationServerOptions Wallets(Deployment deployment, ServerSettings settings, WalletSettings wallets, ClientSettings clients) => new()
    {
        Issuer = settings.PublicUrl,
        ClientsDirectory = settings.ClientsDirectory,
        AllowExampleKeys = settings.Development,
        Scopes = [.. deployment.Configurations.Select(configuration => configuration.Scope)],
        GrantTypes = deployment.IsOfEvents ? [GrantTypes.PreAuthorizedCode] : [GrantTypes.AuthorizationCode, GrantTypes.RefreshToken, GrantTypes.PreAuthorizedCode],
        AttesterAnchors = wallets.Attesters,
        MutualTls = clients.MutualTls,
        Outbound = clients.Outbound,
        Registration = clients.Registration,
        ErrorPage = (http, _) => ErrorPages.Refuse(http, StatusCodes.Status400BadRequest, "bad_request"),
        FormPostPage = (http, post) => FormPosts.Page(http, post.Address, post.Fields),
        CredentialConfigurations = [.. deployment.Configurations.Select(configuration => configuration.Id)],
        // Token Status List §9.1.
        Metadata = writer => writer.WriteString("status_list_aggregation_endpoint", new IssuerUrls(settings.PublicUrl).StatusLists),
    };
}
