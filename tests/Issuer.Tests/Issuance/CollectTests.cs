using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Formats.SdJwt;
using IdentityPlatform.Formats.Status;
using IdentityPlatform.Issuer.Desk;
using IdentityPlatform.Issuer.Issuance;
using IdentityPlatform.Issuer.Officers;
using IdentityPlatform.Issuer.Status;

namespace IdentityPlatform.Issuer.Tests.Issuance;

public sealed class CollectTests : IAsyncLifetime
{
    private IssuerHost _host = null!;

    public async ValueTask InitializeAsync()
    {
        _host = await IssuerHost.StartAsync();
        await _host.Register.AddAsync("ann");
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    [Trait("Safeguard", "SG5")]
    public async Task A_batch_has_its_own_key_salts_and_status_entry_for_each_copy()
    {
        var keys = Enumerable.Range(0, 10).Select(_ => SigningKey.From(ECDsa.Create(ECCurve.NamedCurves.nistP256))).ToList();
        var wallet = await new TestWallet(_host).RedeemAsync("ann");
        var nonce = await wallet.NonceAsync();
        var copies = TestWallet.Credentials(await wallet.RequestAsync([.. keys.Select(key => wallet.Proof(nonce, key))])).Select(Parse).ToList();

        Assert.Equal(keys.Select(key => key.PublicKey.ThumbprintText()), copies.Select(copy => Thumbprint(copy)));
        var disclosures = copies.SelectMany(copy => copy.Received.Disclosures).Select(disclosure => disclosure.Encoded).ToList();
        Assert.Equal(disclosures.Count, disclosures.Distinct(StringComparer.Ordinal).Count());
        var entries = copies.Select(Status).ToList();
        Assert.Equal(10, entries.Distinct().Count());
        Assert.InRange(entries.Select(entry => entry.Uri).Distinct().Count(), 1, 3);
        Assert.All(entries, entry => Assert.StartsWith($"{IssuerHost.Url}/status/", entry.Uri, StringComparison.Ordinal));
        Assert.False(IsArithmetic([.. entries.Select(entry => entry.Index)]));
    }

    [Fact]
    [Trait("Safeguard", "SG2")]
    public async Task Only_what_decides_over_validity_is_plain()
    {
        var copy = Parse((await (await new TestWallet(_host).RedeemAsync("ann")).CollectAsync(1))[0]);
        var plain = copy.Received.IssuerJwt.UnverifiedClaims;
        Assert.Equal(
            ["_sd", "_sd_alg", "cnf", "exp", "iss", "nbf", "status", "vct", "vct#integrity"],
            plain.EnumerateObject().Select(member => member.Name).Order(StringComparer.Ordinal));
        Assert.Equal(IssuerHost.Url, plain.StringMember("iss"));
        Assert.Equal(IdentityPlatform.Issuer.Catalogue.TypeMetadata.Of(Catalogue.CatalogueFiles.Card()).Integrity, plain.StringMember("vct#integrity"));
        Assert.Equal(["jwk"], plain.GetProperty("cnf").EnumerateObject().Select(member => member.Name));
        Assert.Equal(["crv", "kty", "x", "y"], plain.GetProperty("cnf").GetProperty("jwk").EnumerateObject().Select(member => member.Name).Order(StringComparer.Ordinal));
        Assert.Equal("dc+sd-jwt", copy.Received.IssuerJwt.Type);
        Assert.Single(copy.Received.IssuerJwt.Header.GetProperty("x5c").EnumerateArray());
    }

    [Fact]
    [Trait("Safeguard", "SG2")]
    public async Task Every_claim_and_every_part_of_it_is_disclosable_by_itself()
    {
        var copy = Parse((await (await new TestWallet(_host).RedeemAsync("ann")).CollectAsync(1))[0]);
        var paths = copy.Disclosable.Select(path => path.ToString()).ToHashSet(StringComparer.Ordinal);
        string[] expected =
        [
            """["family_name"]""", """["birthdate"]""", """["age_equal_or_over"]""", """["age_equal_or_over","12"]""", """["age_equal_or_over","65"]""",
            """["nationalities"]""", """["nationalities",0]""", """["nationalities",1]""", """["address"]""", """["address","country"]""",
            """["place_of_birth","locality"]""", """["account"]""", """["document_number"]""", """["issuing_authority"]""", """["date_of_expiry"]""",
        ];
        Assert.All(expected, path => Assert.Contains(path, paths));
        // Who signs in with the card shows provider and pseudonym together, or nothing.
        Assert.DoesNotContain("""["account","sub"]""", paths);
        var ages = copy.Claims.GetProperty("age_equal_or_over");
        Assert.Equal((true, false), (ages.BooleanMember("16"), ages.BooleanMember("18")));
        Assert.True(DocumentNumber.IsValid(copy.Claims.StringMember("document_number")!));
        Assert.Equal(("2026-11-21", "2031-11-21"), (copy.Claims.StringMember("date_of_issuance"), copy.Claims.StringMember("date_of_expiry")));
    }

    [Fact]
    [Trait("Safeguard", "SG4")]
    public async Task Times_are_whole_days_and_two_issuances_of_a_day_are_not_told_apart()
    {
        var wallet = await new TestWallet(_host).RedeemAsync("ann");
        var first = Times(await wallet.CollectAsync(2));
        _host.Time.Now += TimeSpan.FromSeconds(67);
        var second = Times(await wallet.CollectAsync(2));
        Assert.Single(first.Concat(second).Distinct());
        var (notBefore, expires) = first[0];
        Assert.Equal((0, 0), (notBefore % 86_400, expires % 86_400));
        Assert.Equal(90, (expires - notBefore) / 86_400);
    }

    [Fact]
    [Trait("Safeguard", "SG5")]
    public async Task Copies_of_a_card_have_the_same_number_of_digests_whatever_the_person_left_out()
    {
        await _host.Register.AddAsync("bob", """{"family_name":"B","family_name_latin1":"B","birthdate":"1980-01-01","citizenship_status":"citizen"}""");
        var full = Parse((await (await new TestWallet(_host).RedeemAsync("ann")).CollectAsync(1))[0]);
        var sparse = Parse((await (await new TestWallet(_host).RedeemAsync("bob")).CollectAsync(1))[0]);
        Assert.NotEqual(full.Claims.EnumerateObject().Count(), sparse.Claims.EnumerateObject().Count());
        Assert.Equal(Digests(full), Digests(sparse));
        Assert.Equal(AgeDigests(full), AgeDigests(sparse));
    }

    [Fact]
    public async Task The_number_stays_with_the_card()
    {
        var wallet = await new TestWallet(_host).RedeemAsync("ann");
        var first = Parse((await wallet.CollectAsync(1))[0]).Claims.StringMember("document_number");
        Assert.Equal(first, Parse((await wallet.CollectAsync(1))[0]).Claims.StringMember("document_number"));
    }

    [Fact]
    [Trait("Safeguard", "SG5")]
    public async Task Nothing_that_makes_a_copy_unique_is_kept()
    {
        var wallet = await new TestWallet(_host).RedeemAsync("ann");
        var copies = await wallet.CollectAsync(10);
        await _host.Get<CardStatus>().RevokeOutstandingAsync("card-of-ann", RevocationGround.HolderRequest, CancellationToken.None);
        var database = _host.DatabaseBytes();
        Assert.True(Holds(database, "card-of-ann"u8.ToArray()), "the file that is searched is the one that is written");
        foreach (var secret in copies.Select(Parse).SelectMany(Unique))
        {
            Assert.False(Holds(database, secret), $"the database holds {Encoding.ASCII.GetString(secret)}");
        }
    }

    [Fact]
    public async Task A_nonce_is_good_for_one_accepted_request()
    {
        var wallet = await new TestWallet(_host).RedeemAsync("ann");
        var nonce = await wallet.NonceAsync();
        Assert.Equal("invalid_proof", (await wallet.RequestAsync("not a proof")).Error);
        TestWallet.Credentials(await wallet.RequestAsync(wallet.Proof(nonce)));
        var again = await wallet.RequestAsync(wallet.Proof(nonce));
        Assert.Equal((HttpStatusCode.BadRequest, "invalid_nonce"), (again.Status, again.Error));
    }

    [Theory]
    [InlineData("unknown")]
    [InlineData("")]
    public async Task A_nonce_that_was_not_issued_is_refused(string nonce)
    {
        var wallet = await new TestWallet(_host).RedeemAsync("ann");
        Assert.Equal("invalid_nonce", (await wallet.RequestAsync(wallet.Proof(nonce))).Error);
    }

    [Fact]
    public async Task An_old_nonce_is_refused()
    {
        var wallet = await new TestWallet(_host).RedeemAsync("ann");
        var nonce = await wallet.NonceAsync();
        _host.Time.Now += TimeSpan.FromMinutes(5) + TimeSpan.FromSeconds(1);
        await wallet.RedeemAsync("ann");
        Assert.Equal("invalid_nonce", (await wallet.RequestAsync(wallet.Proof(nonce))).Error);
    }

    [Fact]
    public async Task Of_many_requests_with_one_nonce_one_is_answered()
    {
        var wallet = await new TestWallet(_host).RedeemAsync("ann");
        var nonce = await wallet.NonceAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => wallet.RequestAsync(wallet.Proof(nonce))));
        Assert.Equal(1, answers.Count(answer => answer.Status == HttpStatusCode.OK));
        Assert.Equal(15, answers.Count(answer => answer.Error == "invalid_nonce"));
    }

    [Fact]
    public async Task A_forged_decision_mints_nothing()
    {
        var card = _host.Register.Cards["ann"];
        var forger = new OfficerKey("officer-b", OfficerRole.Supervisor);
        var forged = _host.Register.Decide("application-of-ann", card.Claims, forger);
        // The forger wrote the row but holds neither officer's passkey: the roster entry is the true one, the assertion is not.
        var stored = forged.Decisions.ToList();
        stored[1] = stored[1] with { RosterEntry = card.Evidence.Decisions[1].RosterEntry };
        _host.Register.Cards["ann"] = new RegisteredCard(card.CardId, card.PersonId, card.Claims, forged with { Decisions = stored });
        await AssertDeniedAsync();
    }

    [Fact]
    public async Task Claims_that_were_changed_after_the_decision_mint_nothing()
    {
        var card = _host.Register.Cards["ann"];
        var changed = PersonClaims.Of(JsonElement.Parse(TestRegister.Claims.Replace("2009", "2001", StringComparison.Ordinal)), RandomNumberGenerator.Fill);
        _host.Register.Cards["ann"] = new RegisteredCard(card.CardId, card.PersonId, changed, card.Evidence);
        await AssertDeniedAsync();
    }

    [Fact]
    public async Task Decided_claims_that_the_type_does_not_know_mint_nothing()
    {
        await _host.Register.AddAsync("ann", TestRegister.Claims.Replace("\"given_name\"", "\"religion\"", StringComparison.Ordinal));
        await AssertDeniedAsync();
    }

    [Fact]
    public async Task A_card_that_is_withdrawn_while_it_is_minted_leaves_no_valid_copy()
    {
        var wallet = await new TestWallet(_host).RedeemAsync("ann");
        _host.Register.BeforeCollected = card =>
        {
            _host.Register.Withdrawn.Add(card);
            return Task.CompletedTask;
        };
        Assert.Equal("credential_request_denied", (await wallet.RequestAsync(wallet.Proof(await wallet.NonceAsync()))).Error);
        // Nobody has the copy, and nothing is outstanding.
        Assert.Equal(0, await _host.Get<CardStatus>().RevokeOutstandingAsync("card-of-ann", RevocationGround.HolderRequest, CancellationToken.None));
    }

    [Fact]
    public async Task A_wallet_that_wants_more_copies_than_a_day_gives_is_told_so_and_gets_them_the_next_day()
    {
        await using var host = await IssuerHost.StartAsync(copiesADay: 3);
        await host.Register.AddAsync("ann");
        var wallet = await new TestWallet(host).RedeemAsync("ann");
        Assert.Equal(3, (await wallet.CollectAsync(3)).Count);

        var refused = await wallet.RequestAsync(wallet.Proof(await wallet.NonceAsync()));
        Assert.Equal(("credential_request_denied", "there are no more copies of this card today"), (refused.Error, refused.Body.StringMember("error_description")));
        host.Time.Now += TimeSpan.FromDays(1);
        Assert.Single(await (await new TestWallet(host).RedeemAsync("ann")).CollectAsync(1));
    }

    [Fact]
    public async Task A_withdrawn_card_is_not_refilled()
    {
        var wallet = await new TestWallet(_host).RedeemAsync("ann");
        _host.Register.Withdrawn.Add("card-of-ann");
        Assert.Equal("credential_request_denied", (await wallet.RequestAsync(wallet.Proof(await wallet.NonceAsync()))).Error);
    }

    [Fact]
    public async Task A_replacement_is_not_collected_with_the_offer_of_the_old_card()
    {
        var wallet = await new TestWallet(_host).RedeemAsync("ann");
        var old = _host.Register.Cards["ann"];
        _host.Register.Cards["ann"] = new RegisteredCard("card-two", old.PersonId, old.Claims, old.Evidence);
        Assert.Equal("credential_request_denied", (await wallet.RequestAsync(wallet.Proof(await wallet.NonceAsync()))).Error);
    }

    private async Task AssertDeniedAsync()
    {
        var wallet = await new TestWallet(_host).RedeemAsync("ann");
        var nonce = await wallet.NonceAsync();
        var answer = await wallet.RequestAsync(wallet.Proof(nonce));
        Assert.Equal((HttpStatusCode.BadRequest, "credential_request_denied"), (answer.Status, answer.Error));
        Assert.Equal(0, await _host.Get<CardStatus>().RevokeOutstandingAsync("card-of-ann", RevocationGround.HolderRequest, CancellationToken.None));
    }

    private static HeldSdJwt Parse(string credential) => HeldSdJwt.Parse(credential).OrThrow();

    private static string Thumbprint(HeldSdJwt copy) =>
        Jwk.Parse(copy.Received.IssuerJwt.UnverifiedClaims.GetProperty("cnf").GetProperty("jwk")).OrThrow().ThumbprintText();

    private static (string Uri, long Index) Status(HeldSdJwt copy)
    {
        var reference = StatusReference.Parse(copy.Received.IssuerJwt.UnverifiedClaims).OrThrow();
        return (reference.Uri, reference.Index);
    }

    private static List<(long NotBefore, long Expires)> Times(IReadOnlyList<string> copies) =>
        [.. copies.Select(copy => Parse(copy).Received.IssuerJwt.UnverifiedClaims).Select(claims => (claims.LongMember("nbf")!.Value, claims.LongMember("exp")!.Value))];

    private static int Digests(HeldSdJwt copy) => copy.Received.IssuerJwt.UnverifiedClaims.GetProperty("_sd").GetArrayLength();

    private static int AgeDigests(HeldSdJwt copy) =>
        copy.Received.Disclosures.Single(disclosure => disclosure.Name == "age_equal_or_over").Value.GetProperty("_sd").GetArrayLength();

    // Neither in the order of issue nor sorted do the indices follow a step.
    private static bool IsArithmetic(IReadOnlyList<long> indices) =>
        HasOneStep(indices) || HasOneStep([.. indices.Order()]);

    private static bool HasOneStep(IReadOnlyList<long> indices) =>
        indices.Zip(indices.Skip(1), (first, second) => second - first).Distinct().Count() == 1;

    private static IEnumerable<byte[]> Unique(HeldSdJwt copy)
    {
        var jwk = copy.Received.IssuerJwt.UnverifiedClaims.GetProperty("cnf").GetProperty("jwk");
        List<string> own = [jwk.StringMember("x")!, jwk.StringMember("y")!, Thumbprint(copy), copy.Received.IssuerJwt.Compact().Split('.')[2]];
        foreach (var text in own
            .Concat(copy.Received.Disclosures.Select(disclosure => JsonElement.Parse(Raw(disclosure.Encoded))[0].GetString()!))
            .Concat(copy.Received.IssuerJwt.UnverifiedClaims.GetProperty("_sd").EnumerateArray().Select(digest => digest.GetString()!)))
        {
            yield return Encoding.ASCII.GetBytes(text);
            yield return Raw(text);
        }
    }

    private static byte[] Raw(string text) => Base64UrlText.TryDecode(text, out var bytes) ? bytes : throw new FormatException();

    private static bool Holds(byte[] haystack, byte[] needle) => haystack.AsSpan().IndexOf(needle) >= 0;
}
