using IdentityPlatform.Hosting.Audit;
using IdentityPlatform.Hosting.Tests.Servers;
using IdentityPlatform.Issuer.Issuance;

namespace IdentityPlatform.Issuer.Tests.Desk;

public sealed class DeskPostgresTests(PostgresServer server)
{
    [Fact]
    public async Task The_way_from_application_to_erasure_is_the_same_on_PostgreSQL()
    {
        await using var host = await DeskHost.StartAsync(server);
        var (_, personId) = await DeskTests.OfferedAsync(host);
        Assert.IsType<MintAuthorization.Permitted>(await host.MintAsync(personId));
        var register = host.Get<ICardRegister>();
        var card = (await register.FindCollectableAsync(personId, host, CancellationToken.None))!;
        Assert.True(await register.MarkCollectedAsync(card.CardId, CancellationToken.None));
        var person = await host.PersonAsync("yulia");
        Assert.Equal((200, "suspended"), (await person.PostAsync("/card/lost")).Brief);
        Assert.Equal((200, "approved"), (await person.PostAsync("/card/replacement")).Brief);
        Assert.Equal((200, "erased"), (await person.PostAsync("/erase", """{"sure":true}""")).Brief);
        Assert.True((await host.Get<AuditLog>().VerifyAsync(CancellationToken.None)).Match(_ => true, _ => false));
    }

    [Fact]
    public async Task Wallets_that_collect_at_the_same_moment_all_get_the_card()
    {
        await using var host = await DeskHost.StartAsync(server);
        var (_, personId) = await DeskTests.OfferedAsync(host);
        var register = host.Get<ICardRegister>();
        var card = (await register.FindCollectableAsync(personId, host, CancellationToken.None))!;
        var collected = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => register.MarkCollectedAsync(card.CardId, CancellationToken.None))));
        Assert.DoesNotContain(false, collected);
    }

    [Fact]
    public async Task Of_two_changes_to_one_state_one_happens()
    {
        await using var host = await DeskHost.StartAsync(server);
        var person = await host.PersonAsync("yulia");
        var id = await person.BookAsync(host);
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => person.PostAsync($"/applications/{id}/withdraw")));
        Assert.Single(answers, answer => answer.Brief == (200, "withdrawn"));
    }
}
