using System.Text.RegularExpressions;
using Dapper;
using IdentityPlatform.Hosting.Storage;
using IdentityPlatform.Issuer.Officers;
using IdentityPlatform.Issuer.Status;
using static IdentityPlatform.Issuer.Tests.Desk.CardLife;

namespace IdentityPlatform.Issuer.Tests.Desk;

/// <summary>
/// What the calendar and a mass re-issue ask on every node reaches its rows by an index on SQLite, whose planner is the simpler one:
/// a register of a country is not read through once a minute. The texts are those that were really sent.
/// </summary>
public sealed class SweepPlanTests
{
    // What marks the statements of sweeps, orders, mass re-issues and of the look at a card; tests send others.
    private static readonly string[] Marks =
    [
        "(until_at, id) > (", "(expires_day, id) > (", "(revoke_at, id) > (", "(changed_at, id) > (", "evidence_until <= @now", "sealed_at <= @until",
        "DELETE FROM card_copies", "DELETE FROM sessions WHERE handle_hash IN", "DELETE FROM card_offers", "DELETE FROM deferred_issuances WHERE id_hash IN",
        "UPDATE status_entries SET revoked = 1 FROM", "WITH locked AS", "UPDATE card_copies SET revoked = 1", "FROM card_copies WHERE id > @After",
        "FROM cards WHERE person_id = @value", "FROM cards WHERE application_id = @value", "revoke_at <= @until", "state = 'proposed' ORDER BY", "state = 'appealed' ORDER BY",
    ];

    // Tests that run beside this one speak to PostgreSQL.
    private static readonly string[] OfTheOther = ["FOR UPDATE", "ANY(", "json_array_elements"];

    [Fact]
    public async Task Every_statement_of_the_calendar_uses_an_index()
    {
        await using var host = await DeskHost.StartAsync();
        var (id, _, _, b) = await ActiveAsync(host);
        await b.GetAsync("/desk");
        await (await host.OfficerAsync(OfficerRole.AppealOfficer, "Carl Ohm")).GetAsync("/desk");
        await b.GetAsync($"/desk/cases/{id}/card");
        await host.Get<Reissues>().StartAsync("key", null, RevocationGround.KeyCompromise, TestContext.Current.CancellationToken);
        await host.Get<Reissues>().RunAsync(TestContext.Current.CancellationToken);
        await SweepAsync(host, TimeSpan.Zero);

        var sent = SqlMapper.GetCachedSQL().Select(entry => entry.Item2).Where(text => !OfTheOther.Any(word => text.Contains(word, StringComparison.Ordinal)))
            .Distinct(StringComparer.Ordinal).Where(text => Marks.Any(mark => text.Contains(mark, StringComparison.Ordinal))).ToList();
        Assert.All(Marks, mark => Assert.Contains(sent, text => text.Contains(mark, StringComparison.Ordinal)));
        var scans = await host.Get<Database>().ReadAsync(
            async connection =>
            {
                var found = new List<string>();
                foreach (var text in sent)
                {
                    var plan = await connection.QueryAsync($"EXPLAIN QUERY PLAN {Regex.Replace(text, @"IN (@\w+)", "IN ($1)")}", Nulls(text));
                    found.AddRange(plan.Select(row => (string)((IDictionary<string, object>)row)["detail"]).Where(IsScan).Select(line => $"{line} in: {text}"));
                }

                return found;
            },
            TestContext.Current.CancellationToken);
        Assert.Empty(scans);
    }

    // Values written out are no table.
    private static bool IsScan(string line) => line.StartsWith("SCAN ", StringComparison.Ordinal) && !line.Contains("INDEX", StringComparison.Ordinal)
        && !line.Contains("CONSTANT ROW", StringComparison.Ordinal) && !line.Contains("VALUES CLAUSE", StringComparison.Ordinal) && line != "SCAN gone";

    private static DynamicParameters Nulls(string text)
    {
        var parameters = new DynamicParameters();
        foreach (var name in Regex.Matches(text, "@([A-Za-z]\\w*)").Select(match => match.Groups[1].Value).Distinct(StringComparer.Ordinal))
        {
            parameters.Add(name, null);
        }

        return parameters;
    }
}
