using IdentityPlatform.Formats;
using IdentityPlatform.Playground.People;
using IdentityPlatform.Playground.Programs;
using IdentityPlatform.Wallet.Cards;
using IdentityPlatform.Wallet.Presentation;

namespace IdentityPlatform.Playground.Story;

/// <summary>What the door says of one challenge.</summary>
/// <param name="State"><c>accepted</c> or <c>rejected</c>.</param>
/// <param name="Check">The check that failed, or null.</param>
/// <param name="Failure">The failure, or null.</param>
/// <param name="AsOf">The age of the status list that was used, or null.</param>
/// <param name="Disclosed">The paths that the door saw.</param>
internal sealed record DoorVerdict(string State, string? Check, string? Failure, string? AsOf, IReadOnlyList<string> Disclosed)
{
    /// <summary><c>Check/Failure</c>, or the state of an accepted one.</summary>
    public string Short => Check is null ? State : $"{Check}/{Failure}";
}

/// <summary>One holder in front of the event door: a challenge, a presentation, the door's verdict.</summary>
internal sealed class DoorVisit
{
    private readonly Cast _cast;
    private readonly ChildProgram _door;
    private readonly Presenter _presenter;
    private readonly string _id;

    private DoorVisit(Cast cast, ChildProgram door, Presenter presenter, string id, PresentationRequest request) =>
        (_cast, _door, _presenter, _id, Request) = (cast, door, presenter, id, request);

    /// <summary>The door's checked request.</summary>
    public PresentationRequest Request { get; }

    /// <summary>Asks the door for a challenge and reads it as a wallet does.</summary>
    public static Task<DoorVisit> StartAsync(Cast cast, CancellationToken ct) => StartAsync(cast, cast.Town.Door, ct);

    /// <summary>The same at another door.</summary>
    public static async Task<DoorVisit> StartAsync(Cast cast, ChildProgram door, CancellationToken ct)
    {
        using var kiosk = new Browser();
        var challenge = await kiosk.PostAsync($"{door.Url}/challenges", _ => { }, ct);
        var id = challenge.Json.StringMember("id") ?? throw new StoryFailedException($"the door gave no challenge (status {challenge.Status})");
        var fetched = await PresentationRequest.FetchAsync(challenge.Json.StringMember("link")!, cast.Town.ReaderAnchors, cast.Town.Http, DateTimeOffset.UtcNow, ct);
        return fetched.Failed(out var failure, out var request)
            ? throw new StoryFailedException($"the wallet does not trust the door's request: {failure.Fact}")
            : new(cast, door, new Presenter(cast.Town.Http, cast.Holder.Wallet, TimeProvider.System), id, request);
    }

    /// <summary>An honest wallet's answer.</summary>
    public async Task<DoorVerdict> PresentAsync(CancellationToken ct)
    {
        _ = await _presenter.PresentAsync(Request, ct) ?? throw new StoryFailedException("the wallet holds no copy that was not shown yet");
        return await VerdictAsync(ct);
    }

    /// <summary>Whatever a dishonest wallet sends; <paramref name="make"/> gets an honest wallet's means.</summary>
    public async Task<DoorVerdict> PresentAsync(Func<Presenter, CardCopy, ChosenCopy, string> make, CancellationToken ct)
    {
        var chosen = DcqlMatch.Find(Request.Query, _cast.Holder.Wallet)?[0] ?? throw new StoryFailedException("the wallet holds no copy that was not shown yet");
        chosen.Copy.MarkUsed();
        return await PresentAsync(chosen, make(_presenter, chosen.Copy, chosen), ct);
    }

    /// <summary>Shows a copy, whether it was shown before or not.</summary>
    public Task<DoorVerdict> PresentAsync(ChosenCopy chosen, CancellationToken ct) =>
        PresentAsync(chosen, _presenter.Build(chosen, Request), ct);

    /// <summary>Sends a presentation as it is.</summary>
    public Task<PresentationAnswer> SendAsync(string presentation, string queryId, CancellationToken ct) =>
        _presenter.SendAsync(Request, new Dictionary<string, string> { [queryId] = presentation }, ct);

    /// <summary>What the door shows. Where it asks another door, that takes a moment.</summary>
    public async Task<DoorVerdict> VerdictAsync(CancellationToken ct)
    {
        using var kiosk = new Browser();
        for (var patience = 100; ; patience--)
        {
            var answer = await kiosk.OpenAsync($"{_door.Url}/challenges/{_id}", ct: ct);
            if (answer.Json is var json && (json.StringMember("state") != "waiting" || patience == 0))
            {
                return new(
                    json.StringMember("state") ?? $"status {answer.Status}",
                    json.StringMember("check"),
                    json.StringMember("failure"),
                    json.StringMember("as_of"),
                    [.. (json.ArrayMember("disclosed")?.EnumerateArray() ?? default).Select(path => path.GetRawText().Replace(" ", string.Empty, StringComparison.Ordinal))]);
            }

            await Task.Delay(50, ct);
        }
    }

    private async Task<DoorVerdict> PresentAsync(ChosenCopy chosen, string presentation, CancellationToken ct)
    {
        await SendAsync(presentation, chosen.QueryId, ct);
        return await VerdictAsync(ct);
    }
}
