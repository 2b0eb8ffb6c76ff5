using Dapper;
using IdentityPlatform.Hosting.PersonKeys;
using IdentityPlatform.Hosting.Storage;
using IdentityPlatform.Hosting.Tests.Servers;
using IdentityPlatform.Issuer.Desk;
using IdentityPlatform.Issuer.Issuance;
using IdentityPlatform.Issuer.Status;
using static IdentityPlatform.Issuer.Tests.Desk.CardLife;

namespace IdentityPlatform.Issuer.Tests.Desk;

/// <summary>Who has which entries, the card's state and its holder's log are written together or not at all, on every engine.</summary>
public abstract class CollectingContract
{
    private static readonly string[] Collected = ["card.collected"];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_refill_is_one_unit_of_work()
    {
        await using var host = await StartAsync();
        var (_, personId, _, _) = await ActiveAsync(host);
        var card = await CollectableAsync(host, personId);
        var record = await SealAsync(host, card);
        var entries = await EntriesAsync(host);
        var before = host.Get<Database>().UnitsOfWork;
        Assert.True(await host.Get<ICardRegister>().MarkCollectedAsync(card, (connection, transaction) => CardStatus.AddAsync(connection, transaction, record), Ct));
        Assert.Equal(1, host.Get<Database>().UnitsOfWork - before);
        Assert.True(await IsKeptAsync(host, record));
        Assert.Equal(entries + 1, await EntriesAsync(host));
    }

    [Fact]
    public async Task What_fails_in_the_midst_of_it_leaves_nothing()
    {
        await using var host = await StartAsync();
        var (_, personId, _, _) = await ActiveAsync(host);
        var card = await CollectableAsync(host, personId);
        var record = await SealAsync(host, card);
        var (entries, version) = (await EntriesAsync(host), card.Row!.Version);
        await Assert.ThrowsAsync<TimeoutException>(() => host.Get<ICardRegister>().MarkCollectedAsync(
            card,
            async (connection, transaction) =>
            {
                await CardStatus.AddAsync(connection, transaction, record);
                throw new TimeoutException();
            },
            Ct));
        Assert.False(await IsKeptAsync(host, record));
        Assert.Equal((entries, version), (await EntriesAsync(host), (await CollectableAsync(host, personId)).Row!.Version));
    }

    [Fact]
    public async Task A_card_that_was_withdrawn_since_it_was_read_keeps_no_record_and_all_its_copies_are_revoked()
    {
        await using var host = await StartAsync();
        var (_, personId, _, _) = await ActiveAsync(host);
        var card = await CollectableAsync(host, personId);
        var record = await SealAsync(host, card);
        Assert.Equal((200, "suspended"), (await (await LaterAsync(host)).PostAsync("/card/lost")).Brief);
        var entries = await EntriesAsync(host);
        Assert.False(await host.Get<ICardRegister>().MarkCollectedAsync(card, (connection, transaction) => CardStatus.AddAsync(connection, transaction, record), Ct));
        Assert.False(await IsKeptAsync(host, record));
        Assert.Equal((entries, 0), (await EntriesAsync(host), await host.Get<CardStatus>().RevokeOutstandingAsync(card.CardId, RevocationGround.HolderRequest, Ct)));
    }

    [Fact]
    public async Task Of_many_who_saw_the_card_as_it_was_each_is_written_once()
    {
        const int wallets = 8;
        await using var host = await StartAsync();
        var (_, personId, _, _) = await ActiveAsync(host);
        var (entries, seen) = (await EntriesAsync(host), new List<RegisteredCard>());
        for (var wallet = 0; wallet < wallets; wallet++)
        {
            seen.Add(await CollectableAsync(host, personId));
        }

        var marked = await Task.WhenAll(seen.Select(async card =>
        {
            var record = await SealAsync(host, card);
            var done = await Task.Run(() => host.Get<ICardRegister>().MarkCollectedAsync(card, (connection, transaction) => CardStatus.AddAsync(connection, transaction, record), Ct));
            return done && await IsKeptAsync(host, record);
        }));
        Assert.DoesNotContain(false, marked);
        Assert.Equal(entries + wallets, await EntriesAsync(host));
        Assert.Equal(seen[0].Row!.Version + wallets, (await CollectableAsync(host, personId)).Row!.Version);
    }

    private protected abstract Task<DeskHost> StartAsync();

    // Read with the person's key in hand, as the credential endpoint does.
    private static async Task<RegisteredCard> CollectableAsync(DeskHost host, string personId)
    {
        var key = (await host.Get<PersonKeys>().FindAsync(personId, Ct))!;
        var cardId = (await host.Get<Cards>().FindOfPersonAsync(personId, Ct))!.Id;
        return (await host.Get<ICardRegister>().FindCollectableAsync(personId, cardId, Ct, key))!;
    }

    private static async Task<CopyRecord> SealAsync(DeskHost host, RegisteredCard card)
    {
        var lastDay = Days.Of(host.Clock.Now) + 90;
        var indices = await host.Get<StatusIndexes>().ReserveAsync(3, lastDay, Ct);
        return await host.Get<CardStatus>().SealAsync(CardStatus.NewRecordId(), card.CardId, card.PersonId, indices, lastDay, new CopyOrigin("key", "type"), card.Key, Ct);
    }

    private static Task<bool> IsKeptAsync(DeskHost host, CopyRecord record) => host.Get<Database>().ReadAsync(
        async connection => await connection.ExecuteScalarAsync<long>("SELECT count(*) FROM card_copies WHERE id = @Id AND person_id = @PersonId", record) == 1, Ct);

    private static async Task<int> EntriesAsync(DeskHost host) => (await LogAsync(host)).Count(Collected.Contains);
}

public sealed class CollectingSqliteTests : CollectingContract
{
    private protected override Task<DeskHost> StartAsync() => DeskHost.StartAsync();
}

public sealed class CollectingPostgresTests(PostgresServer server) : CollectingContract
{
    private protected override Task<DeskHost> StartAsync() => DeskHost.StartAsync(server);
}
