using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Formats.Status;
using IdentityPlatform.Interop.Cards;
using IdentityPlatform.Interop.Node;

namespace IdentityPlatform.Interop.Status;

/// <summary>Status lists between <c>Formats</c> and @sd-jwt/jwt-status-list, in both directions.</summary>
public sealed class StatusListTests : IDisposable
{
    private readonly CardWorld _world = new();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(8)]
    public async Task Their_reader_finds_every_entry_of_our_list(int bits)
    {
        var statuses = Statuses(bits);
        var now = DateTimeOffset.UtcNow;
        var list = StatusList.Empty(statuses.Count, bits).With(statuses.Select((status, index) => (index, status)));

        var read = await NodeClient.AskOnceAsync("status-list-reader", new()
        {
            ["token"] = StatusListToken.Write(_world.Signer, CardWorld.StatusUri, list, now, now.AddDays(1), TimeSpan.FromHours(1)),
            ["authority"] = _world.Authority.Pem,
            ["indices"] = NodeJson.Array(Enumerable.Range(0, statuses.Count)),
        });

        Assert.Equal(CardWorld.StatusUri, read.StringMember("subject"));
        Assert.Equal(bits, read.LongMember("bits"));
        Assert.Equal(statuses.Count, read.LongMember("length"));
        Assert.Equal(statuses, read.GetProperty("statuses").EnumerateArray().Select(status => status.GetInt32()));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(8)]
    public async Task Our_reader_finds_every_entry_of_their_list(int bits)
    {
        var statuses = Statuses(bits);

        var token = await IssueThereAsync(bits, statuses);

        Assert.True(Verify(token, _world.Signer.PublicKey).Succeeded(out _, out _));
        Assert.Equal(CardWorld.StatusUri, token.Subject);
        Assert.Equal(3600, token.TimeToLive);
        Assert.Equal((bits, statuses.Count), (token.List.Bits, token.List.Count));
        Assert.Equal(statuses, Enumerable.Range(0, token.List.Count).Select(index => token.List[index]));
    }

    [Fact]
    public async Task Their_list_does_not_verify_with_the_key_of_another()
    {
        using var other = new CardWorld();

        var token = await IssueThereAsync(1, Statuses(1));

        Assert.True(Verify(token, other.Signer.PublicKey).Failed(out var failure, out _));
        Assert.Equal(FormatRule.Signature, failure.Rule);
    }

    public void Dispose() => _world.Dispose();

    // Every value that fits, over several bytes, in no even pattern.
    private static IReadOnlyList<int> Statuses(int bits) => [.. Enumerable.Range(0, 256).Select(index => index * 37 / 3 % (1 << bits))];

    private async Task<StatusListToken> IssueThereAsync(int bits, IReadOnlyList<int> statuses)
    {
        var answer = await NodeClient.AskOnceAsync("status-list-issuer", new()
        {
            ["key"] = NodeJson.PrivateKey(_world.SignerKey),
            ["x5c"] = NodeJson.Chain(_world.Signer),
            ["uri"] = CardWorld.StatusUri,
            ["bits"] = bits,
            ["statuses"] = NodeJson.Array(statuses),
        });
        return StatusListToken.Parse(answer.StringMember("token")!).OrThrow();
    }

    private static Parsed<VerifiedJwt> Verify(StatusListToken token, Jwk key)
    {
        using var imported = VerificationKey.Import(key).OrThrow();
        return token.Jwt.Verify(imported, StatusListToken.MediaType, JwsAlgorithm.ES256);
    }
}
