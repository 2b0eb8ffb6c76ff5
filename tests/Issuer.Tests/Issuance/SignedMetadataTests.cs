using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Formats.Trust;
using IdentityPlatform.Issuer.Tests.Catalogue;

namespace IdentityPlatform.Issuer.Tests.Issuance;

/// <summary>Signed metadata (OpenID4VCI 1.0 §12.2.3) for those who ask, plain for everybody else.</summary>
public sealed class SignedMetadataTests : IAsyncLifetime
{
    private IssuerHost _host = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _host = await IssuerHost.StartAsync();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task It_is_signed_by_a_key_of_its_own_under_certificates_without_their_anchor()
    {
        var (_, text, _) = await GetAsync("application/jwt");
        var jwt = SignedJwt.Parse(text).OrThrow();
        using var chain = X5c.Parse(jwt.Header).OrThrow();
        var root = X509CertificateLoader.LoadCertificateFromFile(Path.Combine(CatalogueFiles.Directory, "..", "..", "..", "..", "keys.example", "pki", "issuer-root.pem"));
        Assert.IsType<PathResult.Valid>(CertificatePath.Validate(chain, [root], _host.Time.Now));
        Assert.Contains("metadata", chain.Leaf.Subject, StringComparison.OrdinalIgnoreCase);
        using var key = VerificationKey.Of(chain.Leaf).OrThrow();
        var claims = jwt.Verify(key, "openidvci-issuer-metadata+jwt", JwsAlgorithm.ES256).OrThrow().Claims;
        Assert.Equal((IssuerHost.Url, _host.Time.Now.ToUnixTimeSeconds()), (claims.StringMember("sub"), claims.LongMember("iat")));
        Assert.Equal(["alg", "typ", "x5c"], jwt.Header.EnumerateObject().Select(member => member.Name));

        // All members of the plain document, and nothing else.
        var plain = JsonElement.Parse((await GetAsync("application/json")).Text);
        Assert.Equal(["sub", "iat", .. plain.EnumerateObject().Select(member => member.Name)], claims.EnumerateObject().Select(member => member.Name));
        Assert.All(plain.EnumerateObject(), member => Assert.True(JsonElement.DeepEquals(member.Value, claims.GetProperty(member.Name))));
    }

    [Theory]
    [InlineData(null, "application/json")]
    [InlineData("*/*", "application/json")]
    [InlineData("application/json", "application/json")]
    [InlineData("application/jwt", "application/jwt")]
    [InlineData("application/jwt, application/json;q=0.9", "application/jwt")]
    [InlineData("application/jwt;q=0.5, application/json", "application/json")]
    [InlineData("application/jwt, */*;q=0.1", "application/jwt")]
    [InlineData("text/html", "application/json")]
    public async Task The_media_type_is_the_one_that_is_wanted_more(string? accept, string mediaType)
    {
        var (answered, _, vary) = await GetAsync(accept);
        Assert.Equal((mediaType, "Accept"), (answered, vary));
    }

    [Fact]
    public async Task All_languages_are_sent_whatever_the_wallet_speaks()
    {
        var plain = (await GetAsync(null)).Text;
        using var request = new HttpRequestMessage(HttpMethod.Get, "/.well-known/openid-credential-issuer");
        request.Headers.AcceptLanguage.ParseAdd("ru");
        using var answer = await _host.Http.SendAsync(request, Ct);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(plain, await answer.Content.ReadAsStringAsync(Ct));
        Assert.Empty(answer.Content.Headers.ContentLanguage);
    }

    [Fact]
    public async Task A_denied_key_signs_no_metadata_and_plain_metadata_go_on()
    {
        _host.SetKeyState("metadata", "denied");
        Assert.Equal("application/json", (await GetAsync("application/jwt")).MediaType);
        _host.SetKeyState("metadata", "active");
        Assert.Equal("application/jwt", (await GetAsync("application/jwt")).MediaType);
    }

    private async Task<(string? MediaType, string Text, string? Vary)> GetAsync(string? accept)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/.well-known/openid-credential-issuer");
        if (accept is not null)
        {
            request.Headers.TryAddWithoutValidation("Accept", accept);
        }

        using var answer = await _host.Http.SendAsync(request, Ct);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return (answer.Content.Headers.ContentType!.ToString(), await answer.Content.ReadAsStringAsync(Ct), string.Join(", ", answer.Headers.Vary));
    }
}
