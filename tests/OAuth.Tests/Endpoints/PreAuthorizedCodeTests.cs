using System.Text.Json;
using System.Text.Json.Nodes;
using IdentityPlatform.OAuth.Protocol;
using IdentityPlatform.OAuth.Storage;
using IdentityPlatform.OAuth.Tests.Server;

namespace IdentityPlatform.OAuth.Tests.Endpoints;

/// <summary>The pre-authorised code across the desk (OpenID4VCI 1.0 §6).</summary>
public sealed class PreAuthorizedCodeTests : ServerTests
{
    [Fact]
    public async Task The_code_and_the_spoken_digits_give_tokens_for_what_was_offered()
    {
        var offer = await OfferAsync();
        Assert.Matches("^[0-9]{6}$", offer.TxCode);
        var tokens = await One.RedeemAtDeskAsync(offer.Code, offer.TxCode);
        Assert.Equal((200, "card"), (tokens.Status, tokens.Text("scope")));
        var seen = JsonNode.Parse(tokens.Text("id_token"))!;
        Assert.Equal((GrantTypes.PreAuthorizedCode, "case-7"), (seen["grant_type"]!.GetValue<string>(), seen["extra"]!["case"]!.GetValue<string>()));
        Assert.Equal(200, (await One.ResourceAsync(tokens.Text("access_token"), path: "/resource?scope=card")).Status);
    }

    [Fact]
    public async Task The_code_is_good_once()
    {
        var offer = await OfferAsync();
        await One.RedeemAtDeskAsync(offer.Code, offer.TxCode);
        (await One.RedeemAtDeskAsync(offer.Code, offer.TxCode)).IsError(Server, 400, OAuthErrors.InvalidGrant, Rule.PreAuthorizedCodeUnknown);
    }

    [Fact]
    public async Task Two_mistakes_do_not_burn_the_code()
    {
        var offer = await OfferAsync();
        for (var i = 0; i < 2; i++)
        {
            (await One.RedeemAtDeskAsync(offer.Code, Wrong(offer))).IsError(Server, 400, OAuthErrors.InvalidGrant, Rule.TxCodeWrong);
        }

        Assert.Equal(200, (await One.RedeemAtDeskAsync(offer.Code, offer.TxCode)).Status);
    }

    [Fact]
    public async Task Three_mistakes_do()
    {
        var offer = await OfferAsync();
        for (var i = 0; i < 3; i++)
        {
            (await One.RedeemAtDeskAsync(offer.Code, Wrong(offer))).IsError(Server, 400, OAuthErrors.InvalidGrant, Rule.TxCodeWrong);
        }

        (await One.RedeemAtDeskAsync(offer.Code, offer.TxCode)).IsError(Server, 400, OAuthErrors.InvalidGrant, Rule.PreAuthorizedCodeUnknown);
    }

    [Fact]
    public async Task Many_guesses_at_once_get_three_tries()
    {
        var offer = await OfferAsync();
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => One.RedeemAtDeskAsync(offer.Code, Wrong(offer))));
        Assert.Equal(3, Server.Log.Rules.Count(rule => rule == Rule.TxCodeWrong));
        Assert.Equal(17, Server.Log.Rules.Count(rule => rule == Rule.PreAuthorizedCodeUnknown));
    }

    [Fact]
    public async Task Missing_digits_are_no_guess()
    {
        var offer = await OfferAsync();
        for (var i = 0; i < 4; i++)
        {
            (await One.RedeemAtDeskAsync(offer.Code, null)).IsError(Server, 400, OAuthErrors.InvalidRequest, Rule.TxCodeMissing);
        }

        Assert.Equal(200, (await One.RedeemAtDeskAsync(offer.Code, offer.TxCode)).Status);
    }

    [Fact]
    public async Task Unexpected_digits_are_refused()
    {
        var offer = await OfferAsync(digits: null);
        Assert.Null(offer.TxCode);
        (await One.RedeemAtDeskAsync(offer.Code, "123456")).IsError(Server, 400, OAuthErrors.InvalidRequest, Rule.TxCodeUnexpected);
        Assert.Equal(200, (await One.RedeemAtDeskAsync(offer.Code, null)).Status);
    }

    [Fact]
    public async Task The_code_ends_after_ten_minutes()
    {
        var offer = await OfferAsync();
        Server.Clock.Advance(TimeSpan.FromMinutes(10));
        (await One.RedeemAtDeskAsync(offer.Code, offer.TxCode)).IsError(Server, 400, OAuthErrors.InvalidGrant, Rule.PreAuthorizedCodeUnknown);
    }

    [Fact]
    public async Task A_withdrawn_offer_is_dead()
    {
        var offer = await OfferAsync();
        await Server.Get<StoredGrants>().RevokeAsync(offer.GrantId, Ct);
        (await One.RedeemAtDeskAsync(offer.Code, offer.TxCode)).IsError(Server, 400, OAuthErrors.InvalidGrant, Rule.PreAuthorizedCodeUnknown);
    }

    [Fact]
    public async Task An_offer_for_one_wallet_is_for_no_other()
    {
        var offer = await OfferAsync(client: "two");
        (await One.RedeemAtDeskAsync(offer.Code, offer.TxCode)).IsError(Server, 400, OAuthErrors.InvalidGrant, Rule.PreAuthorizedCodeUnknown);
        Assert.Equal(200, (await Two.RedeemAtDeskAsync(offer.Code, offer.TxCode)).Status);
    }

    [Fact]
    public async Task An_invented_code_is_refused() =>
        (await One.RedeemAtDeskAsync("invented", "123456")).IsError(Server, 400, OAuthErrors.InvalidGrant, Rule.PreAuthorizedCodeUnknown);

    [Fact]
    public async Task A_missing_code_is_refused() =>
        (await One.RedeemAtDeskAsync("x", null, request => request.Form.Remove("pre-authorized_code")))
            .IsError(Server, 400, OAuthErrors.InvalidRequest, Rule.MissingParameter);

    [Fact]
    public async Task Fewer_than_six_digits_are_misuse() => await Assert.ThrowsAsync<ArgumentException>(() => OfferAsync(digits: 4));

    [Fact]
    public async Task A_scope_that_the_server_does_not_have_is_misuse() => await Assert.ThrowsAsync<ArgumentException>(() => OfferAsync(scope: "other"));

    private Task<PreAuthorizedOffer> OfferAsync(int? digits = 6, string? client = null, string scope = "card") => Server.Get<PreAuthorizedCodes>().OfferAsync(
        new()
        {
            Subject = TestOwner.Subject,
            Scopes = [scope],
            ClientId = client,
            TxCodeDigits = digits,
            Extra = JsonSerializer.SerializeToElement(new { @case = "case-7" }),
        },
        Ct);

    private static string Wrong(PreAuthorizedOffer offer) => offer.TxCode == "000000" ? "000001" : "000000";
}
