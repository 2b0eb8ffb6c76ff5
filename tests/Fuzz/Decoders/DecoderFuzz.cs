using System.Globalization;
using System.Reflection;
using IdentityPlatform.Fuzz.Mutations;

namespace IdentityPlatform.Fuzz.Decoders;

/// <summary>
/// Every decoder on right inputs that were broken at any level of their encoding: it never throws, its memory is bounded, and
/// what it accepts encodes to the same bytes where it can be encoded. Each case has its own seed; a failure prints the input.
/// </summary>
public sealed class DecoderFuzz
{
    private const int FirstSeed = 70_000_001;

    /// <summary>How many inputs for each decoder. <c>FUZZ_INPUTS</c> is set by <c>./test --long</c>.</summary>
    private static readonly int Count = int.Parse(Environment.GetEnvironmentVariable("FUZZ_INPUTS") ?? "20000", NumberStyles.None, CultureInfo.InvariantCulture);

    public static TheoryData<string> Names => [.. DecoderTable.All.Select(decoder => decoder.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Broken_inputs(string name)
    {
        var decoder = DecoderTable.All.Single(decoder => decoder.Name == name);
        Assert.All(decoder.Seeds, seed => Assert.Equal(Outcome.Accepted, decoder.Decode(seed)));

        var (accepted, refused) = (0, 0);
        Parallel.For(FirstSeed, FirstSeed + Count, seed =>
        {
            switch (Run(decoder, seed))
            {
                case Outcome.Accepted:
                    Interlocked.Increment(ref accepted);
                    break;
                default:
                    Interlocked.Increment(ref refused);
                    break;
            }
        });

        // A decoder that refuses everything keeps every promise, and a mutator that breaks nothing tries none.
        Assert.True(accepted >= Count / 10_000 && refused >= Count / 10, $"{accepted} accepted, {refused} refused");
        Report(name, accepted);
    }

    [Fact]
    public void No_decoder_is_left_out()
    {
        var parsers = new[] { typeof(Formats.Parsed<>).Assembly, typeof(Verifier.CredentialVerifier).Assembly }
            .SelectMany(assembly => assembly.GetExportedTypes())
            .Where(type => type.GetMethods(BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly).Any(IsParser));
        var tried = DecoderTable.All.SelectMany(decoder => decoder.Types).ToHashSet();
        Assert.Empty(parsers.Where(type => !tried.Contains(type)).Select(type => type.Name));
    }

    private static bool IsParser(MethodInfo method) =>
        method.Name.StartsWith("Parse", StringComparison.Ordinal) && method.ReturnType is { IsGenericType: true } type && type.GetGenericTypeDefinition() == typeof(Formats.Parsed<>);

    private static Outcome Run(Decoder decoder, int seed)
    {
        var random = new Random(seed);
        var input = ByteMutator.Mutate(decoder.Seeds[random.Next(decoder.Seeds.Count)], random);
        try
        {
            var outcome = decoder.Decode(input);
            return outcome != Outcome.Changed ? outcome : throw new InvalidOperationException("what was accepted encodes to other bytes");
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"{decoder.Name}, seed {seed}, input {Convert.ToBase64String(input)}: {e.Message}", e);
        }
    }

    private static void Report(string name, int accepted)
    {
        if (Environment.GetEnvironmentVariable("RESULTS_FOLDER") is { Length: > 0 } folder)
        {
            var text = string.Create(
                CultureInfo.InvariantCulture,
                $"{name}: {Count} broken inputs, {accepted} of them still taken, {Count - accepted} refused; none threw, cost too much memory, or encoded to other bytes. Seeds from {FirstSeed}.\n");
            File.WriteAllText(Path.Combine(folder, $"fuzz-decoder-{name.Replace(' ', '-')}.md"), text);
        }
    }
}
