using System.Net;
using System.Text.Json;
using Dapper;
using IdentityPlatform.Formats;
using IdentityPlatform.Hosting.Keys;
using IdentityPlatform.Hosting.Storage;
using IdentityPlatform.Hosting.Tests.Servers;
using IdentityPlatform.Issuer.Officers;
using IdentityPlatform.Issuer.Operation;
using IdentityPlatform.Issuer.Status;
using Microsoft.AspNetCore.Routing;

namespace IdentityPlatform.Issuer.Tests.Desk;

public sealed class OperatorTests(PostgresServer postgres)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_page_is_for_administrators_who_open_no_case()
    {
        await using var host = await DeskHost.StartAsync();
        var (person, a) = (await host.PersonAsync("yulia"), await host.OfficerAsync(OfficerRole.Operator, "Anna Petrova"));
        var administrator = await host.OfficerAsync(OfficerRole.Administrator, "Ada Root");
        var id = await person.BookAsync(host);
        Assert.Equal((403, "not_your_role"), (await a.GetAsync("/operator", "application/json")).Brief);
        Assert.Equal(HttpStatusCode.Unauthorized, (await host.Browser().GetAsync("/operator", "application/json")).Status);
        Assert.Equal(HttpStatusCode.OK, (await administrator.GetAsync("/operator", "application/json")).Status);
        Assert.Contains("Status lists", (await administrator.GetAsync("/operator")).Body, StringComparison.Ordinal);
        Assert.Equal((403, "not_your_role"), (await administrator.GetAsync($"/desk/cases/{id}", "application/json")).Brief);
        Assert.Equal((403, "not_your_role"), (await administrator.GetAsync($"/desk/cases/{id}/card", "application/json")).Brief);
        Assert.Empty((await administrator.GetAsync("/desk", "application/json")).Json.GetProperty("cases").EnumerateArray());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Queues_health_lists_keys_and_mass_re_issues_are_told_and_few_are_not(bool onPostgres)
    {
        await using var host = await DeskHost.StartAsync(onPostgres ? postgres : null);
        var administrator = await host.OfficerAsync(OfficerRole.Administrator, "Ada Root");
        await AddCasesAsync(host, "submitted", 9);
        await AddCasesAsync(host, "pending-decision", 10);
        await AddCasesAsync(host, "in-appeal", 1001);
        await host.Get<StatusIndexes>().OpenAheadAsync(30_000, Ct);
        await host.Get<StatusPublisher>().PublishAsync(Ct);
        await host.Get<Reissues>().StartAsync("gone", null, RevocationGround.KeyCompromise, Ct);
        host.Clock.Now += TimeSpan.FromMinutes(7);

        var report = (await administrator.GetAsync("/operator", "application/json")).Json;
        var queues = report.GetProperty("queues").EnumerateArray().ToDictionary(queue => queue.StringMember("name")!, queue => queue.StringMember("length"));
        Assert.Equal(("< 10", "10", "> 1000"), (queues["submitted"], queues["pending-decision"], queues["in-appeal"]));
        Assert.All(report.GetProperty("health").EnumerateArray(), part => Assert.True(part.GetProperty("answers").GetBoolean()));
        Assert.Equal((3, 420), (report.GetProperty("status_lists").GetInt32(), report.GetProperty("status_list_age").GetInt32()));
        Assert.Equal(JsonValueKind.Null, report.GetProperty("bundle_age").ValueKind);
        Assert.Contains(report.GetProperty("keys").EnumerateArray(), key => (key.StringMember("role"), key.StringMember("state")) == (nameof(KeyRole.Status), nameof(KeyState.Active)));
        Assert.Equal("gone", Assert.Single(report.GetProperty("reissues").EnumerateArray()).StringMember("kid"));
    }

    [Theory]
    [InlineData(0, "< 10")]
    [InlineData(9, "< 10")]
    [InlineData(10, "10")]
    [InlineData(1000, "1000")]
    [InlineData(1001, "> 1000")]
    public void A_figure_is_said_between_its_bounds(long count, string said) => Assert.Equal(said, new QueueLength(count).ToString());

    [Theory]
    [InlineData("desk", "desk", "officers")]
    [InlineData("operator", "operator")]
    public async Task The_description_names_every_endpoint_that_is_mapped_and_no_other(string document, params string[] paths)
    {
        await using var host = await DeskHost.StartAsync();
        var described = (await host.Browser().GetAsync($"/openapi/{document}.json", "application/json")).Json.GetProperty("paths").EnumerateObject()
            .SelectMany(path => path.Value.EnumerateObject().Where(verb => verb.Value.TryGetProperty("summary", out _) || path.Name == "/officers/signin")
                .Select(verb => $"{verb.Name.ToUpperInvariant()} {path.Name}"));
        var mapped = host.Get<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => paths.Contains(endpoint.RoutePattern.RawText!.TrimStart('/').Split('/')[0]))
            .SelectMany(endpoint => endpoint.Metadata.GetRequiredMetadata<HttpMethodMetadata>().HttpMethods.Select(verb => $"{verb} {endpoint.RoutePattern.RawText}"));
        Assert.Equal(mapped.Order(StringComparer.Ordinal), described.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task The_description_says_what_goes_in_and_what_comes_out()
    {
        await using var host = await DeskHost.StartAsync();
        var desk = (await host.Browser().GetAsync("/openapi/desk.json", "application/json")).Json;
        var proofing = desk.GetProperty("paths").GetProperty("/desk/cases/{id}/proofing").GetProperty("post");
        Assert.True(proofing.GetProperty("requestBody").GetProperty("content").TryGetProperty("application/json", out _));
        Assert.Superset(new HashSet<string> { "200", "400", "403", "409" }, proofing.GetProperty("responses").EnumerateObject().Select(answer => answer.Name).ToHashSet());
        Assert.True(desk.GetProperty("components").GetProperty("schemas").GetProperty("Proofing").GetProperty("properties").TryGetProperty("document_number", out _));
    }

    private static Task<int> AddCasesAsync(DeskHost host, string state, int count) => host.Get<Database>().WriteAsync(
        (connection, transaction) => connection.ExecuteAsync(
            "INSERT INTO applications (id, deployment, country, person_id, state, changed_at, attempt, version, reschedules, progress, created_at) VALUES (@id, 'card', 'AM', @id, @state, 0, 1, 0, 0, '{}', 0)",
            Enumerable.Range(0, count).Select(number => new { id = $"{state}-{number}", state }).ToArray(),
            transaction),
        Ct);
}
