using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Formats.SdJwt;
using IdentityPlatform.Formats.Status;
using IdentityPlatform.Formats.Trust;
using IdentityPlatform.Hosting;
using IdentityPlatform.Hosting.Keys;
using IdentityPlatform.Issuer.Status;
using IdentityPlatform.Issuer.Tests.Issuance;
using IdentityPlatform.Verifier.Bundle;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace IdentityPlatform.Issuer.Tests.Status;

public sealed class PublishedStatusTests : IAsyncLifetime
{
    private IssuerHost _host = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _host = await IssuerHost.StartAsync();
        await _host.Register.AddAsync("ann");
        await _host.Register.AddAsync("bob");
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task Revoking_a_card_shows_at_once_in_the_lists_and_on_its_copies_alone()
    {
        var lost = await EntriesAsync("ann", 10);
        var kept = await EntriesAsync("bob", 10);
        await _host.Get<StatusPublisher>().PublishAsync(Ct);
        Assert.All(lost.Concat(kept), entry => Assert.Equal(0, StatusOf(entry)));

        Assert.Equal(10, await _host.Get<CardStatus>().RevokeOutstandingAsync("card-of-ann", RevocationGround.Suspension, Ct));
        Assert.All(lost, entry => Assert.Equal(1, StatusOf(entry)));
        Assert.All(kept, entry => Assert.Equal(0, StatusOf(entry)));
        Assert.Equal(0, await _host.Get<CardStatus>().RevokeOutstandingAsync("card-of-ann", RevocationGround.HolderRequest, Ct));
    }

    [Fact]
    [Trait("Safeguard", "SG11")]
    public async Task A_card_without_a_defined_ground_is_not_revoked()
    {
        var entries = await EntriesAsync("ann", 1);
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() =>
            _host.Get<CardStatus>().RevokeOutstandingAsync("card-of-ann", (RevocationGround)99, Ct));
        await _host.Get<StatusPublisher>().PublishAsync(Ct);
        Assert.Equal(0, StatusOf(entries[0]));
    }

    [Fact]
    public async Task A_list_is_signed_by_the_status_key_under_its_own_address()
    {
        var entry = (await EntriesAsync("ann", 1))[0];
        await _host.Get<StatusPublisher>().PublishAsync(Ct);
        using var answer = await _host.Http.GetAsync(new Uri(entry.Uri), Ct);
        Assert.Equal("application/statuslist+jwt", answer.Content.Headers.ContentType!.ToString());
        Assert.Equal("*", answer.Headers.GetValues("Access-Control-Allow-Origin").Single());
        var token = StatusListToken.Parse(await answer.Content.ReadAsStringAsync(Ct)).OrThrow();
        using var key = VerificationKey.Import(_host.Get<Signer>().Active(KeyRole.Status).PublicKey).OrThrow();
        token.Jwt.Verify(key, "statuslist+jwt", JwsAlgorithm.ES256).OrThrow();
        Assert.Equal(entry.Uri, token.Subject);
        Assert.Equal(900, token.TimeToLive);
        Assert.Equal(1 << 20, token.List.Count);
        using var chain = X5c.Parse(token.Jwt.Header).OrThrow();
        Assert.Single(chain.Certificates);
    }

    [Fact]
    [Trait("Safeguard", "SG4")]
    public async Task A_list_is_rebuilt_when_its_time_to_live_is_over_and_not_before()
    {
        var entry = (await EntriesAsync("ann", 1))[0];
        var first = await IssuedAtAsync(entry.Uri);
        _host.Time.Now += TimeSpan.FromMinutes(14);
        Assert.Equal(first, await IssuedAtAsync(entry.Uri));
        _host.Time.Now += TimeSpan.FromMinutes(1);
        Assert.Equal(_host.Time.Now.ToUnixTimeSeconds(), await IssuedAtAsync(entry.Uri));
    }

    [Fact]
    public async Task A_list_is_compressed_for_who_takes_it_and_sent_once_to_who_has_it()
    {
        var entry = (await EntriesAsync("ann", 1))[0];
        await _host.Get<StatusPublisher>().PublishAsync(Ct);
        var plain = await _host.Http.GetStringAsync(new Uri(entry.Uri), Ct);
        using var request = new HttpRequestMessage(HttpMethod.Get, entry.Uri);
        request.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue("gzip"));
        using var answer = await _host.Http.SendAsync(request, Ct);
        Assert.Equal(["gzip"], answer.Content.Headers.ContentEncoding);
        await using var inflated = new GZipStream(await answer.Content.ReadAsStreamAsync(Ct), CompressionMode.Decompress);
        using var reader = new StreamReader(inflated, Encoding.ASCII);
        Assert.Equal(plain, await reader.ReadToEndAsync(Ct));

        using var again = new HttpRequestMessage(HttpMethod.Get, entry.Uri);
        again.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue("gzip"));
        again.Headers.IfNoneMatch.Add(answer.Headers.ETag!);
        using var unchanged = await _host.Http.SendAsync(again, Ct);
        Assert.Equal(HttpStatusCode.NotModified, unchanged.StatusCode);
    }

    [Theory]
    [InlineData(null, "application/statuslist+jwt")]
    [InlineData("*/*", "application/statuslist+jwt")]
    [InlineData("application/statuslist+cwt, application/statuslist+jwt", "application/statuslist+jwt")]
    [InlineData("application/statuslist+jwt;q=0.5, application/statuslist+cwt", "application/statuslist+cwt")]
    [InlineData("application/statuslist+jwt;q=0, */*", "application/statuslist+cwt")]
    [InlineData("application/statuslist+cwt", "application/statuslist+cwt")]
    public async Task The_form_that_is_wanted_more_is_sent_with_a_tag_of_its_own(string? accept, string sent)
    {
        var entry = (await EntriesAsync("ann", 1))[0];
        await _host.Get<StatusPublisher>().PublishAsync(Ct);
        using var request = new HttpRequestMessage(HttpMethod.Get, entry.Uri);
        if (accept is not null)
        {
            request.Headers.TryAddWithoutValidation("Accept", accept);
        }

        using var answer = await _host.Http.SendAsync(request, Ct);
        Assert.Equal(sent, answer.Content.Headers.ContentType!.ToString());
        Assert.Equal(sent.EndsWith("cwt", StringComparison.Ordinal), answer.Headers.ETag!.Tag.EndsWith("-cwt\"", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("GET", "/status/1", "application/statuslist+cwt", HttpStatusCode.OK)]
    [InlineData("GET", "/status/1", "application/json", HttpStatusCode.NotAcceptable)]
    [InlineData("GET", "/status/1", "application/statuslist+jwt;q=0, application/statuslist+cwt;q=0", HttpStatusCode.NotAcceptable)]
    [InlineData("GET", "/status/1?time=1700000000", null, HttpStatusCode.NotImplemented)]
    [InlineData("GET", "/status/999", null, HttpStatusCode.NotFound)]
    [InlineData("GET", "/status/-1", null, HttpStatusCode.NotFound)]
    [InlineData("GET", "/status/x", null, HttpStatusCode.NotFound)]
    [InlineData("GET", "/status/99999999999999999999999", null, HttpStatusCode.NotFound)]
    [InlineData("POST", "/status/1", null, HttpStatusCode.MethodNotAllowed)]
    [InlineData("DELETE", "/bundle", null, HttpStatusCode.MethodNotAllowed)]
    [InlineData("GET", "/status/1", "*/*", HttpStatusCode.OK)]
    [InlineData("GET", "/status/1", "application/*", HttpStatusCode.OK)]
    [InlineData("GET", "/status/1", "text/html, application/statuslist+jwt;q=0.5", HttpStatusCode.OK)]
    public async Task A_list_is_told_in_its_own_way_only(string method, string path, string? accept, HttpStatusCode status)
    {
        await EntriesAsync("ann", 10);
        await _host.Get<StatusPublisher>().PublishAsync(Ct);
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (accept is not null)
        {
            request.Headers.Accept.ParseAdd(accept);
        }

        using var answer = await _host.Http.SendAsync(request, Ct);
        Assert.Equal(status, answer.StatusCode);
        Assert.Equal(status != HttpStatusCode.OK, answer.Headers.CacheControl!.NoStore);
    }

    [Fact]
    public async Task The_bundle_verifies_under_its_root_holds_every_list_and_its_version_rises()
    {
        await EntriesAsync("ann", 10);
        var root = _host.Get<Signer>().Active(KeyRole.BundleRoot).PublicKey;
        var first = OfflineBundle.Parse(await _host.Get<BundlePublisher>().BuildAsync(Ct), root).OrThrow();
        Assert.All(first.Content.Anchors, anchor => Assert.Equal("CN=Example issuer root, C=RU", anchor.Certificate.Subject));
        // One authority, two signers: only the one whose certificate says so may sign cards.
        Assert.Equal(["1.0.18013.5.1.2", null], first.Content.Anchors.Select(anchor => anchor.SignerUsage));
        Assert.Contains("https://example.org/vct/compatriot-card/1", first.Content.Types.Keys);
        Assert.Equal(180, first.Content.Regions["RU-MOW"]);
        Assert.Equal(3, first.StatusLists.Count);

        var second = OfflineBundle.Parse(await _host.Get<BundlePublisher>().BuildAsync(Ct), root).OrThrow();
        Assert.True(second.Content.Version > first.Content.Version);
        using var other = SigningKey.From(System.Security.Cryptography.ECDsa.Create(System.Security.Cryptography.ECCurve.NamedCurves.nistP256));
        Assert.True(OfflineBundle.Parse(await _host.Get<BundlePublisher>().BuildAsync(Ct), other.PublicKey).Failed(out var failure, out _));
        Assert.Equal(Formats.FormatRule.Signature, failure.Rule);
    }

    [Fact]
    public async Task The_bundle_can_hold_its_lists_as_cwt()
    {
        await EntriesAsync("ann", 10);
        var (cwt, jwt) = (await BuiltAsync("cwt"), await BuiltAsync("jwt"));
        Assert.Equal((0, 3), (cwt.StatusLists.Count, cwt.CwtStatusLists.Count));
        Assert.Equal((3, 0), (jwt.StatusLists.Count, jwt.CwtStatusLists.Count));
        Assert.Equal(jwt.StatusListTimes.Select(list => list.Uri), cwt.StatusListTimes.Select(list => list.Uri));
        Assert.All(cwt.CwtStatusLists, list => Assert.Null(Verifier.Trust.From(cwt).GapOf(list.Subject, DateTimeOffset.FromUnixTimeSeconds(list.IssuedAt))));
        await Assert.ThrowsAsync<SettingsException>(() => BuiltAsync("pdf"));
    }

    private async Task<OfflineBundle> BuiltAsync(string form)
    {
        var settings = new ConfigurationBuilder().AddConfiguration(_host.Get<IConfiguration>())
            .AddInMemoryCollection(new Dictionary<string, string?> { ["Bundle:StatusLists"] = form }).Build();
        using var publisher = ActivatorUtilities.CreateInstance<BundlePublisher>(_host.Get<IServiceProvider>(), BundleSettings.Read(settings, development: true));
        return OfflineBundle.Parse(await publisher.BuildAsync(Ct), _host.Get<Signer>().Active(KeyRole.BundleRoot).PublicKey).OrThrow();
    }

    [Fact]
    public async Task The_served_bundle_is_made_anew_when_a_status_changes_and_not_for_every_download()
    {
        await EntriesAsync("ann", 10);
        await _host.Get<StatusPublisher>().PublishAsync(Ct);
        var first = await ServedAsync();
        Assert.Equal(first.Content.Version, (await ServedAsync()).Content.Version);
        await _host.Get<CardStatus>().RevokeOutstandingAsync("card-of-ann", RevocationGround.HolderRequest, Ct);
        var second = await ServedAsync();
        Assert.True(second.Content.Version > first.Content.Version);
        Assert.True(second.StatusLists.Sum(list => Enumerable.Range(0, list.List.Count).Count(index => list.List[index] == 1)) >= 10);
    }

    private async Task<OfflineBundle> ServedAsync() =>
        OfflineBundle.Parse(await _host.Http.GetByteArrayAsync(new Uri("/bundle", UriKind.Relative)), _host.Get<Signer>().Active(KeyRole.BundleRoot).PublicKey).OrThrow();

    private async Task<long> IssuedAtAsync(string uri)
    {
        await _host.Get<StatusPublisher>().PublishAsync(Ct);
        return StatusListToken.Parse(await _host.Http.GetStringAsync(new Uri(uri))).OrThrow().IssuedAt;
    }

    private async Task<List<(string Uri, long Index)>> EntriesAsync(string person, int copies)
    {
        var minted = await (await new TestWallet(_host).RedeemAsync(person)).CollectAsync(copies);
        return [.. minted.Select(copy => StatusReference.Parse(HeldSdJwt.Parse(copy).OrThrow().Received.IssuerJwt.UnverifiedClaims).OrThrow())
            .Select(reference => (reference.Uri, reference.Index))];
    }

    private int StatusOf((string Uri, long Index) entry)
    {
        var number = long.Parse(entry.Uri.Split('/')[^1], System.Globalization.CultureInfo.InvariantCulture);
        return StatusListToken.Parse(_host.Get<StatusPublisher>().Find(number)!.Token).OrThrow().List[(int)entry.Index];
    }
}
