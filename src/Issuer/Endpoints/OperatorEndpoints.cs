using System.Text.Json;
using IdentityPlatform.Issuer.Desk;
using IdentityPlatform.Issuer.Officers;
using IdentityPlatform.Issuer.Operation;
using IdentityPlatform.Issuer.Pages;

namespace IdentityPlatform.Issuer.Endpoints;

/// <summary>The operator's page, for administrators alone.</summary>
internal sealed class OperatorEndpoints(OperatorReports reports)
{
    public void Map(IEndpointRouteBuilder app) => app.MapGet("/operator", DeskEndpoints.ForPage(ShowAsync))
        .WithSummary("Queues, health, the age of status lists and bundle, keys, mass re-issues.").Produces<OperatorApi.Report>();

    private async Task<IResult> ShowAsync(HttpContext http, Officer officer)
    {
        if (officer.Role != OfficerRole.Administrator)
        {
            return DeskAnswers.Declined(http, DeskAnswers.WantsPage(http), DeskRefusal.NotYourRole);
        }

        var report = await reports.MakeAsync(http.RequestAborted);
        return DeskAnswers.WantsPage(http)
            ? DeskAnswers.Page<OperatorPage>((nameof(OperatorPage.Officer), officer), (nameof(OperatorPage.Report), report))
            : DeskAnswers.Json(StatusCodes.Status200OK, writer => Write(writer, OperatorApi.Report.Of(report)));
    }

    private static void Write(Utf8JsonWriter writer, OperatorApi.Report report)
    {
        foreach (var member in JsonSerializer.SerializeToElement(report, OperatorApi.Json).EnumerateObject())
        {
            member.WriteTo(writer);
        }
    }
}

/// <summary>The answers of the operator's API.</summary>
internal static class OperatorApi
{
    public static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <param name="At">Unix seconds.</param>
    /// <param name="Health">Parts that have to answer.</param>
    /// <param name="Queues">What waits; a figure below ten or above a thousand is not said.</param>
    /// <param name="StatusLists">Published lists.</param>
    /// <param name="StatusListAge">Seconds since the oldest of them was signed.</param>
    /// <param name="BundleAge">Seconds since the last bundle was made.</param>
    /// <param name="Keys">Keys with their states.</param>
    /// <param name="Reissues">The last mass re-issues.</param>
    public sealed record Report(
        long At, IReadOnlyList<Part> Health, IReadOnlyList<Queue> Queues, int StatusLists, long? StatusListAge, long? BundleAge, IReadOnlyList<Key> Keys, IReadOnlyList<Progress> Reissues)
    {
        public static Report Of(OperatorReport report) => new(
            report.At.ToUnixTimeSeconds(),
            [.. report.Health.Select(part => new Part(part.Part, part.Answers))],
            [.. report.Queues.Select(queue => new Queue(queue.Queue, queue.Length.ToString()))],
            report.Status.Lists,
            (long?)report.Status.Oldest?.TotalSeconds,
            (long?)report.BundleAge?.TotalSeconds,
            [.. report.Keys.Select(key => new Key(key.Role.ToString(), key.State.ToString(), key.KeyId))],
            [.. report.Reissues.Select(one => new Progress(one.Id, one.KeyId, one.Type, one.Reason, one.Percent, one.FinishedAt))]);
    }

    public sealed record Part(string Name, bool Answers);

    public sealed record Queue(string Name, string Length);

    public sealed record Key(string Role, string State, string Kid);

    public sealed record Progress(string Id, string? Kid, string? Vct, string Reason, int Percent, long? FinishedAt);
}
