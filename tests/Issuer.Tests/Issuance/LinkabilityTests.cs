using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Cose;
using IdentityPlatform.Formats.Mdoc;
using IdentityPlatform.Formats.SdJwt;
using IdentityPlatform.Formats.Status;

namespace IdentityPlatform.Issuer.Tests.Issuance;

/// <summary>
/// Two batches of one person, and batches of two persons, cannot be told apart by anything outside the disclosed values. The two
/// persons differ in every claim, and in which claims they have. Each statistic has a twin that a careless issuer fails.
/// </summary>
public sealed class LinkabilityTests : IAsyncLifetime
{
    private const int Rounds = 16;
    private const int Copies = 10;
    private const int Entries = 1 << 20;

    private const string Other = """
        {"family_name":"Оганесян","given_name":"Ваграм","middle_name":"Тигранович","family_name_latin1":"OGANESIAN","given_name_latin1":"VAGRAM","birthdate":"1961-01-02",
        "nationalities":["RU"],"citizenship_status":"citizen","address":{"country":"RU"},"account":{"iss":"http://localhost:5101","sub":"pairwise-22"}}
        """;

    private IssuerHost _host = null!;

    public async ValueTask InitializeAsync()
    {
        _host = await IssuerHost.StartAsync();
        await _host.Register.AddAsync("ann");
        await _host.Register.AddAsync("bob", Other);
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    [Trait("Safeguard", "SG4")]
    public async Task Sd_jwts_do_not_tell_whose_they_are()
    {
        var batches = await CollectAsync("compatriot-card");
        Assert.Single(batches.SelectMany(batch => batch.Credentials).Select(WithoutWhatIsRandom).Distinct());
        AssertUnlinkable([.. batches.SelectMany(batch => batch.Credentials.Select(text => SeenSdJwt(batch.Name, text)))]);
    }

    [Fact]
    [Trait("Safeguard", "SG4")]
    public async Task Mdocs_do_not_tell_whose_they_are()
    {
        var batches = await CollectAsync("compatriot-card-mdoc");
        Assert.Single(batches.SelectMany(batch => batch.Credentials).Select(text => Shape(Mso(text), [])).Distinct());
        AssertUnlinkable([.. batches.SelectMany(batch => batch.Credentials.Select(text => SeenMdoc(batch.Name, text)))]);
    }

    [Theory]
    [InlineData("a list for each batch", 0)]
    [InlineData("entries in a row", 1)]
    [InlineData("digests in the order of the claims", 2)]
    [InlineData("salts that count", 3)]
    [Trait("Safeguard", "SG4")]
    public async Task A_careless_issuer_is_found_out(string fault, int statistic)
    {
        var batches = await CollectAsync("compatriot-card");
        var copies = batches.SelectMany(batch => batch.Credentials.Select(text => SeenSdJwt(batch.Name, text)))
            .Select((copy, at) => fault switch
            {
                "a list for each batch" => copy with { List = copy.Batch },
                "entries in a row" => copy with { Index = (Math.Abs((long)copy.Batch.GetHashCode(StringComparison.Ordinal)) % (Entries - 64)) + (at % Copies) },
                "digests in the order of the claims" => copy with { Places = copy.Places.Keys.Order(StringComparer.Ordinal).Select((claim, place) => (claim, place)).ToDictionary() },
                _ => copy with { Salts = [.. copy.Salts.Select((_, salt) => BitConverter.GetBytes((at * 100L) + salt))] },
            })
            .ToList();
        double[] statistics =
        [
            Linkability.SharedLists(copies), Linkability.NearEntries(copies, Entries), Linkability.PreferredPlaces(copies, PlacesIn(copies)), Linkability.UnevenSalts(copies),
        ];
        Assert.True(statistics[statistic] > Linkability.Bound, $"{statistics[statistic]}");
    }

    private static void AssertUnlinkable(IReadOnlyList<SeenCopy> copies)
    {
        Assert.Equal(Rounds * 3 * Copies, copies.Select(copy => (copy.List, copy.Index)).Distinct().Count());
        var salts = copies.SelectMany(copy => copy.Salts).Select(Convert.ToHexString).ToList();
        Assert.Equal(salts.Count, salts.Distinct().Count());
        Assert.All(copies, copy => Assert.All(copy.Salts, salt => Assert.Equal(copies[0].Salts[0].Length, salt.Length)));
        (string Name, double Deviations)[] statistics =
        [
            ("shared lists", Linkability.SharedLists(copies)),
            ("near entries", Linkability.NearEntries(copies, Entries)),
            ("uneven entries", Linkability.UnevenEntries(copies, Entries)),
            ("preferred places", Linkability.PreferredPlaces(copies, PlacesIn(copies))),
            ("uneven salts", Linkability.UnevenSalts(copies)),
        ];
        Assert.All(statistics, statistic => Assert.True(statistic.Deviations < Linkability.Bound, $"{statistic.Name}: {statistic.Deviations}"));
    }

    private static int PlacesIn(IReadOnlyList<SeenCopy> copies) => copies.Max(copy => copy.Places.Values.Max()) + 1;

    // In turns, as wallets come: two batches of one person beside one of another.
    private async Task<List<(string Name, IReadOnlyList<string> Credentials)>> CollectAsync(string configuration)
    {
        List<(string, IReadOnlyList<string>)> batches = [];
        for (var round = 0; round < Rounds; round++)
        {
            foreach (var (person, turn) in new[] { ("ann", "first"), ("bob", "only"), ("ann", "second") })
            {
                var wallet = await new TestWallet(_host).RedeemAsync(person);
                batches.Add(($"{person} {turn} {round}", await wallet.CollectAsync(Copies, configuration)));
            }
        }

        return batches;
    }

    // The issuer's part with its random parts blanked at their length: header, members, their order and their sizes remain.
    private static string WithoutWhatIsRandom(string credential)
    {
        var jwt = SignedSdJwt.Parse(credential).OrThrow().IssuerJwt;
        var claims = jwt.UnverifiedClaims;
        var key = claims.ObjectMember("cnf")!.Value.ObjectMember("jwk")!.Value;
        var status = StatusReference.Parse(claims).OrThrow();
        string[] random = [key.StringMember("x")!, key.StringMember("y")!, .. claims.StringsMember("_sd")!];
        var text = random.Aggregate(claims.GetRawText(), (text, value) => text.Replace(value, new string('*', value.Length), StringComparison.Ordinal));
        text = text.Replace($"\"idx\":{status.Index}", "\"idx\":0", StringComparison.Ordinal).Replace(status.Uri, "uri", StringComparison.Ordinal);
        return $"{jwt.Header.GetRawText()}.{text}";
    }

    private static SeenCopy SeenSdJwt(string batch, string credential)
    {
        var sdJwt = SignedSdJwt.Parse(credential).OrThrow();
        var digests = sdJwt.IssuerJwt.UnverifiedClaims.StringsMember("_sd")!.ToList();
        var places = sdJwt.Disclosures
            .Select(disclosure => (disclosure.Name, Place: digests.IndexOf(Base64UrlText.Encode(SHA256.HashData(Encoding.ASCII.GetBytes(disclosure.Encoded))))))
            .Where(claim => claim.Place >= 0)
            .ToDictionary(claim => claim.Name!, claim => claim.Place);
        var status = StatusReference.Parse(sdJwt.IssuerJwt.UnverifiedClaims).OrThrow();
        var salts = sdJwt.Disclosures.Select(disclosure => Base64UrlText.Parse(JsonElement.Parse(Base64UrlText.Parse(disclosure.Encoded, "disclosure").OrThrow())[0].GetString()!, "salt").OrThrow());
        return new(batch, status.Uri, status.Index, places, [.. salts]);
    }

    private static CborValue Mso(string credential)
    {
        var payload = Issued(credential).IssuerAuth.UnverifiedPayload!.Value;
        return StrictCbor.Parse(StrictCbor.Parse(payload).OrThrow().Embedded()!.Value).OrThrow();
    }

    private static IssuerSigned Issued(string credential) => IssuerSigned.Parse(Base64UrlText.Parse(credential, "mdoc").OrThrow()).OrThrow();

    // Kinds, names, order and sizes of all items; values where they are neither key, digest nor entry.
    private static string Shape(CborValue value, IReadOnlyList<string> path) => value switch
    {
        { Members: { } members } => $"{{{string.Join(',', members.Select(member => Shape(member.Key, path) + ":" + Shape(member.Value, [.. path, member.Key.Text ?? "#"])))}}}",
        { Items: { } items } => $"[{string.Join(',', items.Select(item => Shape(item, path)))}]",
        { Bytes: { } bytes } => $"bytes({bytes.Length})",
        { Text: { } } when path is [.., "uri"] => "uri",
        { Number: { } } when path is [.., "idx"] => "idx",
        _ => value.Text ?? $"{value.Kind}:{Convert.ToHexString(value.Encoded.Span)}",
    };

    private static SeenCopy SeenMdoc(string batch, string credential)
    {
        var issued = Issued(credential);
        var items = StrictCbor.Parse(Base64UrlText.Parse(credential, "mdoc").OrThrow()).OrThrow().Member("nameSpaces")!.Members!
            .SelectMany(space => space.Value.Items!.Select(item => (Space: space.Key.Text!, Item: StrictCbor.Parse(item.Embedded()!.Value).OrThrow())))
            .ToList();
        var iso = items.Where(item => item.Space == "org.iso.23220.1");
        var status = StatusReference.Parse(issued.UnverifiedMso.Status!).OrThrow();
        return new(
            batch,
            status.Uri,
            status.Index,
            iso.ToDictionary(item => item.Item.Member("elementIdentifier")!.Text!, item => (int)item.Item.Member("digestID")!.Number!.Value),
            [.. items.Select(item => item.Item.Member("random")!.Bytes!.Value.ToArray())]);
    }
}
