using IdentityPlatform.Hosting;
using IdentityPlatform.OAuth.Clients;
using IdentityPlatform.OAuth.Tests.Server;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;

namespace IdentityPlatform.OAuth.Tests.Clients;

/// <summary>Settings about clients: a wrong one stops the server and is named.</summary>
public sealed class ClientSettingsTests
{
    [Fact]
    public void Nothing_said_is_nothing_on()
    {
        var settings = Read();
        Assert.Null(settings.MutualTls);
        Assert.Null(settings.Registration);
        Assert.False(settings.Outbound.AllowLoopback);
        Assert.Empty(settings.Outbound.Networks);
    }

    [Fact]
    public void Everything_said_is_read()
    {
        using var files = new TestDirectory();
        var anchor = TestKeys.Authority("Clients");
        File.WriteAllText($"{files.Path}/anchor.pem", anchor.ExportCertificatePem() + "\n" + TestKeys.TlsCertificate(anchor, "CN=Between").ExportCertificatePem());

        var settings = Read(
            ("Mtls:PublicUrl", "https://mtls.as.example"), ("Mtls:Anchors", files.Path), ("Mtls:ClientCertHeader", "10.0.0.5, fd00::/64"),
            ("Registration:Enabled", "true"), ("Registration:Allow", "secrets bearer"), ("Fetch:Networks", "10.1.0.0/16"), ("Fetch:Anchors", files.Path));

        Assert.Equal("https://mtls.as.example", settings.MutualTls!.PublicUrl);
        Assert.Equal((anchor.Thumbprint, "CN=Between"), (Assert.Single(settings.MutualTls.Anchors).Thumbprint, Assert.Single(settings.MutualTls.Intermediates).Subject));
        Assert.Equal(["10.0.0.5/32", "fd00::/64"], settings.MutualTls.Proxies.Select(network => network.ToString()));
        Assert.Equal(RegistrationPermissions.Secrets | RegistrationPermissions.Bearer, settings.Registration!.Allow);
        Assert.Equal("10.1.0.0/16", Assert.Single(settings.Outbound.Networks).ToString());
    }

    [Theory]
    [InlineData("Mtls:PublicUrl", "http://mtls.as.example")]
    [InlineData("Mtls:PublicUrl", "https://mtls.as.example/path")]
    [InlineData("Mtls:PublicUrl", "http://localhost:5111")]
    [InlineData("Mtls:Anchor", "/nowhere")]
    [InlineData("Registration:Enabled", "yes")]
    [InlineData("Registration:Allow", "everything")]
    [InlineData("Fetch:AllowLoopback", "true")]
    [InlineData("Fetch:Networks", "10.0.0.0/40")]
    [InlineData("Fetch:Anchors", "/nowhere")]
    [InlineData("Fetch:Proxy", "http://proxy")]
    public void A_wrong_value_is_named(string key, string value) => Assert.Equal(key, Assert.Throws<SettingsException>(() => Read((key, value))).Key);

    [Fact]
    public void Certificates_without_an_origin_for_them_are_refused() =>
        Assert.Equal("Mtls:PublicUrl", Assert.Throws<SettingsException>(() => Read(("Mtls:ClientCertHeader", "10.0.0.5"))).Key);

    [Fact]
    public void Loopback_is_for_development() =>
        Assert.True(ClientSettings.Read(Configuration(("Fetch:AllowLoopback", "true")), development: true).Outbound.AllowLoopback);

    [Fact]
    public void An_origin_for_certificates_needs_an_endpoint_beside_the_ordinary_one()
    {
        var tls = new MutualTls { PublicUrl = "https://mtls.as.example" };
        var builder = WebApplication.CreateBuilder();
        Assert.Equal("Kestrel:Endpoints:Mtls:Url", Assert.Throws<SettingsException>(() => builder.UseClientCertificates(tls)).Key);

        builder.Configuration["Kestrel:Endpoints:Mtls:Url"] = "https://127.0.0.1:0";
        Assert.Equal("Kestrel:Endpoints", Assert.Throws<SettingsException>(() => builder.UseClientCertificates(tls)).Key);

        builder.Configuration["Kestrel:Endpoints:Http:Url"] = "http://127.0.0.1:0";
        builder.UseClientCertificates(tls);
        WebApplication.CreateBuilder().UseClientCertificates(new MutualTls { PublicUrl = tls.PublicUrl, Proxies = [System.Net.IPNetwork.Parse("10.0.0.5/32")] });
    }

    private static ClientSettings Read(params (string Key, string Value)[] values) => ClientSettings.Read(Configuration(values), development: false);

    private static IConfiguration Configuration(params (string Key, string Value)[] values) =>
        new ConfigurationBuilder().AddInMemoryCollection(values.Select(value => KeyValuePair.Create(value.Key, (string?)value.Value))).Build();
}
