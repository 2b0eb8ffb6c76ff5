namespace IdentityPlatform.Formats.Tests;

/// <summary>Reads the cases of tests/vectors, which are copied beside the test program.</summary>
internal static class Vectors
{
    public static JsonElement Read(string source, string name) =>
        JsonElement.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "vectors", source, name + ".json")));

    public static TheoryData<string> Names(string source) =>
        [.. Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "vectors", source), "*.json")
            .Select(Path.GetFileNameWithoutExtension).OfType<string>().Order(StringComparer.Ordinal)];
}

/// <summary>Assertions on <see cref="Parsed{T}"/>.</summary>
internal static class Expect
{
    public static T Accepted<T>(Parsed<T> parsed)
        where T : class
    {
        Assert.True(parsed.Succeeded(out var value, out var failure), $"{failure?.Rule}: {failure?.Fact}");
        return value;
    }

    public static void Refused<T>(FormatRule rule, Parsed<T> parsed)
        where T : class
    {
        Assert.True(parsed.Failed(out var failure, out _), "it was accepted");
        Assert.Equal(rule, failure.Rule);
    }
}
