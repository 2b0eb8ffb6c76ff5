using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Issuer.Catalogue;
using IdentityPlatform.Issuer.Issuance;
using IdentityPlatform.Issuer.Tests.Catalogue;

namespace IdentityPlatform.Issuer.Tests.Issuance;

/// <summary>What is sent wrongly to the wallet's endpoints, each with what is answered; the good requests are in <see cref="CollectTests"/>.</summary>
public sealed class WalletEndpointsTests : IAsyncLifetime
{
    private IssuerHost _host = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _host = await IssuerHost.StartAsync();
        await _host.Register.AddAsync("ann");
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Theory]
    [InlineData("GET", "/nonce", HttpStatusCode.MethodNotAllowed)]
    [InlineData("GET", "/credential", HttpStatusCode.MethodNotAllowed)]
    [InlineData("PUT", "/credential", HttpStatusCode.MethodNotAllowed)]
    [InlineData("POST", "/.well-known/openid-credential-issuer", HttpStatusCode.MethodNotAllowed)]
    [InlineData("POST", "/vct/compatriot-card/1", HttpStatusCode.MethodNotAllowed)]
    [InlineData("POST", "/offers/x", HttpStatusCode.MethodNotAllowed)]
    [InlineData("GET", "/offers/x", HttpStatusCode.NotFound)]
    [InlineData("GET", "/offers/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", HttpStatusCode.NotFound)]
    public async Task A_wrong_method_or_address_is_refused_and_not_kept(string method, string path, HttpStatusCode status)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        using var answer = await _host.Http.SendAsync(request, Ct);
        Assert.Equal(status, answer.StatusCode);
        Assert.True(answer.Headers.CacheControl!.NoStore);
        Assert.Equal("application/json", answer.Content.Headers.ContentType!.MediaType);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("Bearer abc")]
    [InlineData("DPoP abc")]
    public async Task A_request_without_a_good_token_is_unauthorised(string? authorization)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/credential") { Content = new StringContent("{}", Encoding.UTF8, "application/json") };
        if (authorization is not null)
        {
            request.Headers.Authorization = AuthenticationHeaderValue.Parse(authorization);
        }

        using var answer = await _host.Http.SendAsync(request, Ct);
        Assert.Contains(answer.StatusCode, new[] { HttpStatusCode.Unauthorized, HttpStatusCode.BadRequest });
        Assert.True(answer.Headers.CacheControl!.NoStore);
        Assert.Contains(answer.Headers.WwwAuthenticate, challenge => challenge.Scheme == "DPoP");
    }

    [Fact]
    public async Task A_token_in_the_address_is_refused()
    {
        var wallet = await new TestWallet(_host).RedeemAsync("ann");
        using var answer = await _host.Http.PostAsync(
            new Uri($"/credential?access_token={wallet.AccessToken}", UriKind.Relative), new StringContent("{}", Encoding.UTF8, "application/json"), Ct);
        Assert.Contains(answer.StatusCode, new[] { HttpStatusCode.Unauthorized, HttpStatusCode.BadRequest });
    }

    [Theory]
    [InlineData("{}", "application/json", "invalid_credential_request")]
    [InlineData("{", "application/json", "invalid_credential_request")]
    [InlineData("[]", "application/json", "invalid_credential_request")]
    [InlineData("", "application/json", "invalid_credential_request")]
    [InlineData("{}", "text/plain", "invalid_credential_request")]
    [InlineData("a.b.c.d.e", "application/jwt", "invalid_encryption_parameters")]
    [InlineData("""{"credential_configuration_id":"compatriot-card"}""", "application/json", "invalid_proof")]
    [InlineData("""{"credential_configuration_id":"compatriot-card","proofs":{"jwt":["x"]}}""", "application/json", "invalid_proof")]
    [InlineData("""{"credential_configuration_id":"other","proofs":{"jwt":["x"]}}""", "application/json", "unknown_credential_configuration")]
    [InlineData("""{"credential_identifier":"other","proofs":{"jwt":["x"]}}""", "application/json", "unknown_credential_identifier")]
    public async Task A_bad_request_gets_the_error_of_the_specification(string body, string mediaType, string error)
    {
        var wallet = await new TestWallet(_host).RedeemAsync("ann");
        var answer = await wallet.SendAsync(body, mediaType);
        Assert.Equal((HttpStatusCode.BadRequest, error), (answer.Status, answer.Error));
        Assert.Equal(["error", "error_description"], answer.Body.EnumerateObject().Select(member => member.Name));
    }

    [Fact]
    public async Task An_oversized_request_is_refused()
    {
        var wallet = await new TestWallet(_host).RedeemAsync("ann");
        var answer = await wallet.SendAsync($$"""{"pad":"{{new string('x', 140_000)}}"}""");
        Assert.Equal((HttpStatusCode.BadRequest, "invalid_credential_request"), (answer.Status, answer.Error));
    }

    [Fact]
    public async Task Refused_requests_write_nothing()
    {
        var wallet = await new TestWallet(_host).RedeemAsync("ann");
        await wallet.RequestAsync("x");
        await wallet.RequestAsync(wallet.Proof("unknown"));
        Assert.Equal(0, await _host.Get<Hosting.Storage.Database>().ReadAsync(
            connection => Dapper.SqlMapper.ExecuteScalarAsync<long>(connection, "SELECT (SELECT count(*) FROM status_entries) + (SELECT count(*) FROM card_copies)"), Ct));
    }

    [Fact]
    public async Task Metadata_is_served_to_everybody_and_sent_once()
    {
        var address = new Uri("/.well-known/openid-credential-issuer", UriKind.Relative);
        using var answer = await _host.Http.GetAsync(address, Ct);
        Assert.Equal("application/json", answer.Content.Headers.ContentType!.ToString());
        Assert.Equal("*", answer.Headers.GetValues("Access-Control-Allow-Origin").Single());
        Assert.Equal(IssuerHost.Url, (await answer.Content.ReadFromJsonAsync<JsonElement>(Ct)).StringMember("credential_issuer"));
        using var again = new HttpRequestMessage(HttpMethod.Get, address);
        again.Headers.IfNoneMatch.Add(answer.Headers.ETag!);
        using var unchanged = await _host.Http.SendAsync(again, Ct);
        Assert.Equal(HttpStatusCode.NotModified, unchanged.StatusCode);
    }

    [Fact]
    public async Task The_authorization_server_says_how_cards_are_asked_for()
    {
        var metadata = await _host.Http.GetFromJsonAsync<JsonElement>(new Uri("/.well-known/oauth-authorization-server", UriKind.Relative), Ct);
        Assert.Equal(["openid_credential"], metadata.StringsMember("authorization_details_types_supported"));
        Assert.Contains("compatriot_card", metadata.StringsMember("scopes_supported")!);
    }

    [Fact]
    public async Task Type_metadata_is_served_with_the_bytes_of_its_integrity()
    {
        var document = await _host.Http.GetByteArrayAsync(new Uri("/vct/compatriot-card/1", UriKind.Relative), Ct);
        Assert.Equal(TypeMetadata.Of(CatalogueFiles.Card()).Integrity, "sha256-" + Convert.ToBase64String(SHA256.HashData(document)));
    }

    [Fact]
    public async Task An_offer_by_reference_is_the_offer_by_value_until_it_ends()
    {
        var offer = await _host.Get<OfferService>().OfferAsync("ann", "card-of-ann", _host.Signer.Type, Ct);
        Assert.Null(offer.TransactionCode);
        Assert.StartsWith("openid-credential-offer://?credential_offer_uri=", offer.LinkByReference, StringComparison.Ordinal);
        Assert.Equal(offer.Json, await _host.Http.GetStringAsync(new Uri(offer.Uri), Ct));
        Assert.Equal(offer.Json, await _host.Http.GetStringAsync(new Uri(offer.Uri), Ct));
        _host.Time.Now += TimeSpan.FromHours(1) + TimeSpan.FromSeconds(1);
        using var ended = await _host.Http.GetAsync(new Uri(offer.Uri), Ct);
        Assert.Equal(HttpStatusCode.NotFound, ended.StatusCode);
    }

    [Fact]
    public async Task An_offer_across_the_desk_needs_its_six_spoken_digits()
    {
        var offer = await _host.Get<OfferService>().OfferAcrossTheDeskAsync("ann", "card-of-ann", _host.Signer.Type, Ct);
        Assert.Matches("^[0-9]{6}$", offer.TransactionCode);
        Assert.DoesNotContain(offer.TransactionCode!, offer.Json, StringComparison.Ordinal);
        var code = JsonElement.Parse(offer.Json).GetProperty("grants").GetProperty("urn:ietf:params:oauth:grant-type:pre-authorized_code").StringMember("pre-authorized_code")!;
        Dictionary<string, string> form = new()
        {
            ["grant_type"] = "urn:ietf:params:oauth:grant-type:pre-authorized_code",
            ["pre-authorized_code"] = code,
            ["client_id"] = "wallet",
        };
        var wallet = new TestWallet(_host);
        Assert.Equal("invalid_request", (await wallet.TokenAsync(form)).StringMember("error"));
        form["tx_code"] = offer.TransactionCode == "000000" ? "000001" : "000000";
        Assert.Equal("invalid_grant", (await wallet.TokenAsync(form)).StringMember("error"));
        form["tx_code"] = offer.TransactionCode!;
        Assert.NotNull((await wallet.TokenAsync(form)).StringMember("access_token"));
        Assert.Equal("invalid_grant", (await wallet.TokenAsync(form)).StringMember("error"));
    }

    [Fact]
    public async Task An_offer_across_the_desk_may_be_asked_for_by_authorization_details()
    {
        var wallet = new TestWallet(_host);
        const string details = """[{"type":"openid_credential","credential_configuration_id":"compatriot-card","unknown":[1]}]""";
        var token = await wallet.TokenAsync(await FormAsync(details));
        var detail = Assert.Single(token.GetProperty("authorization_details").EnumerateArray());
        Assert.Equal(["type", "credential_configuration_id", "credential_identifiers"], detail.EnumerateObject().Select(member => member.Name));
        var request = new { credential_identifier = detail.StringsMember("credential_identifiers")!.Single(), proofs = new { jwt = new[] { wallet.Proof(await wallet.NonceAsync()) } } };
        Assert.Single(TestWallet.Credentials(await wallet.SendAsync(JsonSerializer.Serialize(request))));
        var refused = await wallet.TokenAsync(await FormAsync(details.Replace("compatriot-card", "other", StringComparison.Ordinal)));
        Assert.Equal("invalid_authorization_details", refused.StringMember("error"));
    }

    [Fact]
    public async Task Three_wrong_guesses_end_an_offer_and_ten_minutes_do()
    {
        var wallet = new TestWallet(_host);
        var form = await FormAsync();
        var right = form["tx_code"];
        for (var guess = 0; guess < 3; guess++)
        {
            form["tx_code"] = right == "000000" ? "000001" : "000000";
            Assert.Equal("invalid_grant", (await wallet.TokenAsync(form)).StringMember("error"));
        }

        form["tx_code"] = right;
        Assert.Equal("invalid_grant", (await wallet.TokenAsync(form)).StringMember("error"));
        var late = await FormAsync();
        _host.Time.Now += TimeSpan.FromMinutes(10);
        Assert.Equal("invalid_grant", (await wallet.TokenAsync(late)).StringMember("error"));
    }

    private async Task<Dictionary<string, string>> FormAsync(string? details = null)
    {
        var offer = await _host.Get<OfferService>().OfferAcrossTheDeskAsync("ann", "card-of-ann", _host.Signer.Type, Ct);
        var form = new Dictionary<string, string>
        {
            ["grant_type"] = "urn:ietf:params:oauth:grant-type:pre-authorized_code",
            ["pre-authorized_code"] = JsonElement.Parse(offer.Json).GetProperty("grants").GetProperty("urn:ietf:params:oauth:grant-type:pre-authorized_code").StringMember("pre-authorized_code")!,
            ["tx_code"] = offer.TransactionCode!,
            ["client_id"] = "wallet",
            ["unknown"] = "ignored",
        };
        if (details is not null)
        {
            form["authorization_details"] = details;
        }

        return form;
    }

    [Fact]
    [Trait("Safeguard", "SG12")]
    public async Task An_access_token_names_no_person()
    {
        var wallet = await new TestWallet(_host).RedeemAsync("ann");
        Assert.DoesNotContain("ann", SignedJwt.Parse(wallet.AccessToken).OrThrow().UnverifiedClaims.GetRawText(), StringComparison.Ordinal);
    }
}
