using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.OAuth.RelyingParty;

namespace IdentityPlatform.RelyingService;

/// <summary>One service's configuration: the two services of the playground are one program with two of these.</summary>
internal sealed class ServiceSettings
{
    private ServiceSettings(IConfiguration configuration)
    {
        PublicUrl = Required(configuration, "PublicUrl");
        Names = configuration.GetSection("Service:Name").GetChildren()
            .ToDictionary(name => name.Key, name => Required(configuration, name.Path), StringComparer.OrdinalIgnoreCase);
        _ = Required(configuration, "Service:Name:en");
        Authority = Required(configuration, "SignIn:Authority");
        ClientId = Required(configuration, "SignIn:ClientId");
        KeyFile = Required(configuration, "SignIn:Key");
    }

    public string PublicUrl { get; }

    /// <summary>The service's name by language; English is the fallback.</summary>
    public IReadOnlyDictionary<string, string> Names { get; }

    public string ClientId { get; }

    /// <summary>The provider.</summary>
    public string Authority { get; }

    private string KeyFile { get; }

    /// <exception cref="InvalidOperationException">A key is missing; the message names it.</exception>
    public static ServiceSettings Read(IConfiguration configuration) => new(configuration);

    public OpenIdClientOptions ToClientOptions() => new()
    {
        Authority = Authority,
        ClientId = ClientId,
        RedirectUri = $"{PublicUrl}/signin/callback",
        ClientKey = PrivateJwk.Parse(StrictJson.ParseObject(File.ReadAllBytes(KeyFile)).OrThrow().Element.ObjectMember("jwk") ?? default).OrThrow(),
    };

    private static string Required(IConfiguration configuration, string key) =>
        configuration[key] is { Length: > 0 } value ? value : throw new InvalidOperationException($"The configuration key {key} is missing.");
}
