using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using IdentityPlatform.Benchmarks.Tokens;
using IdentityPlatform.Formats;
using IdentityPlatform.Wallet.Passkeys;

namespace IdentityPlatform.Benchmarks.Servers;

/// <summary>
/// The identity provider itself, configured as production: its own keys, SQLite with full sync, https as its public address
/// (the proxy that would end TLS is not there, for nobody here).
/// </summary>
internal sealed partial class OwnServer(Places places) : Contender
{
    private const string Host = "id.example.org";
    private const string PublicUrl = $"https://{Host}";

    private readonly string _data = places.Fresh("data");
    private readonly string _secret = Base64UrlText.Encode(RandomNumberGenerator.GetBytes(32));

    public override string Name => "ours";

    public override async Task PrepareAsync(CancellationToken ct)
    {
        var clients = Directory.CreateDirectory(Path.Combine(_data, "clients")).FullName;
        var keys = Directory.CreateDirectory(Path.Combine(_data, "keys")).FullName;
        await File.WriteAllTextAsync(Path.Combine(clients, "bench.json"), Client(), ct);
        await File.WriteAllTextAsync(Path.Combine(clients, "api.json"), Api(), ct);
        await RunAsync(ct, "keys", "create");
        var certificate = Path.Combine(_data, "access.pem");
        var accessKey = Directory.GetFiles(keys, "request-objects*.json").Single();
        await File.WriteAllTextAsync(certificate, AccessCertificate.Issue(accessKey, Host), ct);
        await RunAsync(ct, "keys", "certify", "--name", Path.GetFileNameWithoutExtension(accessKey), "--certificates", certificate);
    }

    public override Launch LaunchAt(IPEndPoint address) => new("dotnet", [places.Idp], Path.GetDirectoryName(places.Idp)!, new Dictionary<string, string>
    {
        ["Urls"] = $"http://{address}",
        ["PublicUrl"] = PublicUrl,
        ["Storage__ConnectionString"] = $"Data Source={Path.Combine(_data, "idp.db")}",
        ["PersonKeys__ConnectionString"] = $"Data Source={Path.Combine(_data, "person-keys.db")}",
        ["Keys__Directory"] = Path.Combine(_data, "keys"),
        ["Clients__Directory"] = Path.Combine(_data, "clients"),
    });

    public override TokenTarget Target(IPEndPoint address) => new() { Server = address, ClientSecret = _secret };

    protected override CodeFlow Flow { get; } =
        new("/authorize" + Visitor.AuthorizeQuery("openid"), "/authorize" + Visitor.AuthorizeQuery("openid offline_access"), "__Host-idp-session");

    protected override string Origin(IPEndPoint address) => PublicUrl;

    // A new account with a passkey, then consent by the page's own button.
    protected override async Task SignInAsync(Visitor visitor, CancellationToken ct)
    {
        await SignUpAsync(visitor, ct);
        var (url, page) = await visitor.OpenAsync($"{Flow.StayingPath}&state=s&nonce=n", ct);
        if (url.AbsolutePath != "/consent")
        {
            throw new BenchmarkException($"The first visit ended at {url} and not at the page of consent: {page}");
        }

        await visitor.SubmitAsync("/consent", new() { ["request"] = Field(page, "request"), ["claims"] = Field(page, "claims"), ["decision"] = "agree" }, ct);
    }

    private Task<string> RunAsync(CancellationToken ct, params string[] verb)
    {
        var serve = LaunchAt(ServerProcess.FreeAddress());
        return ServerProcess.RunAsync(serve with { Arguments = [.. serve.Arguments, .. verb] }, ct);
    }

    private static async Task SignUpAsync(Visitor visitor, CancellationToken ct)
    {
        var begun = await visitor.PostAsync("/signup/options", json => json.WriteString("display_name", ""), ct);
        var options = begun.Member("options") ?? throw new BenchmarkException("The sign-up gave no options.");
        var credential = new SoftwareAuthenticator().Create(options.GetRawText(), PublicUrl);
        await visitor.PostAsync(
            "/signup",
            json =>
            {
                json.WriteString("ceremony", begun.StringMember("ceremony"));
                json.WritePropertyName("credential");
                json.WriteRawValue(credential);
            },
            ct);
    }

    private static string Field(string page, string name) =>
        WebUtility.HtmlDecode(Fields().Matches(page).FirstOrDefault(field => field.Groups[1].Value == name)?.Groups[2].Value ?? "");

    private string Client() => $$"""
        {
          "client_id": "{{TokenTarget.ClientId}}",
          "client_name": "Benchmark",
          "redirect_uris": ["{{TokenTarget.RedirectUri}}"],
          "response_types": ["code"],
          "grant_types": ["authorization_code", "refresh_token", "client_credentials"],
          "scope": "openid offline_access read",
          "subject_type": "pairwise",
          "id_token_signed_response_alg": "ES256",
          "token_endpoint_auth_method": "client_secret_basic",
          "client_secret_sha256": ["{{Base64UrlText.Encode(SHA256.HashData(Encoding.UTF8.GetBytes(_secret)))}}"],
          "require_pushed_authorization_requests": false,
          "dpop_bound_access_tokens": false
        }
        """;

    // The protected resource whose scope client_credentials asks for.
    private static string Api() => $$"""
        {
          "client_id": "bench-api",
          "client_name": "Benchmark resource",
          "grant_types": [],
          "token_endpoint_auth_method": "client_secret_basic",
          "client_secret_sha256": ["{{Base64UrlText.Encode(SHA256.HashData(RandomNumberGenerator.GetBytes(32)))}}"],
          "require_pushed_authorization_requests": false,
          "dpop_bound_access_tokens": false,
          "resource": "{{TokenTarget.Resource}}",
          "resource_scopes": "read"
        }
        """;

    [GeneratedRegex("<input type=\"hidden\" name=\"([^\"]*)\" value=\"([^\"]*)\"", RegexOptions.None, 1000)]
    private static partial Regex Fields();
}
