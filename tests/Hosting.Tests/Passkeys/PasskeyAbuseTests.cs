namespace IdentityPlatform.Hosting.Tests.Passkeys;

/// <summary>Rubbish and races.</summary>
public sealed class PasskeyAbuseTests : IAsyncLifetime
{
    private readonly ForgingAuthenticator _authenticator = new();
    private PasskeySite _site = null!;
    private PasskeyBrowser _browser = null!;

    public async ValueTask InitializeAsync()
    {
        _site = await PasskeySite.StartAsync();
        _browser = new(_site);
        Assert.Equal(200, (await _browser.RunAsync("/signup", _authenticator.Create)).Status);
    }

    public async ValueTask DisposeAsync()
    {
        _browser.Dispose();
        _authenticator.Dispose();
        await _site.DisposeAsync();
    }

    [Theory]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("\"text\"")]
    [InlineData("{}")]
    [InlineData("""{"id":"AA","rawId":"AA","type":"public-key","response":{}}""")]
    [InlineData("""{"id":"AA","rawId":"AA","type":"public-key","response":{"clientDataJSON":"!","authenticatorData":"AA","signature":"AA"}}""")]
    [InlineData("""{"id":"AA","rawId":"AA","type":"public-key","response":{"clientDataJSON":"e30","authenticatorData":"AA","signature":"AA"}}""")]
    [InlineData("""{"id":1,"rawId":[],"type":{},"response":7}""")]
    public async Task Whatever_is_no_credential_is_malformed(string credential)
    {
        var (ceremony, _) = await _browser.BeginAsync("/signin", _authenticator.Get);
        var refused = await _browser.CompleteAsync("/signin", ceremony, credential);
        Assert.Equal((400, "passkey_malformed"), (refused.Status, refused.Error));

        (ceremony, _) = await _browser.BeginAsync("/signup", _authenticator.Create);
        refused = await _browser.CompleteAsync("/signup", ceremony, credential);
        Assert.Equal((400, "passkey_malformed"), (refused.Status, refused.Error));
    }

    [Fact]
    public async Task No_cut_off_credential_ever_breaks_the_server()
    {
        for (var length = 0; length < 37; length += 4)
        {
            _authenticator.ChangeData = data => data[..length];
            await MalformedAsync();
        }

        _authenticator.ChangeData = data => [.. data, 0];
        await MalformedAsync();
    }

    [Fact]
    public async Task Of_sixteen_parallel_completions_one_wins()
    {
        var (ceremony, credential) = await _browser.BeginAsync("/signin", _authenticator.Get);

        var answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => _browser.CompleteAsync("/signin", ceremony, credential)));

        Assert.Single(answers, answer => answer.Status == 200);
        Assert.Equal(15, answers.Count(answer => answer is { Status: 400, Error: "passkey_unknown_ceremony" }));
    }

    [Fact]
    public async Task Of_sixteen_parallel_sign_ins_with_one_counter_one_wins()
    {
        _authenticator.SignCount = 3;
        var begun = new List<(string Ceremony, string Credential)>();
        for (var i = 0; i < 16; i++)
        {
            begun.Add(await _browser.BeginAsync("/signin", _authenticator.Get));
        }

        var answers = await Task.WhenAll(begun.Select(one => _browser.CompleteAsync("/signin", one.Ceremony, one.Credential)));

        Assert.Single(answers, answer => answer.Status == 200);
        Assert.Equal(15, answers.Count(answer => answer is { Status: 403, Error: "passkey_counter_went_back" }));
    }

    private async Task MalformedAsync()
    {
        var answer = await _browser.RunAsync("/signin", _authenticator.Get);
        Assert.Equal((400, "passkey_malformed"), (answer.Status, answer.Error));
    }
}
