using System.Collections.Concurrent;
using IdentityPlatform.Formats.Status;
using IdentityPlatform.Playground.People;
using IdentityPlatform.Playground.Programs;
using IdentityPlatform.Wallet;
using IdentityPlatform.Wallet.Cards;
using IdentityPlatform.Wallet.Issuance;

namespace IdentityPlatform.EndToEnd.Tests.TwoNodes;

/// <summary>
/// Two hundred wallets collect at once over two processes, one of which is killed in the midst of it. What a wallet was told holds
/// at the other process; who was cut off collects again; and what anybody holds can be revoked.
/// </summary>
[Collection(TwoNodes.Name)]
public sealed class TwoNodesTests(TwoNodes nodes) : IDisposable
{
    private const int Wallets = 200;
    private const int BatchSize = 10;
    private const int KilledAfter = 50;

    private readonly ConcurrentDictionary<Holder, IReadOnlyList<CardCopy>> _collected = new();
    private readonly ConcurrentBag<Holder> _cutOff = [];
    private readonly ConcurrentBag<string> _refusals = [];
    private readonly HttpClient _http = new(new EitherNode());
    private readonly WalletInstance _instance =
        new(KeyFile.Read(Path.Combine(nodes.Places.Keys, "wallet-provider", "wallet-provider.json")), "playground-wallet", TimeProvider.System);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _http.Dispose();
        _instance.Dispose();
    }

    [Fact]
    [Trait("Fault", "killed process")]
    public async Task Two_hundred_wallets_collect_at_once_and_a_killed_process_loses_nothing()
    {
        using var desk = new Desk(nodes);
        var holders = await QueueAsync(desk);

        var crowd = Task.WhenAll(holders.Select(holder => CollectAsync(holder)));
        while (_collected.Count < KilledAfter && !crowd.IsCompleted)
        {
            await Task.Delay(20, Ct);
        }

        Assert.False(crowd.IsCompleted, "all was over before the process was killed");
        await nodes.Second.StopAsync();
        await crowd;
        await nodes.Second.StartAsync(Ct);

        Assert.Empty(_refusals);
        Assert.Equal(Wallets, _collected.Count + _cutOff.Count);
        Assert.InRange(_cutOff.Count, 1, Wallets - KilledAfter);

        // Nobody who was cut off lost more than a visit's minute: the desk offers again, and the card is whole.
        foreach (var holder in _cutOff)
        {
            (holder.Link, holder.Spoken) = await desk.OfferAsync(holder.CaseId);
            await CollectAsync(holder);
        }

        Assert.Equal(Wallets, _collected.Count);
        Assert.All(_collected.Values, copies => Assert.Equal(BatchSize, copies.Count));
        var entries = _collected.Values.SelectMany(copies => copies).Select(Entry).ToList();
        Assert.Equal(Wallets * BatchSize, entries.Distinct().Count());

        await AssertRevocableAsync([.. holders.Take(3).Union(_cutOff.Take(3))]);
    }

    // Everybody has an approved card and an offer in hand.
    private static async Task<List<Holder>> QueueAsync(Desk desk)
    {
        await desk.OpenAsync();
        List<Holder> holders = [];
        for (var number = 0; number < Wallets; number++)
        {
            var person = new Person($"Holder {number}");
            holders.Add(new(person, await desk.ServeAsync(person, number)));
        }

        foreach (var holder in holders)
        {
            (holder.Link, holder.Spoken) = await desk.OfferAsync(holder.CaseId);
        }

        return holders;
    }

    private async Task CollectAsync(Holder holder)
    {
        var collector = new Collector(_http, _instance, Neighbourhood.WalletCallback, TimeProvider.System);
        try
        {
            var offer = (await CredentialOffer.ReadAsync(holder.Link, _http, Ct)).OrThrow();
            switch (await collector.CollectAsync(offer, holder.Spoken, Ct))
            {
                case CollectionOutcome.Collected collected:
                    Assert.True(_collected.TryAdd(holder, collected.Copies));
                    break;
                case CollectionOutcome.Refused refused:
                    _refusals.Add($"{refused.Step}: {refused.Error}");
                    break;
            }
        }
        catch (HttpRequestException)
        {
            _cutOff.Add(holder);
        }
    }

    // The holder revokes, and every copy in the wallet is void in the lists that everybody reads.
    private async Task AssertRevocableAsync(IReadOnlyList<Holder> holders)
    {
        foreach (var holder in holders)
        {
            var revoked = await holder.Person.Browser.PostAsync($"{TwoNodes.Issuer}card/revoke", _ => { }, Ct);
            Assert.True(revoked.Status == 200, $"{revoked.Status} {revoked.Body}");
        }

        var entries = holders.SelectMany(holder => _collected[holder]).Select(Entry).ToList();
        var left = entries;
        for (var attempt = 0; attempt < 120 && left.Count > 0; attempt++)
        {
            await Task.Delay(500, Ct);
            var lists = new Dictionary<string, StatusList>();
            foreach (var uri in entries.Select(entry => entry.Uri).Distinct())
            {
                lists[uri] = StatusListToken.Parse(await _http.GetStringAsync(new Uri(uri), Ct)).OrThrow().List;
            }

            left = [.. entries.Where(entry => lists[entry.Uri][(int)entry.Index] != 1)];
        }

        Assert.Empty(left);
    }

    private static (string Uri, long Index) Entry(CardCopy copy)
    {
        var reference = StatusReference.Parse(copy.Card.Claims).OrThrow();
        return (reference.Uri, reference.Index);
    }

    private sealed class Holder(Person person, string caseId)
    {
        public Person Person { get; } = person;

        public string CaseId { get; } = caseId;

        public string Link { get; set; } = "";

        public string Spoken { get; set; } = "";
    }
}
