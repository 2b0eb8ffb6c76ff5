using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json;
using IdentityPlatform.Formats.Jose;

namespace IdentityPlatform.Interop.Servers;

/// <summary>
/// Apache with mod_auth_openidc, as Debian has both, as an ordinary process with files and a port of its own: one page is
/// protected, and shows what the module learned of the person.
/// </summary>
internal sealed class ApacheSite : IAsyncDisposable
{
    public const string ClientId = "interop-apache";
    public const string Origin = "http://localhost:5115";
    public const string Page = $"{Origin}/protected/page.shtml";
    public const string Callback = $"{Origin}/protected/callback";
    public const string SignOut = $"{Callback}?logout={Origin}%2Fbye.html";
    public const string SignedOut = $"{Origin}/bye.html";
    public const string BackchannelLogout = $"{Callback}?logout=backchannel";

    private const string KeyId = "apache-1";
    private const string Modules = "/usr/lib/apache2/modules";

    private static readonly string[] LoadedModules = ["mpm_event", "authn_core", "authz_core", "authz_user", "include", "mime", "auth_openidc"];

    private readonly DirectoryInfo _files = Directory.CreateTempSubdirectory("interop-apache-");
    private readonly RSA _key = RSA.Create(2048);
    private Process? _process;

    /// <summary>The public key, to be registered.</summary>
    public Jwk PublicKey => Jwk.Of(_key, KeyId);

    /// <summary>What the server and the module wrote.</summary>
    public string Log => string.Join('\n', _files.GetFiles("*.log").Select(file => File.ReadAllText(file.FullName)));


    public async Task StartAsync(string provider)
    {
        WriteFiles(provider);
        var start = new ProcessStartInfo("/usr/sbin/apache2") { WorkingDirectory = _files.FullName, RedirectStandardError = true };
        foreach (var argument in new[] { "-D", "FOREGROUND", "-d", _files.FullName, "-f", Path.Combine(_files.FullName, "httpd.conf") })
        {
            start.ArgumentList.Add(argument);
        }

        _process = Process.Start(start)!;
        using var http = new HttpClient();
        for (var attempt = 0; attempt < 300; attempt++)
        {
            Assert.False(_process.HasExited, $"apache2 ended: {Log}");
            try
            {
                await http.GetAsync(new Uri(SignedOut));
                return;
            }
            catch (HttpRequestException)
            {
                await Task.Delay(100);
            }
        }

        Assert.Fail($"apache2 does not answer: {Log}");
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is { HasExited: false })
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }

        _process?.Dispose();
        _key.Dispose();
        _files.Delete(recursive: true);
    }

    private void WriteFiles(string provider)
    {
        var site = _files.CreateSubdirectory("site");
        File.WriteAllText(Path.Combine(site.FullName, "bye.html"), "<!doctype html><title>Bye</title><p>You are signed out.</p>");
        var page = "<!doctype html><title>Protected</title><p id=\"subject\"><!--#echo var=\"OIDC_CLAIM_sub\" --></p><p id=\"issuer\"><!--#echo var=\"OIDC_CLAIM_iss\" --></p>";
        File.WriteAllText(Path.Combine(site.CreateSubdirectory("protected").FullName, "page.shtml"), page);
        File.WriteAllText(Path.Combine(_files.FullName, "key.pem"), _key.ExportPkcs8PrivateKeyPem());
        File.WriteAllText(Path.Combine(_files.FullName, "public.pem"), _key.ExportSubjectPublicKeyInfoPem());
        File.WriteAllText(Path.Combine(_files.FullName, "httpd.conf"), Configuration(provider));
        if (Environment.IsPrivilegedProcess && !OperatingSystem.IsWindows())
        {
            // Apache gives up being root before it reads the site.
            _files.UnixFileMode |= UnixFileMode.OtherRead | UnixFileMode.OtherExecute;
        }
    }

    private string Configuration(string provider) => $"""
        ServerName localhost
        Listen 127.0.0.1:{new Uri(Origin).Port}
        PidFile httpd.pid
        ErrorLog error.log
        LogLevel warn auth_openidc:debug
        {(Environment.IsPrivilegedProcess ? "User www-data\nGroup www-data" : "")}
        {string.Join('\n', LoadedModules.Select(name => $"LoadModule {name}_module {Modules}/mod_{name}.so"))}
        DocumentRoot {_files.FullName}/site
        TypesConfig /dev/null
        AddType text/html .shtml .html
        AddOutputFilter INCLUDES .shtml
        <Directory {_files.FullName}/site>
          Options +Includes
          Require all granted
        </Directory>

        OIDCProviderMetadataURL {provider}/.well-known/openid-configuration
        OIDCClientID {ClientId}
        OIDCRedirectURI {Callback}
        OIDCCryptoPassphrase {Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32))}
        OIDCScope "openid profile"

        # The strictest that this version can be: a signed assertion, a signed request that alone counts, S256, the answer in a form.
        OIDCPublicKeyFiles {KeyId}#{_files.FullName}/public.pem
        OIDCPrivateKeyFiles {KeyId}#{_files.FullName}/key.pem
        OIDCProviderTokenEndpointAuth private_key_jwt
        OIDCPKCEMethod S256
        OIDCResponseType code
        OIDCResponseMode form_post
        OIDCRequestObject "{JsonSerializer.Serialize(RequestObject).Replace("\"", "\\\"", StringComparison.Ordinal)}"
        OIDCIDTokenSignedResponseAlg ES256
        OIDCUserInfoSignedResponseAlg ES256

        <Location /protected>
          AuthType openid-connect
          Require valid-user
        </Location>
        """;

    private static object RequestObject => new
    {
        copy_and_remove_from_request = new[] { "response_mode", "nonce", "state", "code_challenge", "code_challenge_method" },
        copy_from_request = new[] { "response_type", "client_id", "scope", "redirect_uri" },
        crypto = new { sign_alg = "PS256" },
        request_object_type = "request",
    };
}
