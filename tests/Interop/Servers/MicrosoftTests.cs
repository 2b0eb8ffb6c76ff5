using IdentityPlatform.Formats;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Protocols.OpenIdConnect.Configuration;
using Microsoft.IdentityModel.Tokens;
using Microsoft.Playwright;

namespace IdentityPlatform.Interop.Servers;

/// <summary>Microsoft.IdentityModel against the running IdP: its metadata, keys, ID tokens, signed userinfo and logout tokens.</summary>
[Collection(nameof(Town))]
public sealed class MicrosoftTests(Town town, SignedUpPerson person) : IClassFixture<SignedUpPerson>
{
    public static readonly TheoryData<string> Algorithms = ["ES256", "PS256", "RS256"];

    [Fact]
    public async Task The_library_reads_our_metadata_and_imports_every_key()
    {
        using var party = Party("ES256");
        var configuration = await party.Provider.GetConfigurationAsync(CancellationToken.None);

        Assert.Equal(town.Programs.Idp.Url, configuration.Issuer);
        Assert.True(new OpenIdConnectConfigurationValidator().Validate(configuration).Succeeded);
        Assert.Equal(configuration.JsonWebKeySet.Keys.Select(key => key.Kid).Order(), configuration.SigningKeys.Select(key => key.KeyId).Order());
        Assert.Empty(configuration.JsonWebKeySet.AdditionalData);
        Assert.Equal(Algorithms.Select(row => row.Data), configuration.IdTokenSigningAlgValuesSupported.Order().Intersect(Algorithms.Select(row => row.Data)));
    }

    [Theory]
    [MemberData(nameof(Algorithms))]
    public async Task The_library_validates_a_sign_in(string algorithm)
    {
        using var party = Party(algorithm);

        var (idToken, userInfo) = await party.CompleteAsync(await person.Browser.ConsentAsync(await party.StartAsync(), CallbackOf(algorithm)));

        Assert.Equal((algorithm, algorithm), (idToken.Alg, userInfo.Alg));
        Assert.Equal(idToken.Subject, userInfo.Subject);
        Assert.IsType<SecurityTokenInvalidAudienceException>((await party.ValidateAsync(party.IdToken, change: parameters => parameters.ValidAudience = "another")).Exception);
        Assert.IsType<SecurityTokenInvalidIssuerException>((await party.ValidateAsync(party.IdToken, change: parameters =>
            (parameters.ConfigurationManager, parameters.ValidIssuer, parameters.IssuerSigningKeys) = (null, "https://another.example", Keys(party)))).Exception);
        Assert.IsType<SecurityTokenInvalidSignatureException>((await party.ValidateAsync(Altered(party.IdToken), change: _ => { })).Exception);

        // To this library an algorithm that was not expected is a signature that no key verifies.
        Assert.IsType<SecurityTokenInvalidSignatureException>((await party.ValidateAsync(party.IdToken, change: parameters => parameters.ValidAlgorithms = ["ES512"])).Exception);
    }

    [Fact]
    public async Task The_library_refuses_a_sign_in_with_another_nonce()
    {
        using var party = Party("ES256");
        var url = await party.StartAsync();
        party.Nonce = new OpenIdConnectProtocolValidator().GenerateNonce();
        var back = await person.Browser.ConsentAsync(url, CallbackOf("ES256"));
        await Assert.ThrowsAsync<OpenIdConnectProtocolInvalidNonceException>(() => party.CompleteAsync(back));
    }

    [Theory]
    [MemberData(nameof(Algorithms))]
    public async Task The_library_validates_the_logout_token_and_takes_no_id_token_for_one(string algorithm)
    {
        await using var other = await ChromiumPerson.StartAsync();
        await other.SignUpAtAsync(town.Programs.Idp.Url);
        using var party = Party(algorithm);
        var (idToken, _) = await party.CompleteAsync(await other.ConsentAsync(await party.StartAsync(), CallbackOf(algorithm)));

        await other.SignOutAtAsync(town.Programs.Idp.Url);
        var token = await town.Received.LogoutTokenAsync(Town.MicrosoftId(algorithm));

        var result = await party.ValidateAsync(token, "logout+jwt");
        Assert.True(result.IsValid, result.Exception?.Message);
        var claims = System.Text.Json.JsonElement.Parse(Base64UrlEncoder.Decode(((JsonWebToken)result.SecurityToken).EncodedPayload));
        Assert.Equal((idToken.Subject, idToken.GetPayloadValue<string>("sid")), (claims.StringMember("sub"), claims.StringMember("sid")));
        Assert.NotNull(claims.ObjectMember("events")?.ObjectMember("http://schemas.openid.net/event/backchannel-logout"));
        Assert.Null(claims.Member("nonce"));
        Assert.IsType<SecurityTokenInvalidTypeException>((await party.ValidateAsync(party.IdToken, "logout+jwt")).Exception);
    }

    [Fact]
    public async Task Who_signs_out_at_the_provider_is_signed_out_at_the_sample_service()
    {
        await town.StartServiceAsync();
        var service = town.Programs.ServiceOne.Url;
        await using var somebody = await ChromiumPerson.StartAsync();
        await somebody.Page.GotoAsync(service);
        await somebody.Page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await somebody.SignUpHereAsync($"{service}/");
        Assert.Equal(200, await MeAsync());

        // What is no logout token ends nothing.
        var forged = await somebody.Page.APIRequest.PostAsync($"{service}/signin/ended", new() { Form = somebody.Page.APIRequest.CreateFormData().Set("logout_token", Forged()) });
        Assert.Equal((400, 200), (forged.Status, await MeAsync()));

        await somebody.SignOutAtAsync(town.Programs.Idp.Url);
        for (var attempt = 0; attempt < 150 && await MeAsync() == 200; attempt++)
        {
            await Task.Delay(200, TestContext.Current.CancellationToken);
        }

        Assert.Equal(401, await MeAsync());

        async Task<int> MeAsync() => (await somebody.Page.APIRequest.GetAsync($"{service}/me")).Status;
    }

    private MicrosoftParty Party(string algorithm) => new(town.Programs.Idp.Url, Town.MicrosoftId(algorithm), CallbackOf(algorithm), town.ServiceKey, algorithm);

    private static string CallbackOf(string algorithm) => Town.MicrosoftCallback(algorithm);

    private static IEnumerable<SecurityKey> Keys(MicrosoftParty party) => party.Provider.GetConfigurationAsync(CancellationToken.None).GetAwaiter().GetResult().SigningKeys;

    private static string Altered(string token)
    {
        var parts = token.Split('.');
        return $"{parts[0]}.{parts[1]}.{(parts[2][0] == 'A' ? 'B' : 'A')}{parts[2][1..]}";
    }

    // Right in all but the key.
    private string Forged() => new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
    {
        Issuer = town.Programs.Idp.Url,
        Audience = "service-one",
        TokenType = "logout+jwt",
        Claims = new Dictionary<string, object>
        {
            ["sid"] = "a-session",
            ["events"] = new Dictionary<string, object> { ["http://schemas.openid.net/event/backchannel-logout"] = new Dictionary<string, object>() },
        },
        SigningCredentials = new(new ECDsaSecurityKey(town.ServiceKey), SecurityAlgorithms.EcdsaSha256),
    });
}
