using System.Collections.Concurrent;
using System.Text;
using IdentityPlatform.Formats;
using IdentityPlatform.Verifier.AspNetCore;
using IdentityPlatform.Verifier.Presentation;
using IdentityPlatform.Verifier.Tests.Scenarios;

namespace IdentityPlatform.Verifier.Tests.Presentation;

/// <summary>Several nodes behind one address and one store; and what the store gets to see.</summary>
public sealed class PresentationNodesTests
{
    private readonly SpyStore _store = new();
    private readonly FixedTime _time = new(Scenario.Noon);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_step_may_come_to_another_node()
    {
        var (one, two) = (Node(), Node());
        var started = await StartAsync(one, PresentationWay.SameDevice);
        var (wallet, handle) = await FetchAsync(two, started);
        Assert.IsType<PresentationOutcome.Pending>(await two.TakeAsync(started.Id, "session", ct: Ct));
        var answered = Assert.IsType<Answered.Taken>(await AnswerAsync(one, wallet, handle));
        Assert.IsType<Answered.Closed>(await AnswerAsync(two, wallet, handle));
        var code = answered.RedirectUri!.Split("response_code=")[1];
        Assert.IsType<PresentationOutcome.NotYours>(await two.TakeAsync(started.Id, "session", ct: Ct));
        Assert.IsType<PresentationOutcome.NotYours>(await two.TakeAsync(started.Id, "another", code, Ct));
        var completed = Assert.IsType<PresentationOutcome.Completed>(await two.TakeAsync(started.Id, "session", code, Ct));
        Assert.IsType<PresentationResult.Accepted>(completed.Result);
        Assert.IsType<PresentationOutcome.NotYours>(await one.TakeAsync(started.Id, "session", code, Ct));
    }

    [Fact]
    public async Task Of_answers_to_two_nodes_at_once_one_counts()
    {
        var (one, two) = (Node(), Node());
        for (var round = 0; round < 10; round++)
        {
            var (wallet, handle) = await FetchAsync(one, await StartAsync(one));
            var answers = await Task.WhenAll(new[] { one, two, one, two }.Select(node => Task.Run(() => AnswerAsync(node, wallet, handle), Ct)));
            Assert.Single(answers, answer => answer is Answered.Taken);
        }
    }

    [Fact]
    public async Task An_answer_counts_as_of_the_time_when_it_came()
    {
        var node = Node();
        var started = await StartAsync(node);
        var (wallet, handle) = await FetchAsync(node, started);
        await AnswerAsync(node, wallet, handle);
        _time.Now = Scenario.Noon.AddMinutes(4);
        var scenario = Assert.IsType<PresentationOutcome.Completed>(await node.TakeAsync(started.Id, "session", ct: Ct));
        Assert.IsType<PresentationResult.Accepted>(scenario.Result);
    }

    [Fact]
    public async Task Who_wants_to_be_told_is_told_where_the_answer_comes_and_nothing_is_kept()
    {
        var node = Node();
        PresentationOutcome? told = null;
        var started = (await node.StartAsync(Query, PresentationWay.CrossDevice, "session", outcome => told = outcome, ct: Ct))!;
        var (wallet, handle) = await FetchAsync(node, started);
        await AnswerAsync(node, wallet, handle);
        Assert.IsType<PresentationResult.Accepted>(Assert.IsType<PresentationOutcome.Completed>(told).Result);
        Assert.IsType<PresentationOutcome.NotYours>(await node.TakeAsync(started.Id, "session", ct: Ct));
        Assert.Empty(_store.Kept);

        told = null;
        started = (await node.StartAsync(Query, PresentationWay.CrossDevice, "session", outcome => told = outcome, ct: Ct))!;
        (wallet, handle) = await FetchAsync(node, started);
        await AnswerAsync(Node(), wallet, handle);
        Assert.Null(told);
        Assert.IsType<PresentationOutcome.Completed>(await node.TakeAsync(started.Id, "session", ct: Ct));
    }

    [Fact]
    public async Task What_a_request_says_and_confirms_survives_the_store()
    {
        var node = Node();
        var payment = TransactionData.Of("org.example.payment", "card", writer => writer.WriteNumber("amount", 5));
        var ground = new VerifierInfo("ground", System.Text.Json.JsonElement.Parse("""{"text":"why"}"""));
        var started = (await node.StartAsync(Query, PresentationWay.CrossDevice, "session", null, ground, [payment], Ct))!;
        var (wallet, handle) = await FetchAsync(node, started);
        Assert.Equal([payment.Encoded], wallet.Claims.StringsMember("transaction_data")!);
        Assert.Equal("""[{"format":"ground","data":{"text":"why"}}]""", wallet.Claims.ArrayMember("verifier_info")!.Value.GetRawText());
        await AnswerAsync(node, wallet, handle);
        var completed = Assert.IsType<PresentationOutcome.Completed>(await node.TakeAsync(started.Id, "session", ct: Ct));
        Assert.IsType<Failure.TransactionDataMismatch>(Assert.IsType<PresentationResult.Rejected>(completed.Result).Verdict.Failure);
    }

    [Fact]
    public async Task The_store_sees_no_handle_no_secret_and_no_claim()
    {
        var node = Node();
        var started = await StartAsync(node);
        var (wallet, handle) = await FetchAsync(node, started);
        await AnswerAsync(node, wallet, handle);
        Assert.Equal(3, _store.Seen.Count);
        string[] secrets = [started.Id, handle, wallet.Claims.StringMember("nonce")!, wallet.Claims.StringMember("state")!, TestPki.CardType, "x509_hash", "session"];
        Assert.All(_store.Seen, seen => Assert.All(secrets, secret =>
        {
            Assert.DoesNotContain(secret, seen.Key, StringComparison.Ordinal);
            Assert.Equal(-1, seen.Value.AsSpan().IndexOf(Encoding.UTF8.GetBytes(secret)));
        }));
    }

    [Fact]
    public async Task What_was_altered_or_exchanged_in_the_store_is_not_there()
    {
        var node = Node();
        var started = await StartAsync(node);
        var other = await StartAsync(node);
        foreach (var (key, value) in _store.Kept)
        {
            _store.Kept[key] = [.. value[..^1], (byte)(value[^1] ^ 1)];
        }

        Assert.IsType<PresentationOutcome.NotYours>(await node.TakeAsync(started.Id, "session", ct: Ct));
        Assert.Null(await node.RequestObjectAsync(HandleOf(other), null, Ct));
        _store.Kept.Keys.ToList().ForEach(key => _store.Kept[key] = [1, 2, 3]);
        Assert.IsType<PresentationOutcome.NotYours>(await node.TakeAsync(started.Id, "session", ct: Ct));
    }

    [Theory]
    [InlineData("https://door.example.org", true)]
    [InlineData("https://door.example.org:8443/verifier", true)]
    [InlineData("https://door.example.org/", false)]
    [InlineData("https://door.example.org?x=1", false)]
    [InlineData("door.example.org", false)]
    [InlineData("ftp://door.example.org", false)]
    public void A_public_address_is_one(string url, bool isOne) => AssertStarts(isOne, Options(url));

    [Fact]
    public void Without_a_key_a_verifier_is_known_by_its_address_alone()
    {
        AssertStarts(false, Options("https://door.example.org", withKey: false));
        AssertStarts(true, Options("https://door.example.org", withKey: false, ClientIdPrefix.RedirectUri));
    }

    private static DcqlQuery Query => DcqlQuery.For(new Scenario().Query);

    private static void AssertStarts(bool starts, PresentationOptions options)
    {
        if (starts)
        {
            Assert.NotNull(new Presentations(options, TimeProvider.System));
        }
        else
        {
            Assert.Throws<ArgumentException>(() => new Presentations(options, TimeProvider.System));
        }
    }

    private static PresentationOptions Options(string url, bool withKey = true, ClientIdPrefix knownBy = ClientIdPrefix.X509Hash, IPresentationStore? store = null)
    {
        var trust = new Scenario().Trust();
        return new()
        {
            PublicUrl = url,
            AccessKey = withKey ? TestPki.Door : null,
            Policy = Policies.Haip(),
            Trust = () => trust,
            KnownBy = knownBy,
            Store = store,
        };
    }

    private static string HandleOf(StartedPresentation started) => started.RequestUri.Split('/')[^1];

    private static Task<Answered> AnswerAsync(Presentations node, TestWallet wallet, string handle) => node.AnswerAsync(
        handle, request => PresentationResponses.Read(request, wallet.Encrypt(wallet.Answering(new Scenario()).Present())), Ct);

    private Presentations Node() => new(Options("https://door.example.org", store: _store), _time);

    private static async Task<StartedPresentation> StartAsync(Presentations node, PresentationWay way = PresentationWay.CrossDevice) =>
        (await node.StartAsync(Query, way, "session", ct: Ct))!;

    private static async Task<(TestWallet Wallet, string Handle)> FetchAsync(Presentations node, StartedPresentation started) =>
        (TestWallet.Read((await node.RequestObjectAsync(HandleOf(started), null, Ct))!), HandleOf(started));

    private sealed class SpyStore : IPresentationStore
    {
        public ConcurrentDictionary<string, byte[]> Kept { get; } = [];

        public List<KeyValuePair<string, byte[]>> Seen { get; } = [];

        public ValueTask<bool> PutAsync(string key, ReadOnlyMemory<byte> value, DateTimeOffset expiresAt, DateTimeOffset now, CancellationToken ct)
        {
            lock (Seen)
            {
                Seen.Add(new(key, value.ToArray()));
            }

            Kept[key] = value.ToArray();
            return ValueTask.FromResult(true);
        }

        public ValueTask<byte[]?> FindAsync(string key, DateTimeOffset now, CancellationToken ct) => ValueTask.FromResult(Kept.GetValueOrDefault(key));

        public ValueTask<byte[]?> TakeAsync(string key, DateTimeOffset now, CancellationToken ct) => ValueTask.FromResult(Kept.TryRemove(key, out var value) ? value : null);
    }
}
