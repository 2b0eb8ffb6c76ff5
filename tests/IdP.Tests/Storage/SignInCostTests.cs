using System.Globalization;
using IdentityPlatform.Hosting.Storage;
using IdentityPlatform.Hosting.Tests.Servers;
using IdentityPlatform.IdP.Tests.Harness;
using IdentityPlatform.OAuth.RelyingParty;
using Microsoft.Extensions.DependencyInjection;

namespace IdentityPlatform.IdP.Tests.Storage;

/// <summary>
/// A whole sign-in commits what the table in docs/storage.md says, step by step. What the server does by itself once a minute
/// may fall into a step and only adds to it: of three sign-ins the smallest number counts.
/// </summary>
public sealed class SignInCostTests(PostgresServer server) : IClassFixture<PostgresServer>
{
    private const int Rounds = 3;

    [Fact]
    public async Task With_one_time_state_in_memory_or_Redis_a_sign_in_commits_what_the_table_says()
    {
        using var host = new IdpHost();
        Assert.Equal(string.Join("\n", Table(column: 1)), string.Join("\n", await LeastAsync(host)));
    }

    [Fact]
    public async Task With_one_time_state_in_the_database_a_sign_in_commits_what_the_table_says()
    {
        using var host = IdpHost.OnPostgres(await server.CreateDatabaseAsync(), await server.CreateDatabaseAsync());
        Assert.Equal(string.Join("\n", Table(column: 2)), string.Join("\n", await LeastAsync(host)));
    }

    private static async Task<List<string>> LeastAsync(IdpHost host)
    {
        var rounds = new List<List<(string Step, long Units)>>();
        for (var round = 0; round < Rounds; round++)
        {
            rounds.Add(await SignInAsync(host));
        }

        return [.. rounds[0].Select((step, index) => Line(step.Step, rounds.Min(round => round[index].Units)))];
    }

    private static async Task<List<(string Step, long Units)>> SignInAsync(IdpHost host)
    {
        var ct = TestContext.Current.CancellationToken;
        var database = host.Services.GetRequiredService<Database>();
        using var service = host.Service("service-one");
        using var person = await Person.WithAccountAsync(host);
        using var phone = person.OnOtherBrowser();
        var (steps, before) = (new List<(string, long)>(), database.UnitsOfWork);

        var start = await service.Client.StartAsync(new SignInRequest("openid profile offline_access"), ct);
        Count("pushed request");
        var page = await phone.Browser.OpenAsync(start.RedirectUrl);
        Assert.Equal("/signin", page.Url.AbsolutePath);
        Count("authorize, and the sign-in page");
        var back = (await phone.SignInAsync(page.Field("return"))).StringLocation();
        Count("passkey: options and answer");
        page = await phone.Browser.OpenAsync(back!);
        Assert.Equal("/consent", page.Url.AbsolutePath);
        Count("authorize, and the consent page");
        page = await Service.AgreeAsync(phone, page);
        Count("consent, and the code");
        var signedIn = Assert.IsType<SignInOutcome.SignedIn>(await service.ReceiveAsync(start, page));
        Count("code to tokens");
        Assert.NotNull(await service.Client.UserInfoAsync(signedIn.Tokens, signedIn.Subject, ct));
        Count("userinfo");
        Assert.NotNull(await service.Client.RefreshAsync(signedIn.Tokens, ct));
        Count("refresh");
        var (again, landed) = await service.SendAsync(phone, new SignInRequest("openid profile offline_access"));
        Assert.IsType<SignInOutcome.SignedIn>(await service.ReceiveAsync(again, landed));
        Count("signed in again, session and consent there");
        return steps;

        void Count(string step)
        {
            steps.Add((step, database.UnitsOfWork - before));
            before = database.UnitsOfWork;
        }
    }

    private static List<string> Table(int column) =>
    [
        .. File.ReadLines(Path.Combine(IdpHost.ExampleKeys(".."), "docs", "storage.md"))
            .SkipWhile(line => !line.StartsWith("| step |", StringComparison.Ordinal))
            .Skip(2)
            .TakeWhile(line => line.StartsWith('|'))
            .Select(line => line.Split('|', StringSplitOptions.TrimEntries))
            .Select(cells => Line(cells[1], long.Parse(cells[1 + column], CultureInfo.InvariantCulture))),
    ];

    private static string Line(string step, long units) => string.Create(CultureInfo.InvariantCulture, $"{step}: {units}");
}
