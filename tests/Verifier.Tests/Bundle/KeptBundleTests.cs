using System.Collections.Concurrent;
using IdentityPlatform.Verifier.AspNetCore;
using IdentityPlatform.Verifier.Refresh;
using IdentityPlatform.Verifier.Tests.Scenarios;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace IdentityPlatform.Verifier.Tests.Bundle;

/// <summary>A program's bundle keeps itself up to date, from a mirror on this machine.</summary>
public sealed class KeptBundleTests : IAsyncLifetime
{
    private readonly string _directory = Directory.CreateTempSubdirectory("kept-bundle-").FullName;
    private WebApplication _mirror = null!;
    private int _asked;
    private int _broken;

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _mirror = builder.Build();
        _mirror.MapGet("/bundle", () => Interlocked.Increment(ref _asked) <= _broken ? Results.StatusCode(500) : Results.Bytes(new Scenario().Bundle()));
        await _mirror.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _mirror.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public async Task It_is_fetched_when_the_program_starts_and_then_by_the_clock_alone()
    {
        await using var program = await StartAsync(source => source);
        await UntilAsync(() => Kept(program).Trust.Bundle is not null);
        await Task.Delay(100, Ct);
        Assert.Equal(1, _asked);
        Assert.Equal(7, Kept(program).Trust.Bundle!.Content.Version);
        Assert.True(File.Exists(Path.Combine(_directory, "bundle.json")));
    }

    [Fact]
    [Trait("Fault", "network away")]
    public async Task A_mirror_that_is_away_is_asked_again_soon()
    {
        _broken = 2;
        await using var program = await StartAsync(source => source);
        await UntilAsync(() => Kept(program).Trust.Bundle is not null);
        Assert.Equal(3, _asked);
    }

    [Fact]
    public async Task What_stays_as_it_was_is_told_once()
    {
        _broken = 3;
        using var told = new Told();
        await using var program = await StartAsync(source => source, told);
        await UntilAsync(() => Kept(program).Trust.Bundle is not null);
        await UntilAsync(() => told.Lines.Count >= 2);
        Assert.Equal(4, _asked);
        Assert.Equal(["Unreachable", "Offered"], told.Lines.Select(line => line.Split("Bundle fetched: ")[1].Split(' ')[0]));
    }

    [Fact]
    public async Task Without_an_address_a_file_serves_and_a_button_says_that_nothing_was_reached()
    {
        await using var program = await StartAsync(source => new BundleSource { Directory = source.Directory, Roots = source.Roots });
        Assert.Equal(new RefreshResult.Unreachable("no address is configured"), await Kept(program).RefreshAsync(Ct));
        Assert.Null(Kept(program).Trust.Bundle);
        Assert.Equal(new BundleOffer.Stored(7), Kept(program).Offer(new Scenario().Bundle()));
        Assert.NotNull(Kept(program).Trust.Bundle);
        Assert.Equal(0, _asked);
    }

    [Fact]
    public async Task Two_bundles_are_told_apart_by_their_keys_and_both_keep_themselves()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddBundle(Source("one"), "one").AddBundle(Source("two"), "two");
        using var program = builder.Build();
        await program.StartAsync(Ct);
        var (one, two) = (program.Services.GetRequiredKeyedService<KeptBundle>("one"), program.Services.GetRequiredKeyedService<KeptBundle>("two"));
        await UntilAsync(() => one.Trust.Bundle is not null && two.Trust.Bundle is not null);
        Assert.NotSame(one, two);
        Assert.Null(program.Services.GetService<KeptBundle>());
        await program.StopAsync(Ct);
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private static KeptBundle Kept(WebApplication program) => program.Services.GetRequiredService<KeptBundle>();

    private static async Task UntilAsync(Func<bool> holds)
    {
        while (!holds())
        {
            await Task.Delay(10, Ct);
        }
    }

    private BundleSource Source(string name) => new()
    {
        Directory = Path.Combine(_directory, name),
        Roots = [TestPki.BundleRoot.PublicKey],
        Address = new Uri(_mirror.Services.GetRequiredService<Microsoft.AspNetCore.Hosting.Server.IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single() + "/bundle"),
        SoonAgain = TimeSpan.FromMilliseconds(20),
    };

    private async Task<WebApplication> StartAsync(Func<BundleSource, BundleSource> change, ILoggerProvider? told = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        if (told is not null)
        {
            builder.Logging.AddProvider(told);
        }

        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddBundle(change(Source("")));
        var program = builder.Build();
        await program.StartAsync(Ct);
        return program;
    }

    // What the bundle says to its program's log.
    private sealed class Told : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> Lines { get; } = [];

        public ILogger CreateLogger(string categoryName) => categoryName == typeof(KeptBundle).FullName ? this : NullLogger.Instance;

        public void Dispose()
        {
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => Lines.Enqueue(formatter(state, exception));
    }
}
