using IdentityPlatform.Formats;
using IdentityPlatform.Issuer.Desk;
using IdentityPlatform.Issuer.Issuance;
using IdentityPlatform.Issuer.Signing;
using IdentityPlatform.Issuer.Status;
using IdentityPlatform.Issuer.Tests.Desk;

namespace IdentityPlatform.Issuer.Tests.Minting;

/// <summary>The same attack on what lets somebody act for a child: the signer holds to the child's age, whatever the web process says.</summary>
public sealed class RepresentationAttackTests
{
    private const string Type = "representation";

    [Fact]
    public async Task What_two_officers_decided_is_minted_with_what_nobody_may_hide_in_clear_and_nothing_else()
    {
        await using var scene = await AttackScene.StartAsync();
        var claims = Claims("2014-05-26", "2028-05-25");
        var credential = (await scene.MintedAsync(Order(scene, claims)))[0];
        var payload = StrictJson.ParseObject(Base64UrlText.Parse(credential.Split('.')[1], "the payload").OrThrow()).OrThrow().Element;
        Assert.Equal(
            ["_sd", "_sd_alg", "cnf", "exp", "iss", "nature_of_representation", "nbf", "powers", "status", "valid_until", "vct", "vct#integrity"],
            payload.EnumerateObject().Select(member => member.Name).Order(StringComparer.Ordinal));
        Assert.Equal(["services", "journeys"], payload.StringsMember("powers")!);
        Assert.Equal(("parent", "2028-05-25"), (payload.StringMember("nature_of_representation"), payload.StringMember("valid_until")));
    }

    [Theory]
    [Trait("Safeguard", "SG17")]
    [InlineData("2014-05-26", "2028-05-26", "2028-05-25")] // the fourteenth birthday: the child was not heard yet
    [InlineData("2011-05-26", "2029-05-26", "2029-05-25")] // the eighteenth
    [InlineData("2008-11-24", "2026-11-24", "2026-11-23")] // tomorrow
    [InlineData("2012-02-29", "2030-03-01", "2030-02-28")] // the eighteenth of who was born on 29 February
    public async Task No_day_on_which_the_child_is_of_age_or_unheard_is_minted_though_two_officers_signed_for_it(string born, string tooLate, string last)
    {
        await using var scene = await AttackScene.StartAsync();
        await scene.RefusedAsync("RepresentationTooLong", Order(scene, Claims(born, tooLate), lastDay: last));
        await scene.MintedAsync(Order(scene, Claims(born, last)));
    }

    [Fact]
    [Trait("Safeguard", "SG17")]
    public async Task Nobody_acts_for_who_is_of_age_or_not_born()
    {
        await using var scene = await AttackScene.StartAsync();
        await scene.RefusedAsync("RepresentationTooLong", Order(scene, Claims("2008-11-23", "2026-11-23")));
        await scene.RefusedAsync("RepresentationTooLong", Order(scene, Claims("2026-11-24", "2026-12-24")));
        await scene.MintedAsync(Order(scene, Claims("2026-11-23", "2026-12-24")));
    }

    [Fact]
    public async Task No_copy_outlasts_what_was_decided_and_a_day_ends_where_it_ends_first()
    {
        await using var scene = await AttackScene.StartAsync();
        var claims = Claims("2014-05-26", "2026-11-28");
        await scene.RefusedAsync("RepresentationTooLong", Order(scene, claims, lastDay: "2026-11-29"));
        var (today, end) = (Days.Of(scene.Clock.Now), Days.Of(new DateOnly(2026, 11, 28)) + 1);
        await scene.RefusedAsync("ValidityOutsideDecision", Order(scene, claims, validity: new CopyValidity(today, end)));
        await scene.MintedAsync(Order(scene, claims, validity: new CopyValidity(today, end, 14 * 60)));
    }

    [Fact]
    public async Task A_decision_about_a_card_is_none_about_acting_for_a_child_and_the_other_way_round()
    {
        await using var scene = await AttackScene.StartAsync();
        var claims = Claims("2014-05-26", "2028-05-25");
        await scene.RefusedAsync("TypeNotDecided", Order(scene, claims, decidedType: "compatriot-card"));
        await scene.RefusedAsync("TypeNotDecided", scene.Order(Decisions(scene, scene.Claims, Type)));
        await scene.MintedAsync(Order(scene, claims));
        await scene.MintedAsync(scene.Order());
    }

    [Fact]
    public async Task Another_child_more_powers_or_a_later_day_than_decided_mint_nothing()
    {
        await using var scene = await AttackScene.StartAsync();
        const string decided = """["services","journeys"]""";
        var honest = Order(scene, Claims("2014-05-26", "2027-05-25"));
        foreach (var changed in new[] { Claims("2014-05-27", "2027-05-25"), Claims("2014-05-26", "2027-06-25"), AttackScene.Of(Json("2014-05-26", "2027-05-25").Replace(decided, """["services","cards"]""", StringComparison.Ordinal)) })
        {
            await scene.RefusedAsync("ClaimsChanged", scene.Order(honest.Decisions, claims: changed, configuration: Type, details: Details(changed), validity: honest.Validity));
        }

        var strange = AttackScene.Of(Json("2014-05-26", "2027-05-25").Replace(decided, """["services","everything"]""", StringComparison.Ordinal));
        await scene.RefusedAsync("ClaimsUnfit", Order(scene, strange));
        await scene.MintedAsync(honest);
    }

    private static MintOrder Order(AttackScene scene, PersonClaims claims, string? lastDay = null, string decidedType = Type, CopyValidity? validity = null) => scene.Order(
        Decisions(scene, claims, decidedType), claims: claims, configuration: Type, details: Details(claims, lastDay),
        validity: validity ?? CopyValidity.From(scene.Signer.Settings.Deployment.Types[1], Details(claims, lastDay), Days.Of(scene.Clock.Now)));

    private static StoredDecision[] Decisions(AttackScene scene, PersonClaims claims, string type) =>
    [
        scene.A.Decide(DecisionKind.RecommendIssue, claims, TestCase.Now, scene.Roster, type: type),
        scene.B.Decide(DecisionKind.Approve, claims, TestCase.Now.AddMinutes(1), scene.Roster, type: type),
    ];

    private static CardDetails Details(PersonClaims claims, string? lastDay = null)
    {
        var today = DateOnly.FromDateTime(TestCase.Now.UtcDateTime);
        var last = DateOnly.Parse(lastDay ?? claims.Claims.StringMember("valid_until")!, System.Globalization.CultureInfo.InvariantCulture);
        return new CardDetails(DocumentNumber.WithCheckDigits("1234567890123"), today, last < today.AddMonths(24) ? last : today.AddMonths(24));
    }

    private static PersonClaims Claims(string born, string until) => AttackScene.Of(Json(born, until));

    private static string Json(string born, string until) => $$$"""
        {"nature_of_representation":"parent","powers":["services","journeys"],"valid_until":"{{{until}}}",
        "represented":{"family_name":"Щеглов","given_name":"Миша","birthdate":"{{{born}}}"},
        "account":{"iss":"http://localhost:5101","sub":"guardian"},"represented_account":{"iss":"http://localhost:5101","sub":"child"}}
        """;
}
