using Microsoft.Extensions.Hosting;

namespace IdentityPlatform.Hosting;

/// <summary>
/// What a server does again and again beside its requests. The first round comes one interval after the start: the first
/// moments belong to those who wait for the server.
/// </summary>
/// <param name="interval">From one round to the next.</param>
/// <param name="time">Counts it.</param>
public abstract class PeriodicService(TimeSpan interval, TimeProvider time) : BackgroundService
{
    /// <summary>What time it is.</summary>
    protected TimeProvider Time { get; } = time;

    /// <summary>What cannot wait for the first round.</summary>
    protected virtual Task AtStartAsync(CancellationToken ct) => Task.CompletedTask;

    /// <summary>One round. What it throws stops the program: each service knows what of it passes by itself, and keeps that.</summary>
    protected abstract Task RoundAsync(CancellationToken ct);

    /// <inheritdoc/>
    protected sealed override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(interval, Time);
        await AtStartAsync(stoppingToken);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            await RoundAsync(stoppingToken);
        }
    }
}
