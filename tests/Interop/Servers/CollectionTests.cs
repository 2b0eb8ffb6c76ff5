using IdentityPlatform.Formats;

namespace IdentityPlatform.Interop.Servers;

/// <summary>@openid4vc/openid4vci against the running card issuer.</summary>
[Collection(nameof(Town))]
public sealed class CollectionTests(Town town)
{
    [Fact]
    public async Task A_wallet_on_openid4vci_collects_a_batch_with_the_spoken_code() =>
        AssertBatch(CollectedCopy.Of((await town.VisitTheDeskAsync()).SpokenCode));

    [Fact]
    public async Task A_wallet_on_openid4vci_with_another_code_than_the_spoken_one_gets_nothing() =>
        Assert.Equal("invalid_grant", (await town.VisitTheDeskAsync()).WrongCode.StringMember("refused"));

    [Fact]
    public async Task A_wallet_on_openid4vci_that_nobody_attests_gets_nothing() =>
        Assert.Equal("invalid_client_attestation", (await town.VisitTheDeskAsync()).Unattested.StringMember("refused"));

    [Fact]
    public async Task A_wallet_on_openid4vci_collects_a_batch_by_authorization_code() => AssertBatch(await town.CollectAtHomeAsync());

    private static void AssertBatch(IReadOnlyList<CollectedCopy> copies)
    {
        Assert.Equal(10, copies.Count);
        Assert.Equal(10, copies.Select(copy => copy.Key["x"]!.GetValue<string>()).Distinct().Count());
    }
}
