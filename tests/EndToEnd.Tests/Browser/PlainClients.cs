using IdentityPlatform.Playground.Programs;

namespace IdentityPlatform.EndToEnd.Tests.Browser;

/// <summary>Two services beside the playground's: a screen without a browser, and one that takes its answer in a form.</summary>
internal static class PlainClients
{
    public const string Screen = "screen";

    private const string Library = "old-library";

    private const string Common = """
        "token_endpoint_auth_method": "none", "dpop_bound_access_tokens": false, "id_token_signed_response_alg": "ES256", "scope": "openid",
        """;

    /// <summary>Where the form goes: the server of the town's phone takes everything.</summary>
    private static string RedirectUri => new Uri(new Uri(Neighbourhood.WalletCallback), "/form").AbsoluteUri;

    /// <summary>A request whose answer comes in a form (OAuth 2.0 Form Post Response Mode).</summary>
    public static string FormPostRequest(string provider) =>
        $"{provider}/authorize?client_id={Library}&response_type=code&response_mode=form_post&scope=openid&state=the-state&redirect_uri={Uri.EscapeDataString(RedirectUri)}";

    /// <summary>Writes their files beside copies of the example's; gives the directory.</summary>
    public static string Write(Places places)
    {
        var clients = Directory.CreateDirectory(Path.Combine(places.Data, "idp-clients")).FullName;
        foreach (var file in Directory.EnumerateFiles(Path.Combine(places.Keys, "idp-clients"), "*.json"))
        {
            File.Copy(file, Path.Combine(clients, Path.GetFileName(file)));
        }

        File.WriteAllText(Path.Combine(clients, "screen.json"), $$"""
            {
              "client_id": "{{Screen}}", "client_name": "Screen in the hall", "client_name#ru": "Экран в зале", {{Common}}
              "grant_types": ["urn:ietf:params:oauth:grant-type:device_code"]
            }
            """);
        File.WriteAllText(Path.Combine(clients, "old-library.json"), $$"""
            {
              "client_id": "{{Library}}", "client_name": "Old library", "client_name#ru": "Старая библиотека", {{Common}}
              "grant_types": ["authorization_code"], "redirect_uris": ["{{RedirectUri}}"],
              "require_pushed_authorization_requests": false, "require_pkce": false
            }
            """);
        return clients;
    }
}
