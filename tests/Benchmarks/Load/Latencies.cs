using System.Diagnostics;

namespace IdentityPlatform.Benchmarks.Load;

/// <summary>How long units took, counted in steps of ten microseconds up to two seconds.</summary>
internal sealed class Latencies
{
    private const double StepMs = 0.01;

    private readonly long[] _counts = new long[200_000];
    private long _total;

    public void Add(long ticks)
    {
        var step = (int)(ticks * 1000.0 / Stopwatch.Frequency / StepMs);
        _counts[Math.Min(step, _counts.Length - 1)]++;
        _total++;
    }

    /// <summary>The milliseconds that this part of the units did not exceed.</summary>
    public double Percentile(double part)
    {
        var (seen, wanted) = (0L, (long)Math.Ceiling(_total * part));
        for (var step = 0; step < _counts.Length; step++)
        {
            seen += _counts[step];
            if (seen >= wanted)
            {
                return (step + 1) * StepMs;
            }
        }

        return double.NaN;
    }
}
