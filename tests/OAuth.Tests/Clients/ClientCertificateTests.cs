using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using IdentityPlatform.Formats;
using IdentityPlatform.OAuth.Clients;
using IdentityPlatform.OAuth.Protocol;
using IdentityPlatform.OAuth.Tests.Server;
using Microsoft.AspNetCore.Http;

namespace IdentityPlatform.OAuth.Tests.Clients;

/// <summary>Client certificates over real TLS (RFC 8705): both methods, and tokens bound to the certificate.</summary>
public sealed class ClientCertificateTests : IAsyncLifetime
{
    private const string ClientUse = "1.3.6.1.5.5.7.3.2";
    private const string ServerUse = "1.3.6.1.5.5.7.3.1";
    private const string Subject = "CN=Client One, O=Example, C=UA";

    private static readonly X509Certificate2 Authority = TestKeys.Authority("Clients");
    private static readonly X509Certificate2 OtherAuthority = TestKeys.Authority("Clients");
    private static readonly X509Certificate2 ServerAuthority = TestKeys.Authority("Servers");
    private static readonly X509Certificate2 ServerCertificate = TestKeys.ServerCertificate(ServerAuthority);
    private static readonly X509Certificate2 Own = TestKeys.TlsCertificate(null, "CN=Own");
    private static readonly X509Certificate2 OwnOld = TestKeys.TlsCertificate(null, "CN=Own", age: TimeSpan.FromDays(10));

    private TestServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await TestServer.StartAsync(new()
    {
        Prepare = Write,
        Tls = ServerCertificate,
        MutualTls = _ => new() { PublicUrl = TestServer.TlsOrigin, Anchors = [Authority] },
    });

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Theory]
    [InlineData("dn")]
    [InlineData("dns")]
    [InlineData("uri")]
    [InlineData("ip")]
    [InlineData("email")]
    public async Task A_certificate_with_the_registered_name_opens(string client) =>
        Assert.Equal(201, (await PushAsync(client, Certificate())).Status);

    // RFC 4514 §2.1 writes the last part of the name first.
    [Fact]
    public async Task A_name_written_in_the_other_order_is_another() => Refused(await PushAsync("reversed", Certificate()), Rule.ClientCertificateSubject);

    [Theory]
    [InlineData("dn")]
    [InlineData("dns")]
    [InlineData("uri")]
    [InlineData("ip")]
    [InlineData("email")]
    public async Task A_certificate_with_another_name_does_not(string client) =>
        Refused(await PushAsync(client, TestKeys.TlsCertificate(Authority, "CN=Client Two, O=Example, C=UA", ClientUse, OtherNames)), Rule.ClientCertificateSubject);

    [Fact]
    public async Task Names_of_one_kind_do_not_count_as_another() =>
        Refused(await PushAsync("dns", TestKeys.TlsCertificate(Authority, "CN=one.example", ClientUse, names => names.AddUri(new Uri("https://one.example")))), Rule.ClientCertificateSubject);

    [Fact]
    public async Task A_certificate_of_an_authority_that_only_has_the_same_name_is_refused() =>
        Refused(await PushAsync("dn", TestKeys.TlsCertificate(OtherAuthority, Subject, ClientUse, Names)), Rule.ClientCertificateChain);

    [Fact]
    public async Task A_self_signed_certificate_is_none_of_an_authority() =>
        Refused(await PushAsync("dn", TestKeys.TlsCertificate(null, Subject, ClientUse, Names)), Rule.ClientCertificateChain);

    [Fact]
    public async Task A_certificate_for_servers_is_refused() =>
        Refused(await PushAsync("dn", TestKeys.TlsCertificate(Authority, Subject, ServerUse, Names)), Rule.ClientCertificateChain);

    [Fact]
    public async Task An_expired_certificate_is_refused()
    {
        _server.Clock.Advance(TimeSpan.FromDays(3));
        Refused(await PushAsync("dn", Certificate()), Rule.ClientCertificateChain);
    }

    [Fact]
    public async Task Without_a_certificate_nobody_is_authenticated() => Refused(await PushAsync("dn", null), Rule.ClientCertificateMissing);

    [Fact]
    public async Task The_registered_certificate_itself_opens() => Assert.Equal(201, (await PushAsync("self", Own)).Status);

    [Fact]
    public async Task Another_certificate_of_the_same_name_does_not() =>
        Refused(await PushAsync("self", TestKeys.TlsCertificate(null, "CN=Own")), Rule.ClientCertificateUnknown);

    [Fact]
    public async Task Another_certificate_of_the_same_key_does_not()
    {
        using var key = Own.GetECDsaPrivateKey()!;
        using var made = new CertificateRequest("CN=Own", key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddDays(1));
        using var again = X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
        Refused(await PushAsync("self", again), Rule.ClientCertificateUnknown);
    }

    [Fact]
    public async Task A_registered_certificate_that_is_expired_is_refused() => Refused(await PushAsync("self", OwnOld), Rule.ClientCertificateTime);

    [Fact]
    public async Task A_client_with_another_method_is_not_authenticated_by_a_certificate() =>
        Refused(await PushAsync("one", Certificate()), Rule.NoClientAuthentication);

    [Fact]
    public async Task Tokens_are_bound_to_the_certificate()
    {
        var certificate = Certificate();
        var client = Client("dn", certificate);
        var code = (await client.AuthorizeAsync((await PushAsync("dn", certificate)).Text("request_uri"))).Redirect()["code"];

        var tokens = await client.SendAsync(client.CodeRequest(code), request => request.Headers.Remove("DPoP"), _server.TlsAddress);

        Assert.Equal((200, "Bearer"), (tokens.Status, tokens.Text("token_type")));
        var claims = JsonNode.Parse(Base64UrlText.TryDecode(tokens.Text("access_token").Split('.')[1], out var bytes) ? bytes : [])!;
        Assert.Equal(Base64UrlText.Encode(SHA256.HashData(certificate.RawData)), claims["cnf"]!["x5t#S256"]!.GetValue<string>());
    }

    [Theory]
    [InlineData(TestServer.Issuer, true)]
    [InlineData(TestServer.TlsOrigin, true)]
    [InlineData("https://other.example", false)]
    public async Task A_DPoP_proof_may_name_either_origin(string origin, bool accepted)
    {
        var one = TestClient.One(_server);
        var tokens = await one.RedeemAsync(await one.CodeAsync(), request => request.Headers["DPoP"] = one.Proof("POST", $"{origin}/token"));
        Assert.Equal(accepted ? 200 : 400, tokens.Status);
    }

    [Fact]
    public async Task Metadata_names_the_other_origin_and_the_methods()
    {
        var metadata = (await TestClient.One(_server).GetAsync("/.well-known/openid-configuration")).Json;
        var aliases = metadata["mtls_endpoint_aliases"]!.AsObject();
        Assert.Equal($"{TestServer.TlsOrigin}/token", aliases["token_endpoint"]!.GetValue<string>());
        Assert.Equal($"{TestServer.TlsOrigin}/userinfo", aliases["userinfo_endpoint"]!.GetValue<string>());
        Assert.DoesNotContain(aliases, alias => alias.Key is "authorization_endpoint" or "jwks_uri");
        Assert.True(metadata["tls_client_certificate_bound_access_tokens"]!.GetValue<bool>());
        var methods = metadata["token_endpoint_auth_methods_supported"]!.ToJsonString();
        Assert.Contains("\"tls_client_auth\"", methods, StringComparison.Ordinal);
        Assert.Contains("\"self_signed_tls_client_auth\"", methods, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("127.0.0.1", "127.0.0.0/8", true)]
    [InlineData("::ffff:127.0.0.1", "127.0.0.0/8", true)]
    [InlineData("127.0.0.1", "10.0.0.0/8", false)]
    [InlineData("127.0.0.1", null, false)]
    public void The_header_of_a_proxy_counts_from_the_proxy_alone(string caller, string? proxies, bool counts)
    {
        var (certificates, http) = Behind(caller, proxies);
        http.Request.Headers["Client-Cert"] = $":{Convert.ToBase64String(Own.RawData)}:";
        Assert.Equal(counts ? Base64UrlText.Encode(SHA256.HashData(Own.RawData)) : null, certificates.ThumbprintOf(http));
    }

    [Fact]
    public void The_certificate_of_a_proxy_itself_is_no_client_s()
    {
        var (certificates, http) = Behind("127.0.0.1", "127.0.0.0/8");
        http.Connection.ClientCertificate = Own;
        Assert.Null(certificates.Find(http));
    }

    [Theory]
    [InlineData("{0}")]
    [InlineData(":{0}")]
    [InlineData(":{0}:;x=1")]
    [InlineData(":{0}:, :{0}:")]
    [InlineData("::")]
    [InlineData(":AAAA:")]
    [InlineData(":!:")]
    public void A_header_of_another_form_is_no_certificate(string form)
    {
        var (certificates, http) = Behind("127.0.0.1", "127.0.0.0/8");
        http.Request.Headers["Client-Cert"] = form.Replace("{0}", Convert.ToBase64String(Own.RawData), StringComparison.Ordinal);
        Assert.Null(certificates.Find(http));
    }

    [Fact]
    public void Two_headers_are_no_certificate()
    {
        var (certificates, http) = Behind("127.0.0.1", "127.0.0.0/8");
        var one = $":{Convert.ToBase64String(Own.RawData)}:";
        http.Request.Headers["Client-Cert"] = new[] { one, one };
        Assert.Null(certificates.Find(http));
    }

    [Fact]
    public async Task A_header_that_nobody_in_front_of_us_wrote_authenticates_nobody()
    {
        var client = Client("self", null);
        var answer = await client.PushAsync(request => request.Headers["Client-Cert"] = $":{Convert.ToBase64String(Own.RawData)}:");
        Refused(answer, Rule.ClientCertificateMissing);
    }

    private static (ClientCertificates Certificates, DefaultHttpContext Http) Behind(string caller, string? proxies)
    {
        var options = new AuthorizationServerOptions
        {
            Issuer = TestServer.Issuer,
            ClientsDirectory = ".",
            Scopes = [],
            ErrorPage = (_, _) => Results.Empty,
            MutualTls = new() { PublicUrl = TestServer.TlsOrigin, Proxies = proxies is null ? [] : [IPNetwork.Parse(proxies)] },
        };
        var http = new DefaultHttpContext();
        http.Connection.RemoteIpAddress = IPAddress.Parse(caller);
        return (new(options), http);
    }

    private static X509Certificate2 Certificate() => TestKeys.TlsCertificate(Authority, Subject, ClientUse, Names);

    private static void Names(SubjectAlternativeNameBuilder names)
    {
        names.AddDnsName("One.example");
        names.AddUri(new Uri("https://one.example/client"));
        names.AddIpAddress(IPAddress.Parse("2001:db8::7"));
        names.AddEmailAddress("one@one.example");
    }

    private static void OtherNames(SubjectAlternativeNameBuilder names)
    {
        names.AddDnsName("not.one.example");
        names.AddUri(new Uri("https://one.example/client/"));
        names.AddIpAddress(IPAddress.Parse("2001:db8::8"));
        names.AddEmailAddress("One@one.example");
    }

    private static void Write(TestDirectory files)
    {
        Tls(files, "dn", "tls_client_auth", "tls_client_auth_subject_dn", "CN=Client One,O=Example,C=UA");
        Tls(files, "reversed", "tls_client_auth", "tls_client_auth_subject_dn", "C=UA,O=Example,CN=Client One");
        Tls(files, "dns", "tls_client_auth", "tls_client_auth_san_dns", "one.example");
        Tls(files, "uri", "tls_client_auth", "tls_client_auth_san_uri", "https://one.example/client");
        Tls(files, "ip", "tls_client_auth", "tls_client_auth_san_ip", "2001:0db8::0007");
        Tls(files, "email", "tls_client_auth", "tls_client_auth_san_email", "one@one.example");
        Tls(files, "self", "self_signed_tls_client_auth", "jwks", new JsonObject { ["keys"] = new JsonArray(Jwk(Own), Jwk(OwnOld)) });
    }

    private static void Tls(TestDirectory files, string id, string method, string member, JsonNode value)
    {
        var client = TestDirectory.Registration(id, files.ClientOne);
        client.Remove("jwks");
        client["token_endpoint_auth_method"] = method;
        client["tls_client_certificate_bound_access_tokens"] = true;
        client[member] = value;
        files.Write(client);
    }

    private static JsonNode Jwk(X509Certificate2 certificate)
    {
        using var key = certificate.GetECDsaPublicKey()!;
        var jwk = JsonNode.Parse(Formats.Jose.Jwk.Of(key).ToJson())!;
        jwk["x5c"] = new JsonArray(Convert.ToBase64String(certificate.RawData));
        return jwk;
    }

    private Task<Answer> PushAsync(string id, X509Certificate2? certificate)
    {
        var client = Client(id, certificate);
        return client.SendAsync(client.PushRequest(), address: _server.TlsAddress);
    }

    private TestClient Client(string id, X509Certificate2? certificate)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            SslOptions = new SslClientAuthenticationOptions
            {
                ClientCertificates = certificate is null ? null : [certificate],
                CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, CustomTrustStore = { ServerAuthority }, RevocationMode = X509RevocationMode.NoCheck },
            },
        };
        return new(_server, id, _server.Files.ClientOne) { Http = new HttpClient(handler), Authenticate = request => request.Form["client_id"] = id };
    }

    private void Refused(Answer answer, Rule rule) => answer.IsError(_server, 401, OAuthErrors.InvalidClient, rule);
}
