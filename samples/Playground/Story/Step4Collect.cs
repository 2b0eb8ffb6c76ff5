using IdentityPlatform.Formats;
using IdentityPlatform.Playground.People;
using IdentityPlatform.Playground.Programs;
using IdentityPlatform.Wallet.Cards;
using IdentityPlatform.Wallet.Issuance;
using Microsoft.Data.Sqlite;

namespace IdentityPlatform.Playground.Story;

/// <summary>The wallet collects the card: at home by authorization code, and across the desk by a spoken code.</summary>
internal sealed class Step4Collect(Cast cast, StoryTeller teller)
{
    private readonly Collector _collector = new(cast.Town.Http, cast.Town.Wallet, Neighbourhood.WalletCallback, TimeProvider.System);

    public async Task PlayAsync(CancellationToken ct)
    {
        await TryForgeryAsync(ct);
        var across = await CollectAcrossTheDeskAsync(wrongGuess: true, ct);
        teller.CheckEqual("across the desk: a wrong transaction code is refused, the spoken one gives a batch", "10 copies", across);
        var home = await CollectAtHomeAsync(ct);
        teller.CheckEqual("at home: authorization code with issuer_state, DPoP and a nonce give a batch", "10 copies", Count(home));
        CheckBatch(((CollectionOutcome.Collected)home).Copies);
    }

    /// <summary>Takes an offer at home: the person signs in at the issuer in the browser that the wallet opened.</summary>
    public Task<CollectionOutcome> CollectAtHomeAsync(CancellationToken ct) => CollectAtHomeAsync(cast.Holder, cast.Town.CardIssuer, ct);

    /// <summary>The same for anybody, at any issuer, and in another form than the first that is offered.</summary>
    public async Task<CollectionOutcome> CollectAtHomeAsync(Person person, ChildProgram issuer, CancellationToken ct, string? form = null)
    {
        var shown = await person.Browser.PostAsync($"{issuer.Url}/card/offer", _ => { }, ct);
        var offer = await ReadOfferAsync(shown, ct);
        var (pending, refused) = await _collector.AuthorizeAsync(form is null ? offer : offer.Taking(form), ct);
        if (pending is null)
        {
            return refused!;
        }

        var page = await person.Browser.OpenAsync(pending.Url, Neighbourhood.WalletCallback, ct);
        if (PageForm.WithButton(page, "decision", "yes") is { } consent)
        {
            page = await person.Browser.SubmitAsync(consent.Action, new(consent.Values()) { ["decision"] = "yes" }, Neighbourhood.WalletCallback, ct);
        }

        var outcome = await _collector.CollectAsync(pending, page.Query, ct);
        Keep(person, outcome);
        return outcome;
    }

    // Somebody with the database in hand puts A's assertion under B's decision: the rows say "approved", the signer does not.
    private async Task TryForgeryAsync(CancellationToken ct)
    {
        var honest = await ReadAssertionsAsync(ct);
        await WriteAssertionAsync(honest[1].Id, honest[0].Assertion, ct);
        var outcome = await CollectAtHomeAsync(ct);
        await WriteAssertionAsync(honest[1].Id, honest[1].Assertion, ct);
        teller.CheckEqual("a decision forged in the database is refused by the minting signer", "credential_request_denied", (outcome as CollectionOutcome.Refused)?.Error);
    }

    private async Task<string> CollectAcrossTheDeskAsync(bool wrongGuess, CancellationToken ct)
    {
        var shown = await cast.OfficerA.Browser.PostAsync($"{cast.Town.CardIssuer.Url}/desk/cases/{cast.CaseId}/offer", _ => { }, ct);
        var offer = await ReadOfferAsync(shown, ct);
        var spoken = shown.Json.StringMember("tx_code") ?? throw new StoryFailedException("the desk spoke no transaction code");
        var wrong = spoken == "000000" ? "000001" : "000000";
        if (wrongGuess && await _collector.CollectAsync(offer, wrong, ct) is not CollectionOutcome.Refused { Step: "token", Error: "invalid_grant" })
        {
            throw new StoryFailedException("a wrong transaction code was not refused");
        }

        var outcome = await _collector.CollectAsync(offer, spoken, ct);
        Keep(cast.Holder, outcome);
        return Count(outcome);
    }

    private async Task<CredentialOffer> ReadOfferAsync(BrowserAnswer shown, CancellationToken ct)
    {
        var link = shown.Json.StringMember("link") ?? throw new StoryFailedException($"no offer was made: {shown.Status} {shown.Body}");
        return (await CredentialOffer.ReadAsync(link, cast.Town.Http, ct)).OrThrow();
    }

    private void CheckBatch(IReadOnlyList<CardCopy> copies)
    {
        var keys = copies.Select(copy => copy.Card.Claims.GetProperty("cnf").GetRawText()).Distinct().Count();
        teller.CheckEqual("each copy is bound to a fresh key of its own", "10", $"{keys}");
        var indices = copies.Select(Index).Order().ToList();
        var steps = indices.Zip(indices.Skip(1), (a, b) => b - a).Distinct().Count();
        teller.Check("status indices are distinct and follow no pattern", indices.Distinct().Count() == 10 && steps > 5);
        teller.Check("times are whole days, the same for all copies", copies.All(copy => Time(copy, "nbf") % 86400 == 0 && Time(copy, "exp") % 86400 == 0 && Time(copy, "exp") == Time(copies[0], "exp")));
    }

    private static long Index(CardCopy copy) => copy.Card.Claims.GetProperty("status").GetProperty("status_list").GetProperty("idx").GetInt64();

    private static long Time(CardCopy copy, string claim) => copy.Card.Claims.LongMember(claim) ?? 1;

    private static void Keep(Person person, CollectionOutcome outcome)
    {
        if (outcome is CollectionOutcome.Collected collected)
        {
            person.Wallet.Add(collected.Copies);
        }
    }

    private static string Count(CollectionOutcome outcome) => outcome is CollectionOutcome.Collected collected
        ? $"{collected.Copies.Count} copies"
        : $"refused at {((CollectionOutcome.Refused)outcome).Step}: {((CollectionOutcome.Refused)outcome).Error}";

    private async Task<List<(string Id, string Assertion)>> ReadAssertionsAsync(CancellationToken ct)
    {
        await using var connection = await OpenAsync(ct);
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT id, assertion FROM decisions WHERE application_id = $case ORDER BY decided_at, rowid";
        command.Parameters.AddWithValue("$case", cast.CaseId);
        await using var reader = await command.ExecuteReaderAsync(ct);
        var rows = new List<(string, string)>();
        while (await reader.ReadAsync(ct))
        {
            rows.Add((reader.GetString(0), reader.GetString(1)));
        }

        return rows.Count == 2 ? rows : throw new StoryFailedException($"{rows.Count} decisions are stored, not two");
    }

    private async Task WriteAssertionAsync(string id, string assertion, CancellationToken ct)
    {
        await using var connection = await OpenAsync(ct);
        await using var command = connection.CreateCommand();
        command.CommandText = "UPDATE decisions SET assertion = $assertion WHERE id = $id";
        command.Parameters.AddWithValue("$assertion", assertion);
        command.Parameters.AddWithValue("$id", id);
        await command.ExecuteNonQueryAsync(ct);
    }

    private async Task<SqliteConnection> OpenAsync(CancellationToken ct)
    {
        var connection = new SqliteConnection($"Data Source={cast.Town.CardIssuerDatabase};Default Timeout=10");
        await connection.OpenAsync(ct);
        return connection;
    }
}
