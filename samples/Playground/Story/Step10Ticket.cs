using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.SdJwt;
using IdentityPlatform.Playground.People;
using IdentityPlatform.Playground.Programs;
using IdentityPlatform.Wallet.Cards;
using IdentityPlatform.Wallet.Issuance;
using IdentityPlatform.Wallet.Presentation;

namespace IdentityPlatform.Playground.Story;

/// <summary>Two officers decide an event; the person shows nothing but an age, gets a ticket, and shows it where there is no network.</summary>
internal sealed partial class Step10Ticket(Cast cast, StoryTeller teller)
{
    private ChildProgram Issuer => cast.Town.EventsIssuer;

    public async Task PlayAsync(CancellationToken ct)
    {
        var id = await DecideAsync(ct);
        using var visitor = new Browser();
        var used = await ShowAgeAsync(visitor, id, ct);
        var ticket = await CollectAsync(visitor, SdJwtForm, ct);
        await ShowAgeAsync(visitor, id, ct);
        var mdoc = await CollectAsync(visitor, MdocForm, ct);
        await LookAsync(used, ct);
        teller.Check("it has no name and no card number", !ticket.Card.Claims.EnumerateObject().Any(claim => claim.Name is "family_name" or "document_number" or "account"));
        await new TicketDoors(cast, teller).PlayAsync(ticket, mdoc, id, ct);
    }

    private const string SdJwtForm = "event-admission";
    private const string MdocForm = "event-admission-mdoc";

    private string _handle = string.Empty;

    private async Task<string> DecideAsync(CancellationToken ct)
    {
        await Step1Enrol.EnrolAsync(Issuer, cast.Events.A, "operator", "yerevan", ct);
        await Step1Enrol.EnrolAsync(Issuer, cast.Events.B, "supervisor", "yerevan", ct);
        var proposed = await cast.Events.A.Passkeys.AssertAsync($"{Issuer.Url}/desk/events/words", WriteProposal, ct);
        var id = proposed.Json.StringMember("id") ?? throw new StoryFailedException($"no event was proposed: {proposed.Status} {proposed.Body}");
        using var early = new Browser();
        var undecided = await early.PostAsync($"{Issuer.Url}/events/{id}/ticket", json => json.WriteString("admission_class", "general"), ct);
        teller.CheckEqual("an event that one officer proposed gives no tickets", "404", $"{undecided.Status}");

        void Approve(Utf8JsonWriter json)
        {
            json.WriteString("step", "approve");
            json.WriteString("event", id);
        }

        var alone = await cast.Events.A.Passkeys.AssertAsync($"{Issuer.Url}/desk/events/words", Approve, ct);
        teller.CheckEqual("the same officer cannot approve it", "same_officer", alone.Json.StringMember("error"));
        var approved = await cast.Events.B.Passkeys.AssertAsync($"{Issuer.Url}/desk/events/words", Approve, ct);
        teller.CheckEqual("another officer approves: the event is decided, and none of its tickets has to be", "decided", approved.Json.StringMember("state"));
        return id;
    }

    private async Task<CardCopy> ShowAgeAsync(Browser visitor, string id, CancellationToken ct)
    {
        var asked = await visitor.PostAsync($"{Issuer.Url}/events/{id}/ticket", json => json.WriteString("admission_class", "seated"), ct);
        _handle = asked.Json.StringMember("id") ?? throw new StoryFailedException($"no card was asked for: {asked.Status} {asked.Body}");
        var fetched = await Wallet.Presentation.PresentationRequest.FetchAsync(asked.Json.StringMember("scan")!, cast.Town.ReaderAnchors, cast.Town.Http, DateTimeOffset.UtcNow, ct);
        if (fetched.Failed(out var failure, out var request))
        {
            throw new StoryFailedException($"the wallet does not trust the request: {failure.Fact}");
        }

        teller.CheckEqual(
            "the wallet is asked for the age of 14, and for no other claim",
            """[{"path":["age_equal_or_over","14"]}]""",
            request.Query.GetProperty("credentials")[0].GetProperty("claims").GetRawText().Replace(" ", string.Empty, StringComparison.Ordinal));
        var copy = DcqlMatch.Find(request.Query, cast.Holder.Wallet)?[0].Copy ?? throw new StoryFailedException("the wallet has no card to show");
        var answer = await new Presenter(cast.Town.Http, cast.Holder.Wallet, TimeProvider.System).PresentAsync(request, ct);
        teller.Check("it shows a fresh copy of the card, nobody signs in, and a place is held", answer is { Taken: true } && await OfferedAsync(visitor, ct));
        return copy;
    }

    private async Task<bool> OfferedAsync(Browser visitor, CancellationToken ct) =>
        (await visitor.PostAsync($"{Issuer.Url}/tickets/result", json => json.WriteString("id", _handle), ct)).Json.StringMember("state") == "offered";

    private async Task<CardCopy> CollectAsync(Browser visitor, string form, CancellationToken ct)
    {
        var page = (await visitor.OpenAsync($"{Issuer.Url}/tickets/offer?id={_handle}", ct: ct)).Body;
        var (link, code) = (WebUtility.HtmlDecode(OfferLink().Match(page).Groups[1].Value), TransactionCode().Match(page).Groups[1].Value);
        var offer = (await CredentialOffer.ReadAsync(link, cast.Town.Http, ct)).OrThrow().Taking(form);
        var collector = new Collector(cast.Town.Http, cast.Town.Wallet, Neighbourhood.WalletCallback, TimeProvider.System);
        var outcome = await collector.CollectAsync(offer, code, ct);
        var ticket = outcome is CollectionOutcome.Collected { Copies: [var one] } ? one : throw new StoryFailedException($"no ticket was collected: {(outcome as CollectionOutcome.Refused)?.Error}");
        var seats = ticket.Find(ticket.Mdoc is null ? ClaimPath.Of("seat") : ClaimPath.Of(ticket.Type, "seat"));
        teller.Check($"the wallet collected one ticket ({ticket.Format}), with a key of its own and seat {(seats is [var seat] ? seat : null)}", seats.Count == 1);
        teller.Check("one presentation, one ticket: the offer gives no second one", await collector.CollectAsync(offer, code, ct) is CollectionOutcome.Refused { Step: "token" });
        return ticket;
    }

    // What somebody finds who opens the files of the events office.
    private async Task LookAsync(CardCopy used, CancellationToken ct)
    {
        using var key = used.Key();
        string[] traces = [key.PublicKey.ThumbprintText(), used.Card.Claims.StringMember("document_number")!, used.Card.Claims.StringMember("family_name")!, .. used.Issued.Split('~', StringSplitOptions.RemoveEmptyEntries)[1..]];
        var found = 0;
        foreach (var file in Directory.GetFiles(cast.Town.Places.Data, "events-issuer*").Concat(Directory.GetFiles(Path.Combine(cast.Town.Places.Data, "events-issuer-signer"))))
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var reader = new StreamReader(stream);
            var text = await reader.ReadToEndAsync(ct);
            found += traces.Count(trace => text.Contains(trace, StringComparison.Ordinal));
        }

        teller.CheckEqual("in the databases and logs of the events office there is nothing of the card", "0", $"{found}");
    }

    private static void WriteProposal(Utf8JsonWriter json)
    {
        // By the clock of the centre; the doors are open already.
        var starts = DateTimeOffset.UtcNow.ToOffset(TimeSpan.FromHours(4)).AddHours(1);
        json.WriteString("step", "propose");
        json.WriteString("event_name", "Вечер дудука");
        json.WriteString("venue_name", "Дом культуры");
        json.WriteString("venue_locality", "Ереван");
        json.WriteString("venue_country", "AM");
        json.WriteString("starts_at", Local(starts));
        json.WriteString("ends_at", Local(starts.AddHours(3)));
        json.WriteNumber("minimum_age", 14);
        json.WriteNumber("places_general", 200);
        json.WriteNumber("places_seated", 50);
        json.WriteBoolean("numbered_seated", true);
    }

    private static string Local(DateTimeOffset time) => time.ToString("yyyy-MM-dd'T'HH:mm", CultureInfo.InvariantCulture);

    [GeneratedRegex("href=\"(openid-credential-offer:[^\"]+)\"", RegexOptions.None, 1000)]
    private static partial Regex OfferLink();

    [GeneratedRegex("class=\"code\">([0-9]{6})<", RegexOptions.None, 1000)]
    private static partial Regex TransactionCode();
}
