using System.Security.Cryptography;
using System.Text;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Cose;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Formats.Mdoc;
using IdentityPlatform.Formats.Status;
using IdentityPlatform.Hosting.Keys;
using IdentityPlatform.Issuer.Status;

namespace IdentityPlatform.Issuer.Tests.Issuance;

/// <summary>The card as ISO mdoc: the same register, keys, status lists and rules as in the other format.</summary>
public sealed class CollectMdocTests : IAsyncLifetime
{
    private const string Configuration = "compatriot-card-mdoc";
    private const string Iso = "org.iso.23220.1";
    private const string Own = "org.example.compatriotcard.1";

    private IssuerHost _host = null!;

    public async ValueTask InitializeAsync()
    {
        _host = await IssuerHost.StartAsync();
        await _host.Register.AddAsync("ann");
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task A_card_is_collected_and_verifies_with_all_its_elements()
    {
        var elements = Elements(Parse((await CollectAsync("ann", 1))[0]));
        Dictionary<(string, string), CborValue> expected = new()
        {
            [(Iso, "family_name")] = CborValue.Of("Щеглова"),
            [(Iso, "given_name_latin1")] = CborValue.Of("IULIIA"),
            [(Iso, "birth_date")] = CborValue.Of(new DateOnly(2009, 5, 26)),
            [(Iso, "age_over_16")] = CborValue.Of(true),
            [(Iso, "age_over_18")] = CborValue.Of(false),
            [(Iso, "nationality")] = CborValue.Of("AM"),
            [(Iso, "resident_country")] = CborValue.Of("AM"),
            [(Iso, "birthplace")] = CborValue.Of("Гюмри, AM"),
            [(Iso, "issue_date")] = CborValue.Of(new DateOnly(2026, 11, 21)),
            [(Iso, "expiry_date")] = CborValue.Of(new DateOnly(2031, 11, 21)),
            [(Own, "citizenship_status")] = CborValue.Of("non_citizen"),
            [(Own, "account")] = CborValue.Map(("iss", CborValue.Of("http://localhost:5101")), ("sub", CborValue.Of("pairwise-1"))),
        };
        Assert.All(expected, element => Assert.True(element.Value.Encoded.Span.SequenceEqual(elements.Find(element.Key.Item1, element.Key.Item2)!.Encoded.Span), element.Key.Item2));
        Assert.Null(elements.Find(Iso, "portrait"));
    }

    [Fact]
    public async Task The_number_is_that_of_the_card_in_either_format()
    {
        var wallet = await new TestWallet(_host).RedeemAsync("ann");
        var jwt = Formats.SdJwt.HeldSdJwt.Parse((await wallet.CollectAsync(1))[0]).OrThrow();
        var mdoc = Elements(Parse((await wallet.CollectAsync(1, Configuration))[0]));
        Assert.Equal(jwt.Claims.StringMember("document_number"), mdoc.Find(Iso, "document_number")?.Text);
    }

    [Fact]
    public async Task A_picture_is_bytes()
    {
        var jpeg = RandomNumberGenerator.GetBytes(300);
        await _host.Register.AddAsync("bob", TestRegister.Claims.Replace(
            "\"given_name\":", $"\"picture\":\"data:image/jpeg;base64,{Convert.ToBase64String(jpeg)}\",\"given_name\":", StringComparison.Ordinal));
        Assert.Equal(jpeg, Elements(Parse((await CollectAsync("bob", 1))[0])).Find(Iso, "portrait")!.Bytes!.Value.ToArray());
    }

    [Fact]
    public async Task A_picture_that_is_none_mints_nothing()
    {
        await _host.Register.AddAsync("bob", TestRegister.Claims.Replace(
            "\"given_name\":", "\"picture\":\"data:image/jpeg;base64,***\",\"given_name\":", StringComparison.Ordinal));
        var wallet = await new TestWallet(_host).RedeemAsync("bob");
        Assert.Equal("credential_request_denied", (await wallet.RequestForAsync(Configuration, wallet.Proof(await wallet.NonceAsync()))).Error);
    }

    [Fact]
    public async Task A_batch_has_its_own_key_salts_digests_and_status_entry_for_each_copy()
    {
        var keys = Enumerable.Range(0, 10).Select(_ => SigningKey.From(ECDsa.Create(ECCurve.NamedCurves.nistP256))).ToList();
        var wallet = await new TestWallet(_host).RedeemAsync("ann");
        var nonce = await wallet.NonceAsync();
        var copies = TestWallet.Credentials(await wallet.RequestForAsync(Configuration, [.. keys.Select(key => wallet.Proof(nonce, key))])).Select(Parse).ToList();

        Assert.Equal(keys.Select(key => key.PublicKey.ThumbprintText()), copies.Select(copy => copy.UnverifiedMso.Device.Key.ThumbprintText()));
        var payloads = copies.Select(copy => Convert.ToHexString(copy.IssuerAuth.UnverifiedPayload!.Value.Span)).ToList();
        Assert.Equal(10, payloads.Distinct(StringComparer.Ordinal).Count());
        var entries = copies.Select(copy => StatusReference.Parse(copy.UnverifiedMso.Status!).OrThrow()).ToList();
        Assert.Equal(10, entries.Select(entry => (entry.Uri, entry.Index)).Distinct().Count());
        Assert.All(entries, entry => Assert.StartsWith($"{IssuerHost.Url}/status/", entry.Uri, StringComparison.Ordinal));

        // Nothing but the entries differs in size from copy to copy.
        Assert.InRange(copies.Max(copy => copy.Encoded.Length) - copies.Min(copy => copy.Encoded.Length), 0, 8);
    }

    [Fact]
    public async Task Times_are_whole_days_and_two_issuances_of_a_day_are_not_told_apart()
    {
        var wallet = await new TestWallet(_host).RedeemAsync("ann");
        var first = (await wallet.CollectAsync(2, Configuration)).Select(copy => Parse(copy).UnverifiedMso.Validity).ToList();
        _host.Time.Now += TimeSpan.FromSeconds(67);
        var second = (await wallet.CollectAsync(2, Configuration)).Select(copy => Parse(copy).UnverifiedMso.Validity);
        var validity = Assert.Single(first.Concat(second).Distinct());
        Assert.Equal((TimeSpan.Zero, validity.SignedAt), (validity.SignedAt.TimeOfDay, validity.ValidFrom));
        Assert.Equal(TimeSpan.FromDays(90), validity.ValidUntil - validity.ValidFrom);
    }

    [Fact]
    public async Task Copies_of_a_card_have_the_same_number_of_digests_whatever_the_person_left_out()
    {
        await _host.Register.AddAsync("bob", """{"family_name":"B","family_name_latin1":"B","birthdate":"1980-01-01","citizenship_status":"citizen"}""");
        var (full, sparse) = (Parse((await CollectAsync("ann", 1))[0]), Parse((await CollectAsync("bob", 1))[0]));
        Assert.NotEqual(full.Items[Iso].Count, sparse.Items[Iso].Count);
        Assert.Equal(full.UnverifiedMso.DigestCount(Iso), sparse.UnverifiedMso.DigestCount(Iso));
        Assert.Equal(full.UnverifiedMso.DigestCount(Own), sparse.UnverifiedMso.DigestCount(Own));
    }

    [Fact]
    public async Task A_revoked_copy_is_revoked_in_the_list_as_jwt_and_as_cwt()
    {
        var copy = Parse((await CollectAsync("ann", 1))[0]);
        var entry = StatusReference.Parse(copy.UnverifiedMso.Status!).OrThrow();
        Assert.Equal((0, 0), await StatusAsync(entry));
        await _host.Get<CardStatus>().RevokeOutstandingAsync("card-of-ann", RevocationGround.HolderRequest, CancellationToken.None);
        await _host.Get<StatusPublisher>().PublishAsync(CancellationToken.None);
        Assert.Equal((1, 1), await StatusAsync(entry));
    }

    [Fact]
    public async Task Nothing_that_makes_a_copy_unique_is_kept()
    {
        var copies = (await CollectAsync("ann", 10)).Select(Parse).ToList();
        var database = _host.DatabaseBytes();
        Assert.True(Holds(database, "card-of-ann"u8), "the file that is searched is the one that is written");
        foreach (var copy in copies)
        {
            var key = JsonDocumentOf(copy.UnverifiedMso.Device.Key);
            Assert.False(Holds(database, Encoding.ASCII.GetBytes(key.StringMember("x")!)));
            Assert.False(Holds(database, Encoding.ASCII.GetBytes(copy.UnverifiedMso.Device.Key.ThumbprintText())));
            Assert.True(Base64UrlText.TryDecode(key.StringMember("x"), out var x));
            Assert.False(Holds(database, x));
            Assert.False(Holds(database, copy.IssuerAuth.UnverifiedPayload!.Value.Span[^64..]));
        }
    }

    private async Task<IReadOnlyList<string>> CollectAsync(string person, int copies) =>
        await (await new TestWallet(_host).RedeemAsync(person)).CollectAsync(copies, Configuration);

    private static IssuerSigned Parse(string credential) => IssuerSigned.Parse(Base64UrlText.Parse(credential, "the credential").OrThrow()).OrThrow();

    private MdocElements Elements(IssuerSigned copy)
    {
        using var chain = copy.IssuerAuth.Certificates().OrThrow();
        using var signer = VerificationKey.Of(chain.Leaf).OrThrow();
        Assert.True(signer.Jwk.IsSameKeyAs(_host.Signer.Keys.Active(KeyRole.Credentials).PublicKey));
        return copy.Verify(signer, JwsAlgorithm.ES256).OrThrow().Elements().OrThrow();
    }

    private async Task<(int Jwt, int Cwt)> StatusAsync(StatusReference entry)
    {
        using var plain = await _host.Http.GetAsync(new Uri(entry.Uri));
        var jwt = StatusListToken.Parse(await plain.Content.ReadAsStringAsync()).OrThrow();
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(entry.Uri));
        request.Headers.Accept.ParseAdd(CwtStatusListToken.MediaType);
        using var binary = await _host.Http.SendAsync(request);
        Assert.Equal(CwtStatusListToken.MediaType, binary.Content.Headers.ContentType?.MediaType);
        var cwt = CwtStatusListToken.Parse(await binary.Content.ReadAsByteArrayAsync()).OrThrow();
        Assert.Equal((entry.Uri, jwt.IssuedAt, jwt.TimeToLive), (cwt.Subject, cwt.IssuedAt, cwt.TimeToLive));
        using var status = TestStatusKey();
        Assert.True(cwt.Message.Verify(status, JwsAlgorithm.ES256).Succeeded(out _, out _));
        return (jwt.List[(int)entry.Index], cwt.List[(int)entry.Index]);
    }

    private VerificationKey TestStatusKey() => VerificationKey.Import(_host.Get<Signer>().Active(KeyRole.Status).PublicKey).OrThrow();

    private static System.Text.Json.JsonElement JsonDocumentOf(Jwk key) => System.Text.Json.JsonElement.Parse(key.ToJson());

    private static bool Holds(ReadOnlySpan<byte> haystack, ReadOnlySpan<byte> needle) => haystack.IndexOf(needle) >= 0;
}
