using System.Text.Json.Nodes;
using IdentityPlatform.Issuer.Catalogue;

namespace IdentityPlatform.Issuer.Tests.Catalogue;

/// <summary>Tickets: a third deployment of the same program, in which nobody is known.</summary>
public sealed class EventCatalogueTests
{
    [Fact]
    public void The_shipped_ticket_is_read_in_both_formats()
    {
        var events = CatalogueFiles.Events();
        var ticket = events.Types[0];
        Assert.Equal(("event-admission", "https://example.org/vct/event-admission/1", "org.example.admission.1"), (ticket.Id, ticket.Vct, ticket.Mdoc?.DocType));
        Assert.Equal((true, true, 1), (events.IsOfEvents, ticket.IsOfEvent, ticket.BatchSize));
        Assert.Equal(["event_id", "event_name", "venue", "starts_at", "ends_at", "admission_class", "seat"], ticket.Claims.Select(claim => claim.Name));
        Assert.Equal(["name", "locality", "country"], ticket.Claims[2].Members.Select(member => member.Name));
        Assert.False(CatalogueFiles.Shipped().IsOfEvents);
        Assert.False(CatalogueFiles.Card().IsOfEvent);
    }

    [Fact]
    public void The_shipped_ticket_has_no_forbidden_field() =>
        Assert.All(CatalogueFiles.Events().Types.SelectMany(type => type.Paths()).SelectMany(path => path.Path), part => Assert.Null(part is null ? null : ForbiddenFields.Find(part)));

    [Theory]
    [InlineData("document")]
    [InlineData("declared")]
    [InlineData("sign_in")]
    public void A_ticket_cannot_say_anything_of_its_holder(string source) => Assert.Equal(
        CatalogueRule.BadValue,
        Assert.Throws<CatalogueException>(() => CatalogueFiles.ParseAdmission(json => Add(json, source))).Rule);

    [Fact]
    public void A_ticket_can_say_more_of_its_event() =>
        Assert.Contains(CatalogueFiles.ParseAdmission(json => Add(json, "event")).Claims, claim => claim.Name == "added");

    [Theory]
    [InlineData("batch_size", 10)]
    [InlineData("copy_validity_days", 90)]
    [InlineData("card_validity_months", 12)]
    public void A_ticket_has_one_copy_and_ends_with_its_event(string member, int value) =>
        Assert.Equal(CatalogueRule.UnknownMember, Assert.Throws<CatalogueException>(() => CatalogueFiles.ParseAdmission(json => json[member] = value)).Rule);

    [Fact]
    public void The_shipped_proof_of_taking_part_names_nobody_and_outlives_its_programme()
    {
        var proof = CatalogueFiles.Events().Types[1];
        Assert.Equal(("programme-participation", "https://example.org/vct/programme-participation/1", null), (proof.Id, proof.Vct, proof.Mdoc));
        Assert.Equal((true, true, 1, 60), (proof.IsOfEvent, proof.IsOfProgramme, proof.BatchSize, proof.CardValidityMonths));
        Assert.False(CatalogueFiles.Events().Types[0].IsOfProgramme);
        Assert.Equal(["programme_id", "programme_name", "role", "period", "guardian_consent"], proof.Claims.Select(claim => claim.Name));
        Assert.Equal(["participant", "competitor", "escort", "volunteer"], proof.PlaceWords.Select(word => word.Word));
    }

    [Theory]
    [InlineData("batch_size", CatalogueRule.UnknownMember)]
    [InlineData("card_validity_months", CatalogueRule.MissingMember)]
    public void A_proof_has_one_copy_and_a_term_of_its_own(string member, CatalogueRule rule) =>
        Assert.Equal(rule, Assert.Throws<CatalogueException>(() => CatalogueFiles.ParseParticipation(json =>
        {
            if (!json.Remove(member))
            {
                json[member] = 10;
            }
        })).Rule);

    [Fact]
    public void Nobody_is_asked_for_a_flag() => Assert.Equal(
        CatalogueRule.BadValue,
        Assert.Throws<CatalogueException>(() => CatalogueFiles.Parse(json =>
        {
            var claim = json["claims"]![0]!.DeepClone().AsObject();
            (claim["name"], claim["type"]) = ("added", "flag");
            claim.Remove("mdoc");
            json["claims"]!.AsArray().Add(claim);
        })).Rule);

    [Fact]
    public void Who_issues_tickets_issues_no_cards()
    {
        var card = File.ReadAllText(Path.Combine(CatalogueFiles.Directory, "compatriot-card.json"));
        using var copy = new DeploymentCopy(CatalogueFiles.EventsDirectory, "deployment.json", json => json["credential_types"] = new JsonArray("event-admission.json", "compatriot-card.json"));
        File.WriteAllText(Path.Combine(copy.Folder, "compatriot-card.json"), card);
        Assert.Equal(CatalogueRule.BadValue, Assert.Throws<CatalogueException>(copy.Load).Rule);
    }

    private static void Add(JsonObject json, string source)
    {
        var claim = json["claims"]![0]!.DeepClone().AsObject();
        (claim["name"], claim["source"]) = ("added", source);
        claim.Remove("mdoc");
        json["claims"]!.AsArray().Add(claim);
    }
}
