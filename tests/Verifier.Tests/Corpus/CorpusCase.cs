using System.Text.Json.Nodes;
using IdentityPlatform.Formats;

namespace IdentityPlatform.Verifier.Tests.Corpus;

/// <summary>One case of the corpus: what is received, and what has to come of it.</summary>
/// <param name="family">The folder.</param>
/// <param name="name">The file, without its ending.</param>
/// <param name="expected">What has to come of it.</param>
/// <param name="body">What is received, and under which circumstances.</param>
internal sealed class CorpusCase(string family, string name, Outcome expected, Func<JsonObject> body)
{
    public string Family => family;

    public string Name => name;

    public Outcome Expected => expected;

    public JsonObject ToJson()
    {
        var json = new JsonObject { ["expected"] = expected.ToJson() };
        foreach (var (member, value) in body())
        {
            json[member] = value?.DeepClone();
        }

        return json;
    }

    public override string ToString() => $"{family}/{name}";
}

/// <summary>What comes of a case: accepted, a check that fails with one variant, or a rule of a wire format that is broken.</summary>
/// <param name="Check">The check, null for what is only parsed.</param>
/// <param name="Failure">The variant, null where it is accepted or only parsed.</param>
/// <param name="Rule">The rule of the format, where there is one.</param>
internal sealed record Outcome(string? Check, string? Failure, string? Rule)
{
    public static Outcome Accepted { get; } = new(null, null, null);

    public static Outcome Of(Failure failure) => new(failure.Check.ToString(), failure.GetType().Name, (failure as Failure.Malformed)?.Rule.ToString());

    public static Outcome Malformed(FormatRule rule) => new(nameof(Verifier.Check.Format), nameof(Verifier.Failure.Malformed), rule.ToString());

    public static Outcome Broken(FormatRule rule) => new(null, null, rule.ToString());

    public static Outcome Parse(JsonObject json) => new((string?)json["check"], (string?)json["failure"], (string?)json["rule"]);

    public JsonObject ToJson()
    {
        var json = new JsonObject { ["verdict"] = this == Accepted ? "accepted" : "rejected" };
        foreach (var (member, value) in new[] { ("check", Check), ("failure", Failure), ("rule", Rule) })
        {
            if (value is not null)
            {
                json[member] = value;
            }
        }

        return json;
    }
}
