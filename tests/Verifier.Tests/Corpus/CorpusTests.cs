namespace IdentityPlatform.Verifier.Tests.Corpus;

/// <summary>The negative corpus in tests/vectors/negative: each file has its verdict, and the generator knows each file.</summary>
public sealed class CorpusTests
{
    public static TheoryData<string> Names => [.. CorpusFolder.Cases()];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_case_ends_as_its_file_says(string name)
    {
        var json = CorpusFolder.Read(name);
        Assert.Equal(Outcome.Parse(json["expected"]!.AsObject()), CorpusJudge.Judge(name.Split('/')[0], json));
    }

    [Fact]
    public void There_are_four_hundred_cases_and_a_twin_that_is_accepted_in_each_family()
    {
        var cases = CorpusFolder.Cases().Select(name => (Family: name.Split('/')[0], Expected: Outcome.Parse(CorpusFolder.Read(name)["expected"]!.AsObject()))).ToList();
        Assert.InRange(cases.Count(one => one.Expected != Outcome.Accepted), 400, int.MaxValue);
        Assert.All(cases.GroupBy(one => one.Family), family => Assert.Contains(family, one => one.Expected == Outcome.Accepted));
    }

    [Fact]
    public void The_folder_holds_what_the_generator_makes_and_nothing_else()
    {
        var made = Generator.Cases().Select(one => one.ToString()).Order(StringComparer.Ordinal).ToList();
        if (!made.SequenceEqual(CorpusFolder.Cases()))
        {
            var proposal = Path.Combine(AppContext.BaseDirectory, "negative");
            Generator.Write(proposal);
            Assert.Fail($"tests/vectors/negative is not what the generator makes; where that is meant, the files in {proposal} take their place.");
        }
    }

    [Fact]
    public void What_the_generator_makes_today_ends_as_it_expects()
    {
        var wrong = Generator.Cases().Where(one => CorpusJudge.Judge(one.Family, one.ToJson()) != one.Expected)
            .Select(one => $"{one}: {CorpusJudge.Judge(one.Family, one.ToJson())} instead of {one.Expected}").ToList();
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }
}
