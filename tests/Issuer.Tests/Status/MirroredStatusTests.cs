using System.Net;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.SdJwt;
using IdentityPlatform.Formats.Status;
using IdentityPlatform.Hosting.Keys;
using IdentityPlatform.Issuer.Status;
using IdentityPlatform.Issuer.Tests.Issuance;
using Microsoft.Extensions.Logging;

namespace IdentityPlatform.Issuer.Tests.Status;

/// <summary>Lists as others come by them: another node, a mirror, a verifier that fetches them all before it goes offline.</summary>
public sealed class MirroredStatusTests : IAsyncLifetime
{
    private IssuerHost _host = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _host = await IssuerHost.StartAsync();
        await _host.Register.AddAsync("ann");
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task The_server_metadata_lead_to_an_address_that_names_every_list()
    {
        var entries = await EntriesAsync(10);
        var metadata = StrictJson.ParseObject(await _host.Http.GetByteArrayAsync(new Uri("/.well-known/oauth-authorization-server", UriKind.Relative), Ct)).OrThrow();
        using var answer = await _host.Http.GetAsync(new Uri(metadata.Element.StringMember("status_list_aggregation_endpoint")!), Ct);
        Assert.Equal("application/json", answer.Content.Headers.ContentType!.ToString());
        Assert.Equal("*", answer.Headers.GetValues("Access-Control-Allow-Origin").Single());
        var named = await NamedAsync(answer);
        Assert.Equal([$"{IssuerHost.Url}/status/1", $"{IssuerHost.Url}/status/2", $"{IssuerHost.Url}/status/3"], named);
        Assert.Empty(entries.Select(entry => entry.Uri).Except(named));
        foreach (var uri in named)
        {
            Assert.Equal(uri, StatusListToken.Parse(await _host.Http.GetStringAsync(new Uri(uri), Ct)).OrThrow().Subject);
        }
    }

    [Fact]
    public async Task The_names_are_sent_once_to_who_has_them_and_read_only()
    {
        await EntriesAsync(10);
        using var first = await _host.Http.GetAsync(new Uri("/status", UriKind.Relative), Ct);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/status");
        request.Headers.IfNoneMatch.Add(first.Headers.ETag!);
        using var again = await _host.Http.SendAsync(request, Ct);
        Assert.Equal(HttpStatusCode.NotModified, again.StatusCode);
        using var written = await _host.Http.PostAsync(new Uri("/status", UriKind.Relative), null, Ct);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, written.StatusCode);
    }

    [Fact]
    public async Task A_list_whose_copies_have_expired_is_named_no_longer()
    {
        await EntriesAsync(10);
        _host.Time.Now += TimeSpan.FromDays(120);
        await _host.Get<StatusPublisher>().PublishAsync(Ct);
        using var answer = await _host.Http.GetAsync(new Uri("/status", UriKind.Relative), Ct);
        Assert.Empty(await NamedAsync(answer));
    }

    [Fact]
    public async Task A_change_is_out_on_every_node_and_behind_every_mirror_within_a_minute()
    {
        var entries = await EntriesAsync(5);
        using var other = OtherNode();
        await other.PublishAsync(Ct);
        using var answer = await _host.Http.GetAsync(new Uri(entries[0].Uri), Ct);
        Assert.InRange(_host.Get<StatusPolicy>().Interval + answer.Headers.CacheControl!.MaxAge!.Value, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1));

        await _host.Get<CardStatus>().RevokeOutstandingAsync("card-of-ann", RevocationGround.HolderRequest, Ct);
        Assert.All(entries, entry => Assert.Equal(0, StatusOf(other, entry)));
        await other.PublishAsync(Ct);
        Assert.All(entries, entry => Assert.Equal(1, StatusOf(other, entry)));
    }

    [Fact]
    public async Task Copies_that_were_suspended_stay_invalid_when_new_ones_are_minted()
    {
        var old = await EntriesAsync(5);
        await _host.Get<CardStatus>().RevokeOutstandingAsync("card-of-ann", RevocationGround.Suspension, Ct);
        var fresh = await EntriesAsync(5);
        await _host.Get<StatusPublisher>().PublishAsync(Ct);
        Assert.Empty(old.Intersect(fresh));
        Assert.All(old, entry => Assert.Equal(1, StatusOf(_host.Get<StatusPublisher>(), entry)));
        Assert.All(fresh, entry => Assert.Equal(0, StatusOf(_host.Get<StatusPublisher>(), entry)));
    }

    [Fact]
    public async Task Lists_stay_out_and_the_program_stays_up_while_no_key_signs_them()
    {
        var entry = (await EntriesAsync(1))[0];
        await _host.Get<StatusPublisher>().PublishAsync(Ct);
        _host.SetKeyState("status", "denied");
        _host.Time.Now += TimeSpan.FromMinutes(15);
        await Assert.ThrowsAsync<KeyDirectoryException>(() => _host.Get<StatusPublisher>().PublishAsync(Ct));

        var log = new FirstWarning();
        using var publishing = new StatusPublishing(
            _host.Get<StatusPublisher>(), _host.Get<StatusIndexes>(), _host.Get<StatusPolicy>(), TimeProvider.System, log);
        await publishing.StartAsync(Ct);
        await log.Written.WaitAsync(TimeSpan.FromMinutes(1), Ct);
        Assert.False(publishing.ExecuteTask!.IsCompleted);
        await publishing.StopAsync(Ct);
        Assert.Equal(0, StatusOf(_host.Get<StatusPublisher>(), entry));
    }

    private StatusPublisher OtherNode() =>
        new(_host.Get<StatusIndexes>(), _host.Get<StatusPolicy>(), _host.Get<Signer>(), _host.Get<IssuerUrls>(), _host.Time);

    private async Task<List<(string Uri, long Index)>> EntriesAsync(int copies)
    {
        var minted = await (await new TestWallet(_host).RedeemAsync("ann")).CollectAsync(copies);
        return [.. minted.Select(copy => StatusReference.Parse(HeldSdJwt.Parse(copy).OrThrow().Received.IssuerJwt.UnverifiedClaims).OrThrow())
            .Select(reference => (reference.Uri, reference.Index))];
    }

    private static async Task<IReadOnlyList<string>> NamedAsync(HttpResponseMessage answer) =>
        StrictJson.ParseObject(await answer.Content.ReadAsByteArrayAsync(Ct)).OrThrow().Element.StringsMember("status_lists")!;

    private static int StatusOf(StatusPublisher publisher, (string Uri, long Index) entry)
    {
        var number = long.Parse(entry.Uri.Split('/')[^1], System.Globalization.CultureInfo.InvariantCulture);
        return StatusListToken.Parse(publisher.Find(number)!.Token).OrThrow().List[(int)entry.Index];
    }

    private sealed class FirstWarning : ILogger<StatusPublishing>
    {
        private readonly TaskCompletionSource _written = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Written => _written.Task;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => _written.TrySetResult();
    }
}
