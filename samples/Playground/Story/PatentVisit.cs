using IdentityPlatform.Formats;
using IdentityPlatform.Playground.People;
using IdentityPlatform.Wallet.Presentation;

namespace IdentityPlatform.Playground.Story;

/// <summary>What the check of patents says of one holder.</summary>
/// <param name="State"><c>allowed</c>, <c>refused</c>, <c>rejected</c> or <c>declined</c>.</param>
/// <param name="Failure">The failure, or null.</param>
/// <param name="Shown">The names of what was shown.</param>
/// <param name="Reasons">The grounds that the wallet read before it showed anything.</param>
internal sealed record PatentVerdict(string State, string? Failure, IReadOnlyList<string> Shown, IReadOnlyList<string> Reasons)
{
    /// <summary>The failure, or the state of one who may work.</summary>
    public string Short => Failure ?? State;
}

/// <summary>One holder of a patent in front of an employer or an inspector.</summary>
internal static class PatentVisit
{
    /// <summary>A check from its start to its verdict, as an honest wallet answers.</summary>
    public static async Task<PatentVerdict> ShowAsync(Cast cast, string level, string region, string? ground, CancellationToken ct)
    {
        using var checker = new Browser();
        var started = await checker.PostAsync($"{cast.Town.PatentCheck.Url}/checks", json =>
        {
            json.WriteString("level", level);
            json.WriteString("region", region);
            if (ground is not null)
            {
                json.WriteString("ground", ground);
            }
        }, ct);
        var link = started.Json.StringMember("link") ?? throw new StoryFailedException($"no check was started: {started.Status} {started.Body}");
        var fetched = await PresentationRequest.FetchAsync(link, cast.Town.ReaderAnchors, cast.Town.Http, DateTimeOffset.UtcNow, ct);
        if (fetched.Failed(out var failure, out var request))
        {
            throw new StoryFailedException($"the wallet does not trust the request: {failure.Fact}");
        }

        var answer = await new Presenter(cast.Town.Http, cast.Patents.Worker.Wallet, TimeProvider.System).PresentAsync(request, ct);
        if (answer is not { Taken: true })
        {
            throw new StoryFailedException($"nothing was shown: {answer?.Status}");
        }

        var verdict = (await checker.OpenAsync($"{cast.Town.PatentCheck.Url}/checks/{started.Json.StringMember("id")}?lang=en", ct: ct)).Json;
        return new(
            verdict.StringMember("state") ?? "none",
            verdict.StringMember("failure"),
            [.. (verdict.ArrayMember("shown")?.EnumerateArray() ?? default).Select(shown => shown.StringMember("name")!)],
            request.Reasons);
    }
}
