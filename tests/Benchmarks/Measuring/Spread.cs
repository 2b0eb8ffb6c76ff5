namespace IdentityPlatform.Benchmarks.Measuring;

/// <summary>What the rounds of a measurement gave.</summary>
internal readonly record struct Spread(double Min, double Median, double Max)
{
    public static Spread Of(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        var middle = sorted.Length / 2;
        var median = sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        return new(sorted[0], median, sorted[^1]);
    }
}

/// <summary>One line of the table of ratios: ours divided by the other, round by round.</summary>
internal sealed record Row(string Name, string Against, Spread Ratio);
