using System.Text.Json;
using System.Text.Json.Nodes;
using IdentityPlatform.Formats.SdJwt;
using IdentityPlatform.Verifier.Presentation;
using IdentityPlatform.Verifier.Tests.Scenarios;

namespace IdentityPlatform.Verifier.Tests.Checks;

public sealed class RequestTests
{
    [Fact]
    [Trait("Safeguard", "SG2")]
    public void More_than_was_asked_for_is_refused_and_named() =>
        Assert.Equal("""["family_name"]""", Scenario.Verify(s => s.Shown.Add(s.FamilyName)).IsRejected<Failure.OverDisclosure>().Path.ToString());

    [Fact]
    public void The_same_is_accepted_once_it_is_asked_for() =>
        Scenario.Verify(s =>
        {
            s.Shown.Add(s.FamilyName);
            s.Query = s.Query.Asking("family_name");
        }).IsAccepted();

    [Fact]
    public void A_valid_card_can_be_asked_for_without_any_claim() =>
        Assert.Empty(Scenario.Verify(s =>
        {
            s.Shown.Clear();
            s.Query = CredentialQuery.OfType("card", TestPki.CardType);
        }).IsAccepted().Credential.DisclosedPaths);

    [Fact]
    public void Then_any_claim_is_too_much() =>
        Scenario.Verify(s => s.Query = CredentialQuery.OfType("card", TestPki.CardType)).IsRejected<Failure.OverDisclosure>();

    [Fact]
    public void A_claim_that_is_not_shown_is_missing() =>
        Assert.Equal("""["age_equal_or_over","18"]""", Scenario.Verify(s => s.Shown.Remove(s.Over18)).IsRejected<Failure.ClaimMissing>().Path.ToString());

    [Fact]
    public void Another_age_than_asked_for_is_missing() =>
        Scenario.Verify(s => s.Query = CredentialQuery.OfType("card", TestPki.CardType).Asking("age_equal_or_over", "21")).IsRejected<Failure.ClaimMissing>();

    [Fact]
    public void Another_value_than_asked_for_is_refused() =>
        Scenario.Verify(s => s.Query = WithValue("false")).IsRejected<Failure.ValueNotRequested>();

    [Fact]
    public void The_value_asked_for_is_accepted() => Scenario.Verify(s => s.Query = WithValue("true")).IsAccepted();

    [Fact]
    public void A_value_of_another_type_is_not_the_value() => Scenario.Verify(s => s.Query = WithValue("\"true\"")).IsRejected<Failure.ValueNotRequested>();

    [Fact]
    public void One_of_several_sets_of_claims_is_enough()
    {
        var ages = new ClaimQuery("age", ClaimPath.Of("age_equal_or_over", "18"), []);
        var name = new ClaimQuery("name", ClaimPath.Of("family_name"), []);
        var query = CredentialQuery.OfType("card", TestPki.CardType).Asking(name).Asking(ages).WithClaimSets([["name"], ["age"]]);
        Scenario.Verify(s => s.Query = query).IsAccepted();
        Scenario.Verify(s =>
        {
            s.Query = query;
            s.Shown.Add(s.FamilyName);
        }).IsRejected<Failure.OverDisclosure>();
        Scenario.Verify(s =>
        {
            (s.Query, s.Shown[0]) = (query, s.FamilyName);
            s.Shown.RemoveAt(1);
        }).IsAccepted();
    }

    [Fact]
    public void A_set_names_its_claims_by_their_ids()
    {
        Scenario.Verify(s => s.Query = NameOrAge(["age"])).IsAccepted();
        Assert.Equal("""["family_name"]""", Scenario.Verify(s => s.Query = NameOrAge(["name"])).IsRejected<Failure.ClaimMissing>().Path.ToString());
    }

    [Fact]
    public void Where_no_set_holds_the_first_one_says_what_is_missing() => Assert.Equal(
        """["family_name"]""",
        Scenario.Verify(s =>
        {
            s.Shown.Clear();
            s.Query = NameOrAge(["name"], ["age"]);
        }).IsRejected<Failure.ClaimMissing>().Path.ToString());

    [Fact]
    public void One_of_several_values_is_enough() =>
        Scenario.Verify(s => s.Query = CredentialQuery.OfType("card", TestPki.CardType).AskingFor(ClaimPath.Of("age_equal_or_over", "18"), "yes", true)).IsAccepted();

    [Fact]
    public void One_of_several_items_with_the_value_is_enough()
    {
        Scenario.Verify(s => AddNationalities(s, ["RU"], both: true)).IsAccepted();
        Scenario.Verify(s => AddNationalities(s, ["KZ"], both: true)).IsRejected<Failure.ValueNotRequested>();
    }

    [Fact]
    public void Items_of_an_array_are_selected_and_no_others()
    {
        Scenario.Verify(s => AddNationalities(s, ClaimPath.Of("nationalities", null))).IsAccepted();
        Scenario.Verify(s => AddNationalities(s, ClaimPath.Of("nationalities", 1))).IsRejected<Failure.ClaimMissing>();
        Scenario.Verify(s => AddNationalities(s, ClaimPath.Of("nationalities"))).IsAccepted();
        Assert.Equal(
            """["nationalities",0]""",
            Scenario.Verify(s =>
            {
                AddNationalities(s, ClaimPath.Of("nationalities", null));
                s.Query = new Scenario().Query;
            }).IsRejected<Failure.OverDisclosure>().Path.ToString());
    }

    private static CredentialQuery NameOrAge(params IEnumerable<System.Collections.Immutable.ImmutableArray<string>> sets) => CredentialQuery.OfType("card", TestPki.CardType)
        .Asking(new ClaimQuery("name", ClaimPath.Of("family_name"), []))
        .Asking(new ClaimQuery("age", ClaimPath.Of("age_equal_or_over", "18"), []))
        .WithClaimSets(sets);

    private static void AddNationalities(Scenario s, ClaimPath asked) => AddNationalities(s, new ClaimQuery(null, asked, []), both: false);

    private static void AddNationalities(Scenario s, IReadOnlyList<object> values, bool both) =>
        AddNationalities(s, CredentialQuery.OfType("card", "any").AskingFor(ClaimPath.Of("nationalities", null), values).Claims[0], both);

    private static void AddNationalities(Scenario s, ClaimQuery asked, bool both)
    {
        var (first, second) = (Scenario.Disclosure("\"AM\""), Scenario.Disclosure("\"RU\""));
        s.Payload["nationalities"] = new JsonArray(new JsonObject { ["..."] = Scenario.Digest(first) }, new JsonObject { ["..."] = Scenario.Digest(second) });
        s.Shown.AddRange(both ? [first, second] : [first]);
        s.Query = s.Query.Asking(asked);
    }

    private static CredentialQuery WithValue(string json) =>
        CredentialQuery.OfType("card", TestPki.CardType).Asking(new ClaimQuery(null, ClaimPath.Of("age_equal_or_over", "18"), [JsonElement.Parse(json)]));
}
