using IdentityPlatform.Formats.Jose;
using IdentityPlatform.IdP.Tests.Harness;

namespace IdentityPlatform.IdP.Tests.Services;

/// <summary>Each service gets its ID tokens in the algorithm that it registered, and each of them serves as a hint. RS256, which our own FAPI client refuses, is a matter of the conformance tests.</summary>
public sealed class AlgorithmTests : IDisposable
{
    private readonly IdpHost _host = new();

    public AlgorithmTests()
    {
        foreach (var algorithm in new[] { "PS256", "ES256" })
        {
            _host.Register($"service-{algorithm.ToLowerInvariant()}", "openid", $"\"id_token_signed_response_alg\": \"{algorithm}\", \"userinfo_signed_response_alg\": \"{algorithm}\",");
        }
    }

    public void Dispose() => _host.Dispose();

    [Theory]
    [InlineData("PS256", JwsAlgorithm.PS256)]
    [InlineData("ES256", JwsAlgorithm.ES256)]
    public async Task Tokens_are_signed_as_registered_and_taken_back_as_hints(string name, JwsAlgorithm algorithm)
    {
        using var person = await Person.WithAccountAsync(_host);
        using var service = _host.Service($"service-{name.ToLowerInvariant()}");

        // The client verifies the ID token with the key of the JWKS that its header names.
        var signedIn = await service.SignInAsync(person);
        var token = SignedJwt.Parse(signedIn.Tokens.IdToken!).OrThrow();
        var (_, mediaType, userInfo) = await service.UserInfoAsync(signedIn.Tokens, HttpMethod.Get);
        Assert.Equal("application/jwt", mediaType);
        using var key = await KeyAsync(person, token.KeyId);
        Assert.Equal(signedIn.Subject, token.Verify(key, "JWT", algorithm).OrThrow().Claims.GetProperty("sub").GetString());
        Assert.Equal(signedIn.Subject, SignedJwt.Parse(userInfo).OrThrow().Verify(key, "JWT", algorithm).OrThrow().Claims.GetProperty("sub").GetString());

        var landed = await person.Browser.OpenAsync($"/endsession?id_token_hint={signedIn.Tokens.IdToken}&post_logout_redirect_uri={Uri.EscapeDataString(service.ByeUri)}");
        Assert.Equal(service.ByeUri, landed.Url.AbsoluteUri);
    }

    private static async Task<VerificationKey> KeyAsync(Person person, string? keyId)
    {
        var keys = (await person.Browser.OpenAsync("/jwks")).Json.GetProperty("keys").EnumerateArray();
        return VerificationKey.Import(Jwk.Parse(keys.Single(jwk => jwk.GetProperty("kid").GetString() == keyId)).OrThrow()).OrThrow();
    }
}
