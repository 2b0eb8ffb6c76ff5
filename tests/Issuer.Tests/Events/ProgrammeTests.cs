using System.Net;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Hosting.Keys;
using IdentityPlatform.Issuer.Catalogue;
using IdentityPlatform.Issuer.Events;
using IdentityPlatform.Issuer.Officers;
using IdentityPlatform.Issuer.Status;
using IdentityPlatform.Verifier.Bundle;
using IdentityPlatform.Wallet.Cards;
using IdentityPlatform.Wallet.Issuance;

namespace IdentityPlatform.Issuer.Tests.Events;

/// <summary>From a programme that two officers decide to a proof of taking part, for a card that was shown without a claim.</summary>
public sealed class ProgrammeTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_card_shown_without_a_claim_gives_one_proof_that_says_only_what_was_decided()
    {
        await using var host = await EventsHost.StartAsync();
        var id = await BegunAsync(host);
        var (_, asked) = await host.AskAsync(host.Browser(), id, "participant");
        Assert.Null(asked.Query.GetProperty("credentials")[0].Member("claims"));
        var proof = await ProofAsync(host, id);
        var claims = proof.Card.Claims;
        var always = SignedJwt.Parse(proof.Issued.Split('~')[0]).OrThrow().UnverifiedClaims.EnumerateObject().Select(member => member.Name).Where(name => !name.StartsWith('_'));
        Assert.Equal(["cnf", "exp", "iss", "nbf", "status", "vct", "vct#integrity"], always.Order(StringComparer.Ordinal));
        Assert.Equal((id, "Смена", "participant", true), (
            claims.StringMember("programme_id"), claims.StringMember("programme_name"), claims.StringMember("role"), claims.BooleanMember("guardian_consent")));
        Assert.Equal(("2026-11-23", "2026-12-04"), (claims.GetProperty("period").StringMember("start"), claims.GetProperty("period").StringMember("end")));
        Assert.Equal(new DateTimeOffset(2031, 12, 5, 0, 0, 0, TimeSpan.Zero).ToUnixTimeSeconds(), claims.LongMember("exp"));
    }

    [Fact]
    public async Task Proofs_of_a_programme_are_alike_but_for_key_and_entry()
    {
        await using var host = await EventsHost.StartAsync();
        var id = await BegunAsync(host);
        var first = (await ProofAsync(host, id)).Card.Claims;
        host.Clock.Now += TimeSpan.FromDays(3);
        var second = (await ProofAsync(host, id)).Card.Claims;
        Assert.Equal((first.LongMember("nbf"), first.LongMember("exp")), (second.LongMember("nbf"), second.LongMember("exp")));
        Assert.NotEqual(first.GetProperty("cnf").GetRawText(), second.GetProperty("cnf").GetRawText());
        Assert.NotEqual(first.GetProperty("status").GetRawText(), second.GetProperty("status").GetRawText());
    }

    [Fact]
    public async Task Nothing_is_given_before_it_begins_nor_thirty_days_after_it_ended()
    {
        await using var host = await EventsHost.StartAsync();
        var id = await host.DecidedAsync(EventsHost.Programme(start: "2026-11-28"));
        Assert.Equal(HttpStatusCode.NotFound, (await host.Browser().GetAsync($"/events/{id}")).Status);
        host.Clock.Now = new DateTimeOffset(2026, 11, 28, 0, 0, 0, TimeSpan.Zero);
        Assert.Equal(HttpStatusCode.OK, (await host.Browser().GetAsync($"/events/{id}")).Status);
        host.Clock.Now = new DateTimeOffset(2027, 1, 3, 23, 0, 0, TimeSpan.Zero);
        Assert.Equal(HttpStatusCode.OK, (await host.Browser().GetAsync($"/events/{id}")).Status);
        host.Clock.Now = new DateTimeOffset(2027, 1, 4, 0, 0, 0, TimeSpan.Zero);
        Assert.Equal(HttpStatusCode.NotFound, (await host.Browser().GetAsync($"/events/{id}")).Status);
    }

    [Fact]
    public async Task A_programme_is_in_no_list_and_an_event_is()
    {
        await using var host = await EventsHost.StartAsync();
        var (programme, concert) = (await BegunAsync(host), await host.DecidedAsync());
        var list = (await host.Browser().GetAsync("/", "application/json")).Body;
        Assert.Contains(concert, list, StringComparison.Ordinal);
        Assert.DoesNotContain(programme, list, StringComparison.Ordinal);
    }

    [Fact]
    public async Task There_are_as_many_proofs_as_take_part()
    {
        await using var host = await EventsHost.StartAsync();
        var id = await BegunAsync(host);
        Assert.Equal("escort", (await ProofAsync(host, id, "escort")).Card.Claims.StringMember("role"));
        Assert.Equal((409, "full"), (await host.OfferAsync(host.Browser(), id, new ShownCard(host.Cards), "escort")).Brief);
        await ProofAsync(host, id);
    }

    [Fact]
    public async Task A_cancelled_programme_has_no_good_proofs()
    {
        await using var host = await EventsHost.StartAsync();
        var id = await BegunAsync(host);
        var (a, b) = (await host.OfficerAsync(OfficerRole.Operator, "Вера"), await host.OfficerAsync(OfficerRole.Supervisor, "Глеб"));
        var proof = await ProofAsync(host, id);
        Assert.Equal(0, EventDeskTests.Status(host, EventDeskTests.EntryOf(proof.Card.Claims)));
        Assert.Equal((200, "cancel-proposed"), (await EventsHost.SayAsync(a, new { step = "propose-cancel", @event = id, ground = "wrong-data" })).Brief);
        Assert.Equal((200, "cancelled"), (await EventsHost.SayAsync(b, new { step = "confirm-cancel", @event = id })).Brief);
        Assert.Equal(1, EventDeskTests.Status(host, EventDeskTests.EntryOf(proof.Card.Claims)));
    }

    [Fact]
    public async Task The_issuers_bundle_carries_the_type_with_the_integrity_that_a_proof_names()
    {
        await using var host = await EventsHost.StartAsync();
        var type = host.Get<Deployment>().Types[1];
        var proof = await ProofAsync(host, await BegunAsync(host));
        var bundle = OfflineBundle.Parse(await host.Get<BundlePublisher>().BuildAsync(Ct), host.Get<Signer>().Active(KeyRole.BundleRoot).PublicKey).OrThrow();
        Assert.Equal([host.Get<Deployment>().Types[0].Vct, type.Vct], bundle.Content.Types.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(type.Metadata.Integrity, proof.Card.Claims.StringMember("vct#integrity"));
    }

    [Theory]
    [InlineData("start", "2026-12-05")]
    [InlineData("end", "2027-12-05")]
    [InlineData("start", "tomorrow")]
    [InlineData("type", "compatriot-card")]
    public async Task A_programme_that_does_not_fit_is_not_proposed(string member, string value)
    {
        await using var host = await EventsHost.StartAsync();
        var a = await host.OfficerAsync(OfficerRole.Operator, "Анна");
        var proposal = System.Text.Json.JsonSerializer.SerializeToNode(EventsHost.Programme())!;
        proposal[member] = value;
        Assert.Equal((400, "bad_request"), (await EventsHost.SayAsync(a, proposal)).Brief);
        Assert.Equal((200, "proposed"), (await EventsHost.SayAsync(a, EventsHost.Programme())).Brief);
    }

    [Fact]
    public void Facts_are_read_from_the_bytes_they_write_and_from_no_others()
    {
        var camp = TicketScene.Camp();
        var text = System.Text.Encoding.UTF8.GetString(camp.ToBytes());
        Assert.Equal(camp.ToBytes(), EventFacts.Parse(camp.ToBytes()).OrThrow().ToBytes());
        Assert.IsType<ProgrammeFacts>(EventFacts.Parse(camp.ToBytes()).OrThrow());
        var open = text.Replace("{\"guardian", "{ \"guardian", StringComparison.Ordinal);
        Assert.True(EventFacts.Parse(System.Text.Encoding.UTF8.GetBytes(open)).Failed(out var failure, out _));
        Assert.Equal(FormatRule.Structure, failure.Rule);
        var numbered = text.Replace("\"places\"", "\"numbered\":true,\"places\"", StringComparison.Ordinal);
        Assert.True(EventFacts.Parse(System.Text.Encoding.UTF8.GetBytes(numbered)).Failed(out failure, out _));
        Assert.Equal(FormatRule.Structure, failure.Rule);
    }

    [Fact]
    public async Task The_signer_mints_no_proof_of_what_two_officers_did_not_decide()
    {
        await using var scene = await TicketScene.StartAsync();
        var camp = TicketScene.Camp();
        ProgrammeFacts[] changed =
        [
            camp with { Name = "Другая" }, camp with { Start = camp.Start.AddDays(-1) }, camp with { End = camp.End.AddDays(1) }, camp with { GuardianConsent = false },
            camp with { MinimumAge = 0 }, camp with { Roles = [new AdmissionClass("participant", 500, false)] },
        ];
        foreach (var facts in changed)
        {
            await scene.RefusedAsync("ClaimsChanged", scene.Proof("t", facts, decisions: scene.Decisions(camp)));
        }

        await scene.RefusedAsync("TooFewDecisions", scene.Proof("t", camp, decisions: scene.Decisions(camp)[..1]));
        await scene.RefusedAsync("TypeNotDecided", scene.Proof("t", camp, configuration: "event-admission"));
        await scene.RefusedAsync("TypeNotDecided", scene.Order("t", configuration: "programme-participation"));
        await scene.RefusedAsync("NoSuchPlace", scene.Proof("t", camp, "volunteer"));
        await scene.MintedAsync(scene.Proof("1", camp));
        await scene.MintedAsync(scene.Proof("2", camp));
        await scene.RefusedAsync("EventFull", scene.Proof("3", camp));
    }

    [Fact]
    public async Task The_signer_mints_no_proof_before_the_first_day_nor_when_it_is_over()
    {
        await using var scene = await TicketScene.StartAsync();
        var camp = TicketScene.Camp();
        var later = camp with { Id = "later", Start = camp.Start.AddDays(2), End = camp.End.AddDays(2) };
        var over = camp with { Id = "over", Start = camp.Start.AddDays(-40), End = camp.End.AddDays(-33) };
        await scene.RefusedAsync("EventNotBegun", scene.Proof("t", later));
        await scene.RefusedAsync("EventOver", scene.Proof("t", over));
        await scene.MintedAsync(scene.Proof("t", over with { End = over.End.AddDays(2) }));
    }

    private static Task<string> BegunAsync(EventsHost host) => host.DecidedAsync(EventsHost.Programme());

    private static async Task<CardCopy> ProofAsync(EventsHost host, string id, string role = "participant") =>
        Assert.Single(Assert.IsType<CollectionOutcome.Collected>(await host.CollectAsync(await host.OfferAsync(host.Browser(), id, new ShownCard(host.Cards), role))).Copies);
}
