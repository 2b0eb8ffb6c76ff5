using System.Net;
using IdentityPlatform.Verifier.Refresh;
using IdentityPlatform.Verifier.Tests.Scenarios;

namespace IdentityPlatform.Verifier.Tests.Bundle;

public sealed class BundleRefresherTests : IDisposable
{
    private static readonly Uri Address = new("https://issuer.example.org/bundle");

    private readonly string _directory = Path.Combine(Path.GetTempPath(), "bundle-refresher-" + Guid.NewGuid().ToString("N"));

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task What_comes_is_offered_to_the_store()
    {
        var network = new Network(_ => Bytes(new Scenario().Bundle()));
        Assert.Equal(new RefreshResult.Offered(new BundleOffer.Stored(7)), await FetchAsync(network));
        Assert.Equal([Address], network.Asked);
    }

    [Fact]
    public async Task A_redirect_to_https_is_followed()
    {
        var network = new Network(address => address == Address ? Redirect("https://mirror.example.org/b") : Bytes(new Scenario().Bundle()));
        Assert.Equal(new RefreshResult.Offered(new BundleOffer.Stored(7)), await FetchAsync(network));
    }

    [Theory]
    [InlineData("http://mirror.example.org/b")]
    [InlineData("http://localhost/b")]
    [InlineData("file:///etc/passwd")]
    public async Task A_redirect_to_anything_else_is_not_followed(string target)
    {
        var network = new Network(_ => Redirect(target));
        Assert.Equal(new RefreshResult.Unreachable("redirected to an address that is not https"), await FetchAsync(network));
        Assert.Single(network.Asked);
    }

    [Fact]
    public async Task Redirects_come_to_an_end()
    {
        var network = new Network(_ => Redirect("/again"));
        Assert.Equal(new RefreshResult.Unreachable("too many redirects"), await FetchAsync(network));
        Assert.Equal(4, network.Asked.Count);
    }

    [Fact]
    [Trait("Fault", "network away")]
    public async Task An_error_is_no_bundle_whatever_its_body()
    {
        var network = new Network(_ => Bytes(new Scenario().Bundle(), HttpStatusCode.InternalServerError));
        Assert.Equal(new RefreshResult.Unreachable("status 500"), await FetchAsync(network));
    }

    [Fact]
    public async Task More_than_the_bound_is_not_read()
    {
        var network = new Network(_ => Bytes(new byte[IdentityPlatform.Verifier.Bundle.OfflineBundle.MaxBytes + 1]));
        Assert.IsType<RefreshResult.TooLarge>(await FetchAsync(network));
    }

    [Fact]
    [Trait("Fault", "network away")]
    public async Task Without_a_network_nothing_changes()
    {
        var network = new Network(_ => throw new HttpRequestException(HttpRequestError.NameResolutionError));
        Assert.Equal(new RefreshResult.Unreachable("NameResolutionError"), await FetchAsync(network));
    }

    [Fact]
    public void An_address_without_protection_is_refused()
    {
        Assert.Throws<ArgumentException>(() => new BundleRefresher(Store(), new Uri("http://issuer.example.org/bundle")));
        using var onThisMachine = new BundleRefresher(Store(), new Uri("http://localhost:5102/bundle"));
    }

    private async Task<RefreshResult> FetchAsync(Network network)
    {
        using var refresher = new BundleRefresher(Store(), Address, network);
        return await refresher.RefreshAsync(TestContext.Current.CancellationToken);
    }

    private BundleStore Store() => BundleStore.Open(_directory, [TestPki.BundleRoot.PublicKey], new FixedTime(Scenario.Noon));

    private static HttpResponseMessage Bytes(byte[] bytes, HttpStatusCode status = HttpStatusCode.OK) => new(status) { Content = new ByteArrayContent(bytes) };

    private static HttpResponseMessage Redirect(string target) => new(HttpStatusCode.Found) { Headers = { Location = new Uri(target, UriKind.RelativeOrAbsolute) } };

    private sealed class Network(Func<Uri, HttpResponseMessage> answer) : HttpMessageHandler
    {
        public List<Uri> Asked { get; } = [];

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Asked.Add(request.RequestUri!);
            Assert.Null(request.Headers.Authorization);
            return Task.FromResult(answer(request.RequestUri!));
        }
    }
}
