using System.Diagnostics.Metrics;
using System.Net;
using System.Text;
using System.Text.Json;
using IdentityPlatform.Formats;

namespace IdentityPlatform.Issuer.Tests.Issuance;

/// <summary>The notification endpoint (OpenID4VCI 1.0 §11): idempotent, and nothing is kept.</summary>
public sealed class NotificationTests : IAsyncLifetime
{
    private IssuerHost _host = null!;
    private TestWallet _wallet = null!;

    public async ValueTask InitializeAsync()
    {
        _host = await IssuerHost.StartAsync();
        await _host.Register.AddAsync("ann");
        _wallet = await new TestWallet(_host).RedeemAsync("ann");
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Theory]
    [InlineData("credential_accepted")]
    [InlineData("credential_failure")]
    [InlineData("credential_deleted")]
    public async Task The_same_report_succeeds_as_often_as_it_comes(string happened)
    {
        var id = await CollectAsync(_wallet);
        for (var i = 0; i < 3; i++)
        {
            var answer = await NotifyAsync(new { notification_id = id, @event = happened, event_description = "stored, 10 of 10", unknown = 1 });
            Assert.Equal((HttpStatusCode.NoContent, ""), (answer.Status, answer.Text));
        }
    }

    [Fact]
    public async Task Reports_are_counted_by_kind_and_nothing_else_is_kept()
    {
        var counted = new List<string>();
        using var listener = new MeterListener { InstrumentPublished = (instrument, self) => { if (instrument.Name == "issuer.wallet.notifications") { self.EnableMeasurementEvents(instrument); } } };
        listener.SetMeasurementEventCallback<long>((_, count, tags, _) => { lock (counted) { counted.Add($"{count} {string.Join(',', tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}"))}"); } });
        listener.Start();
        var id = await CollectAsync(_wallet);
        await NotifyAsync(new { notification_id = id, @event = "credential_failure", event_description = "no room" });
        await NotifyAsync(new { notification_id = "other", @event = "credential_deleted" });
        Assert.Contains("1 event=credential_failure", counted);
        Assert.Equal(-1, _host.DatabaseBytes().AsSpan().IndexOf(Encoding.ASCII.GetBytes(id)));
        Assert.Equal(-1, _host.DatabaseBytes().AsSpan().IndexOf("no room"u8));
    }

    [Fact]
    public async Task Each_answer_has_its_own_id_which_only_its_grant_may_use()
    {
        var id = await CollectAsync(_wallet);
        Assert.NotEqual(id, await CollectAsync(_wallet));
        var other = await new TestWallet(_host).RedeemAsync("ann");
        var answer = await other.PostAsync("/notification", JsonSerializer.Serialize(new { notification_id = id, @event = "credential_accepted" }));
        Assert.Equal((HttpStatusCode.BadRequest, "invalid_notification_id"), (answer.Status, answer.Error));
        Assert.Equal(HttpStatusCode.NoContent, (await NotifyAsync(new { notification_id = id, @event = "credential_accepted" })).Status);
    }

    [Theory]
    [InlineData("""{"notification_id":"unknown","event":"credential_accepted"}""", "application/json", "invalid_notification_id")]
    [InlineData("""{"notification_id":"","event":"credential_accepted"}""", "application/json", "invalid_notification_id")]
    [InlineData("""{"notification_id":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA","event":"credential_accepted"}""", "application/json", "invalid_notification_id")]
    [InlineData("""{"notification_id":"ID"}""", "application/json", "invalid_notification_request")]
    [InlineData("""{"event":"credential_accepted"}""", "application/json", "invalid_notification_request")]
    [InlineData("""{"notification_id":7,"event":"credential_accepted"}""", "application/json", "invalid_notification_request")]
    [InlineData("""{"notification_id":"ID","event":"Credential_Accepted"}""", "application/json", "invalid_notification_request")]
    [InlineData("""{"notification_id":"ID","event":"other"}""", "application/json", "invalid_notification_request")]
    [InlineData("""{"notification_id":"ID","event":"credential_accepted","event_description":7}""", "application/json", "invalid_notification_request")]
    [InlineData("""{"notification_id":"ID","event":"credential_accepted","event_description":"\""}""", "application/json", "invalid_notification_request")]
    [InlineData("""{"notification_id":"ID","notification_id":"ID","event":"credential_accepted"}""", "application/json", "invalid_notification_request")]
    [InlineData("""{"notification_id":"ID","event":"credential_accepted"}""", "text/plain", "invalid_notification_request")]
    [InlineData("{", "application/json", "invalid_notification_request")]
    public async Task A_bad_report_gets_the_error_of_the_specification(string body, string mediaType, string error)
    {
        body = body.Replace("\"ID\"", $"\"{await CollectAsync(_wallet)}\"", StringComparison.Ordinal);
        var answer = await _wallet.PostAsync("/notification", body, mediaType);
        Assert.Equal((HttpStatusCode.BadRequest, error), (answer.Status, answer.Error));
        Assert.Equal(["error", "error_description"], answer.Body.EnumerateObject().Select(member => member.Name));
    }

    [Fact]
    public async Task A_report_needs_a_token()
    {
        var id = await CollectAsync(_wallet);
        using var answer = await _host.Http.PostAsync(
            new Uri("/notification", UriKind.Relative),
            new StringContent($$"""{"notification_id":"{{id}}","event":"credential_accepted"}""", Encoding.UTF8, "application/json"),
            TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    private static async Task<string> CollectAsync(TestWallet wallet)
    {
        var answer = await wallet.RequestAsync(wallet.Proof(await wallet.NonceAsync()));
        TestWallet.Credentials(answer);
        return answer.Body.StringMember("notification_id")!;
    }

    private Task<WalletAnswer> NotifyAsync(object report) => _wallet.PostAsync("/notification", JsonSerializer.Serialize(report));
}
