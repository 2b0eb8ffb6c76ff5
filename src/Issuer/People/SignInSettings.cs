using IdentityPlatform.Hosting;

namespace IdentityPlatform.Issuer.People;

/// <summary>Through whom people sign in: <c>SignIn:Authority</c> (any OpenID Provider's issuer identifier) and <c>SignIn:ClientId</c> there.</summary>
public sealed class SignInSettings
{
    private SignInSettings(string authority, string clientId) => (Authority, ClientId) = (authority, clientId);

    public string Authority { get; }

    public string ClientId { get; }

    /// <summary>Reads the settings.</summary>
    /// <exception cref="SettingsException">Names the key.</exception>
    public static SignInSettings Read(IConfiguration configuration)
    {
        SettingsReader.RefuseUnknown(configuration, "SignIn", "Authority", "ClientId");
        var reader = new SettingsReader(configuration);
        var authority = reader.Required("SignIn:Authority");

        // OpenID Connect Discovery §3: https; plain http is for localhost alone, where it leaves no wire.
        if (!Uri.TryCreate(authority, UriKind.Absolute, out var url) || url.Query.Length > 0 || url.Fragment.Length > 0
            || (url.Scheme != "https" && !(url.Scheme == "http" && url.Host == "localhost")))
        {
            throw new SettingsException("SignIn:Authority", $"is '{authority}'; it is the issuer identifier of an OpenID Provider, an https address.");
        }

        return new(authority, reader.Required("SignIn:ClientId"));
    }
}
