using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Dapper;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Formats.SdJwt;
using IdentityPlatform.Formats.Status;
using IdentityPlatform.Hosting.Storage;
using IdentityPlatform.Issuer.Status;

namespace IdentityPlatform.Issuer.Tests.Issuance;

/// <summary>Deferred issuance (OpenID4VCI 1.0 §9): what cannot be minted now is promised, and minted once.</summary>
public sealed class DeferredTests : IAsyncLifetime
{
    private IssuerHost _host = null!;
    private TestWallet _wallet = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _host = await IssuerHost.StartAsync();
        await _host.Register.AddAsync("ann");
        _wallet = await new TestWallet(_host).RedeemAsync("ann");
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task A_card_under_review_is_collected_when_the_suspicion_is_cleared()
    {
        _host.Register.UnderReview.Add("card-of-ann");
        var keys = NewKeys(2);
        var id = Promised(await RequestAsync(keys), 3600);
        var waiting = await AskAsync(id);
        Assert.Equal((HttpStatusCode.Accepted, id), (waiting.Status, waiting.Body.StringMember("transaction_id")));
        _host.Register.UnderReview.Clear();
        var answer = await AskAsync(id);
        var copies = TestWallet.Credentials(answer);
        Assert.Equal(keys.Select(key => key.PublicKey.ThumbprintText()), copies.Select(Thumbprint));
        Assert.NotNull(answer.Body.StringMember("notification_id"));

        // It ends with its credential.
        Assert.Equal((HttpStatusCode.BadRequest, "invalid_transaction_id"), StatusOf(await AskAsync(id)));
        Assert.Equal(0, await CountAsync("deferred_issuances"));
    }

    [Fact]
    public async Task A_card_that_is_lost_or_revoked_is_denied_and_ends_what_waited()
    {
        _host.Register.UnderReview.Add("card-of-ann");
        var id = Promised(await RequestAsync(NewKeys(1)), 3600);
        _host.Register.UnderReview.Clear();
        _host.Register.Withdrawn.Add("card-of-ann");
        Assert.Equal((HttpStatusCode.BadRequest, "credential_request_denied"), StatusOf(await AskAsync(id)));
        Assert.Equal((HttpStatusCode.BadRequest, "invalid_transaction_id"), StatusOf(await AskAsync(id)));
        Assert.Equal((HttpStatusCode.BadRequest, "credential_request_denied"), StatusOf(await RequestAsync(NewKeys(1))));
    }

    [Fact]
    [Trait("Fault", "key away")]
    public async Task Without_a_key_that_signs_nothing_is_reserved_and_the_wallet_comes_again()
    {
        _host.SetKeyState("credentials", "denied");
        var id = Promised(await RequestAsync(NewKeys(3)), 60);
        Assert.Equal(HttpStatusCode.Accepted, (await AskAsync(id)).Status);
        Assert.Equal(0, await CountAsync("status_entries") + await CountAsync("card_copies"));
        _host.SetKeyState("credentials", "active");
        Assert.Equal(3, TestWallet.Credentials(await AskAsync(id)).Count);
        Assert.Equal((3, 1), (await GivenAsync(), await CountAsync("card_copies")));
    }

    [Fact]
    [Trait("Fault", "key away")]
    public async Task What_was_reserved_when_the_token_failed_is_used_by_the_next_try()
    {
        var random = _host.Get<BreakableRandom>();
        random.Broken = true;
        var id = Promised(await RequestAsync(NewKeys(3)), 60);
        Assert.Equal(HttpStatusCode.Accepted, (await AskAsync(id)).Status);
        Assert.Equal((3, 1), (await GivenAsync(), await CountAsync("card_copies")));
        random.Broken = false;
        var copies = TestWallet.Credentials(await AskAsync(id));
        Assert.Equal((3, 1), (await GivenAsync(), await CountAsync("card_copies")));
        Assert.Equal(3, copies.Select(Status).Distinct().Count());
        Assert.Equal(3, await _host.Get<CardStatus>().RevokeOutstandingAsync("card-of-ann", RevocationGround.HolderRequest, Ct));
    }

    [Fact]
    public async Task Entries_that_a_suspension_revoked_meanwhile_are_not_used()
    {
        var random = _host.Get<BreakableRandom>();
        random.Broken = true;
        var id = Promised(await RequestAsync(NewKeys(2)), 60);
        await _host.Get<CardStatus>().RevokeOutstandingAsync("card-of-ann", RevocationGround.Suspension, Ct);
        random.Broken = false;
        Assert.Equal(2, TestWallet.Credentials(await AskAsync(id)).Count);
        Assert.Equal(2, await _host.Get<CardStatus>().RevokeOutstandingAsync("card-of-ann", RevocationGround.HolderRequest, Ct));
    }

    [Fact]
    public async Task Of_many_who_ask_at_once_one_gets_the_credentials()
    {
        _host.SetKeyState("credentials", "denied");
        var id = Promised(await RequestAsync(NewKeys(2)), 60);
        _host.SetKeyState("credentials", "active");
        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => AskAsync(id)));
        Assert.Equal(1, answers.Count(answer => answer.Status == HttpStatusCode.OK));
        Assert.All(answers.Where(answer => answer.Status != HttpStatusCode.OK), answer =>
            Assert.True(answer.Status == HttpStatusCode.Accepted || answer.Error == "invalid_transaction_id", answer.Text));
        Assert.Equal(2, await GivenAsync());
    }

    [Fact]
    public async Task A_claim_that_was_outlasted_hands_out_nothing()
    {
        _host.SetKeyState("credentials", "denied");
        var id = Promised(await RequestAsync(NewKeys(2)), 60);
        _host.SetKeyState("credentials", "active");
        IReadOnlyList<string> others = [];
        _host.Register.BeforeCollected = async _ =>
        {
            // The first one stalls until its claim is over, and the second one collects.
            _host.Register.BeforeCollected = null;
            _host.Time.Now += TimeSpan.FromSeconds(61);
            others = TestWallet.Credentials(await AskAsync(id));
        };
        Assert.Equal((HttpStatusCode.BadRequest, "invalid_transaction_id"), StatusOf(await AskAsync(id)));
        Assert.Equal(2, others.Count);
    }

    [Fact]
    public async Task A_suspicion_that_comes_up_while_copies_are_minted_is_waited_for()
    {
        _host.Register.BeforeCollected = card =>
        {
            _host.Register.UnderReview.Add(card);
            return Task.CompletedTask;
        };
        var id = Promised(await RequestAsync(NewKeys(1)), 3600);
        _host.Register.UnderReview.Clear();
        var again = await AskAsync(id);
        Assert.Equal((HttpStatusCode.Accepted, 3600), (again.Status, again.Body.LongMember("interval")));
        _host.Register.UnderReview.Clear();
        _host.Register.BeforeCollected = null;
        Assert.Single(TestWallet.Credentials(await AskAsync(id)));
        Assert.Equal(1, await _host.Get<CardStatus>().RevokeOutstandingAsync("card-of-ann", RevocationGround.HolderRequest, Ct));
    }

    [Fact]
    public async Task A_transaction_is_bound_to_its_grant()
    {
        _host.Register.UnderReview.Add("card-of-ann");
        var id = Promised(await RequestAsync(NewKeys(1)), 3600);
        await _host.Register.AddAsync("bob");
        var other = await new TestWallet(_host).RedeemAsync("bob");
        Assert.Equal((HttpStatusCode.BadRequest, "invalid_transaction_id"), StatusOf(await AskAsync(id, other)));
        var second = await new TestWallet(_host).RedeemAsync("ann");
        Assert.Equal((HttpStatusCode.BadRequest, "invalid_transaction_id"), StatusOf(await AskAsync(id, second)));
        Assert.Equal(HttpStatusCode.Accepted, (await AskAsync(id)).Status);
    }

    [Fact]
    public async Task A_grant_has_few_transactions_and_they_end()
    {
        _host.Register.UnderReview.Add("card-of-ann");
        var ids = new List<string>();
        for (var i = 0; i < 3; i++)
        {
            ids.Add(Promised(await RequestAsync(NewKeys(1)), 3600));
        }

        Assert.Equal((HttpStatusCode.BadRequest, "credential_request_denied"), StatusOf(await RequestAsync(NewKeys(1))));
        Assert.Equal(3, ids.Distinct().Count());
        _host.Time.Now += TimeSpan.FromDays(15);
        _wallet = await new TestWallet(_host).RedeemAsync("ann");
        Promised(await RequestAsync(NewKeys(1)), 3600);
        await _host.Get<IdentityPlatform.Issuer.Issuance.DeferredIssuances>().SweepAsync(Ct);
        Assert.Equal(1, await CountAsync("deferred_issuances"));
    }

    [Fact]
    public async Task A_nonce_counts_once_for_a_promise_too()
    {
        _host.Register.UnderReview.Add("card-of-ann");
        var proof = _wallet.Proof(await _wallet.NonceAsync());
        Promised(await _wallet.RequestAsync(proof), 3600);
        Assert.Equal("invalid_nonce", (await _wallet.RequestAsync(proof)).Error);
    }

    [Fact]
    public async Task What_is_kept_of_a_promise_tells_no_key()
    {
        _host.Register.UnderReview.Add("card-of-ann");
        var keys = NewKeys(1);
        var id = Promised(await RequestAsync(keys), 3600);
        var database = _host.DatabaseBytes();
        Assert.True(database.AsSpan().IndexOf("deferred_issuances"u8) >= 0);
        Assert.Equal(-1, database.AsSpan().IndexOf(Encoding.ASCII.GetBytes(id)));
        var x = StrictJson.ParseObject(Encoding.UTF8.GetBytes(keys[0].PublicKey.ToJson())).OrThrow().Element.StringMember("x")!;
        Assert.Equal(-1, database.AsSpan().IndexOf(Encoding.ASCII.GetBytes(x)));
    }

    [Fact]
    public async Task The_answer_is_encrypted_as_the_deferred_request_asks()
    {
        using var key = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        _host.Register.UnderReview.Add("card-of-ann");
        var id = Promised(await RequestAsync(NewKeys(1)), 3600);
        var body = $$$"""{"transaction_id":"{{{id}}}","credential_response_encryption":{"jwk":{{{Jwk.ForEncryption(key).ToJson()}}},"enc":"A128GCM"}}""";
        Assert.Equal((HttpStatusCode.BadRequest, "invalid_encryption_parameters"), StatusOf(await _wallet.PostAsync("/deferred-credential", body)));
        var waiting = await _wallet.PostAsync("/deferred-credential", await _wallet.EncryptAsync(body), "application/jwt");
        Assert.Equal((HttpStatusCode.Accepted, "application/jwt"), (waiting.Status, waiting.MediaType));
        _host.Register.UnderReview.Clear();
        var answer = await _wallet.PostAsync("/deferred-credential", await _wallet.EncryptAsync(body), "application/jwt");
        var json = StrictJson.ParseObject(Jwe.Decrypt(answer.Text, key).OrThrow()).OrThrow().Element;
        Assert.Equal(1, json.GetProperty("credentials").GetArrayLength());
    }

    [Theory]
    [InlineData("{}", "application/json", "invalid_credential_request")]
    [InlineData("""{"transaction_id":7}""", "application/json", "invalid_credential_request")]
    [InlineData("{", "application/json", "invalid_credential_request")]
    [InlineData("""{"transaction_id":"a"}""", "text/plain", "invalid_credential_request")]
    [InlineData("""{"transaction_id":"a","unknown":1}""", "application/json", "invalid_transaction_id")]
    [InlineData("""{"transaction_id":""}""", "application/json", "invalid_transaction_id")]
    [InlineData("a.b.c.d.e", "application/jwt", "invalid_encryption_parameters")]
    public async Task A_bad_request_gets_the_error_of_the_specification(string body, string mediaType, string error) =>
        Assert.Equal((HttpStatusCode.BadRequest, error), StatusOf(await _wallet.PostAsync("/deferred-credential", body, mediaType)));

    [Fact]
    public async Task A_card_under_review_still_gives_tokens_and_a_lost_one_does_not()
    {
        _host.Register.UnderReview.Add("card-of-ann");
        Assert.NotEmpty((await new TestWallet(_host).RedeemAsync("ann")).AccessToken);
        _host.Register.UnderReview.Clear();
        _host.Register.Withdrawn.Add("card-of-ann");
        await Assert.ThrowsAsync<InvalidOperationException>(() => new TestWallet(_host).RedeemAsync("ann"));
    }

    private async Task<WalletAnswer> RequestAsync(IReadOnlyList<SigningKey> keys)
    {
        var nonce = await _wallet.NonceAsync();
        return await _wallet.RequestAsync([.. keys.Select(key => _wallet.Proof(nonce, key))]);
    }

    private Task<WalletAnswer> AskAsync(string id, TestWallet? wallet = null) =>
        (wallet ?? _wallet).PostAsync("/deferred-credential", JsonSerializer.Serialize(new { transaction_id = id }));

    private static string Promised(WalletAnswer answer, int interval)
    {
        Assert.True(answer.Status == HttpStatusCode.Accepted, answer.Text);
        Assert.Equal(["transaction_id", "interval"], answer.Body.EnumerateObject().Select(member => member.Name));
        Assert.Equal(interval, answer.Body.LongMember("interval"));
        return answer.Body.StringMember("transaction_id")!;
    }

    private static (HttpStatusCode Status, string? Error) StatusOf(WalletAnswer answer) => (answer.Status, answer.Error);

    private static List<SigningKey> NewKeys(int count) => [.. Enumerable.Range(0, count).Select(_ => SigningKey.From(ECDsa.Create(ECCurve.NamedCurves.nistP256)))];

    private static string Thumbprint(string copy) =>
        Jwk.Parse(HeldSdJwt.Parse(copy).OrThrow().Received.IssuerJwt.UnverifiedClaims.GetProperty("cnf").GetProperty("jwk")).OrThrow().ThumbprintText();

    private static (string Uri, long Index) Status(string copy)
    {
        var reference = StatusReference.Parse(HeldSdJwt.Parse(copy).OrThrow().Received.IssuerJwt.UnverifiedClaims).OrThrow();
        return (reference.Uri, reference.Index);
    }

    // A process reserves many entries at a time, and gives out some of them.
    private async Task<long> GivenAsync() => await CountAsync("status_entries") - _host.Get<StatusIndexes>().Waiting;

    private Task<long> CountAsync(string table) => _host.Get<Database>().ReadAsync(connection => connection.ExecuteScalarAsync<long>($"SELECT count(*) FROM {table}"), Ct);
}
