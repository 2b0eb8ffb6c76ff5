using System.Globalization;
using IdentityPlatform.Formats;

namespace IdentityPlatform.Benchmarks.Measuring;

/// <summary>Prints what is done and what came out of it; the table of ratios is the last thing.</summary>
internal sealed class Report(TextWriter output)
{
    /// <summary>A heading: what comes now.</summary>
    public void Say(string text) => output.WriteLine($"\n== {text}");

    public void Line(FormattableString text) => output.WriteLine(text.ToString(CultureInfo.InvariantCulture));

    /// <summary>The figures of one server over all rounds.</summary>
    public void Samples(string server, IReadOnlyList<Sample> samples)
    {
        var (rate, perCpu) = (Spread.Of(samples.Select(one => one.Rate)), Spread.Of(samples.Select(one => one.RatePerCpu)));
        Line(
            $"{server,-14} {rate.Min,7:N0} {rate.Median,7:N0} {rate.Max,7:N0}   {perCpu.Min,7:N0} {perCpu.Median,7:N0} {perCpu.Max,7:N0}   {Median(samples, one => one.P50),6:N2} {Median(samples, one => one.P99),7:N2}   {Median(samples, one => one.ServerUse),5:P0} {Median(samples, one => one.LoadUse),5:P0}");
    }

    public void SamplesHead() => output.WriteLine(
        "                   units a second           per CPU second          p50 ms  p99 ms   server load\n"
        + "                   min  median     max       min  median     max");

    /// <summary>The table of ratios, and where asked for the same as JSON.</summary>
    public async Task FinishAsync(IReadOnlyList<Row> rows, string? jsonFile, CancellationToken ct)
    {
        Say("Ours against the others, ratio inside each round");
        output.WriteLine($"{"name",-28} {"against",-14} {"min",6} {"median",6} {"max",6}");
        foreach (var row in rows)
        {
            Line($"{row.Name,-28} {row.Against,-14} {row.Ratio.Min,6:N2} {row.Ratio.Median,6:N2} {row.Ratio.Max,6:N2}");
        }

        if (jsonFile is not null)
        {
            await File.WriteAllBytesAsync(jsonFile, Json(rows), ct);
        }
    }

    private static double Median(IReadOnlyList<Sample> samples, Func<Sample, double> value) => Spread.Of(samples.Select(value)).Median;

    private static byte[] Json(IReadOnlyList<Row> rows) => JsonText.Write(json =>
    {
        json.WriteStartArray();
        foreach (var row in rows)
        {
            json.WriteStartObject();
            json.WriteString("name", row.Name);
            json.WriteString("against", row.Against);
            json.WriteNumber("min", Math.Round(row.Ratio.Min, 3));
            json.WriteNumber("median", Math.Round(row.Ratio.Median, 3));
            json.WriteNumber("max", Math.Round(row.Ratio.Max, 3));
            json.WriteEndObject();
        }

        json.WriteEndArray();
    });
}
