using System.Text.Json;
using IdentityPlatform.IdP.Accounts;
using IdentityPlatform.IdP.Services;

namespace IdentityPlatform.IdP.Tests.Services;

public sealed class ClaimsAskedTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Profile_stands_for_the_verified_name_and_its_date_and_no_birthdate() =>
        Assert.Equal(["name", "given_name", "family_name", "verified_at"], ClaimsAsked.Of(["openid", "profile"], null).InUserInfo);

    [Fact]
    public void Openid_alone_asks_for_nothing_personal() => Assert.Empty(ClaimsAsked.Of(["openid", "email"], null).All);

    [Theory]
    [InlineData("""{"userinfo":{"birthdate":null}}""", "birthdate", "")]
    [InlineData("""{"userinfo":{"birthdate":{"essential":true}}}""", "birthdate", "")]
    [InlineData("""{"id_token":{"name":null}}""", "", "name")]
    [InlineData("""{"userinfo":{"email":null,"gender":null}}""", "", "")]
    [InlineData("""{"userinfo":{"name":"x"}}""", "", "")]
    [InlineData("""{"userinfo":[]}""", "", "")]
    public void The_claims_parameter_is_read_by_name(string json, string inUserInfo, string inIdToken)
    {
        var asked = ClaimsAsked.Of(["openid"], JsonElement.Parse(json));
        Assert.Equal((inUserInfo, inIdToken), (string.Join(' ', asked.InUserInfo), string.Join(' ', asked.InIdToken)));
    }

    [Fact]
    [Trait("Safeguard", "SG8")]
    public void A_claim_that_no_registered_scope_covers_is_beyond()
    {
        var asked = ClaimsAsked.Of(["openid"], JsonElement.Parse("""{"userinfo":{"name":null}}"""));
        Assert.True(asked.IsBeyond(["openid"]));
        Assert.False(asked.IsBeyond(["openid", "profile"]));
        Assert.False(ClaimsAsked.Of(["openid"], null).IsBeyond(["openid"]));
    }

    [Fact]
    public void A_name_of_one_part_has_no_space_and_an_absent_claim_is_left_out()
    {
        var identity = VerifiedIdentity.After(null, new Dictionary<string, string> { ["family_name"] = "Айгуль" }, Now, Now.AddDays(1));
        var released = ReleasedClaims.Of(ClaimsAsked.Known, identity);
        Assert.Equal("Айгуль", released["name"]);
        Assert.Equal("2026-11-21", released["verified_at"]);
        Assert.Equal(["name", "family_name", "verified_at"], released.Keys);
    }

    [Fact]
    public void A_card_without_a_name_renews_the_assurance_and_leaves_the_older_name_its_own_time()
    {
        var named = VerifiedIdentity.After(null, new Dictionary<string, string> { ["given_name"] = "Юлия" }, Now, Now.AddDays(10));
        var renewed = VerifiedIdentity.After(named, new Dictionary<string, string>(), Now.AddDays(5), Now.AddDays(90));
        Assert.Equal(Now.AddDays(10).ToUnixTimeSeconds(), renewed.Attributes!.ExpiresAt);
        Assert.Null(VerifiedIdentity.At(renewed, Now.AddDays(10))!.Attributes);
        Assert.Equal(Assurance.InPerson, VerifiedIdentity.AssuranceAt(renewed, Now.AddDays(89)));
        Assert.Equal(Assurance.SelfDeclared, VerifiedIdentity.AssuranceAt(renewed, Now.AddDays(90)));
        Assert.Null(VerifiedIdentity.At(renewed, Now.AddDays(90)));
    }

    [Fact]
    public void What_is_written_of_an_identity_is_read_again()
    {
        var identity = VerifiedIdentity.After(null, new Dictionary<string, string> { ["given_name"] = "Юлия" }, Now, Now.AddDays(10));
        Assert.Equal(identity.ToJson(), VerifiedIdentity.FromJson(identity.ToJson()).ToJson());
        var plain = VerifiedIdentity.After(null, new Dictionary<string, string>(), Now, Now.AddDays(10));
        Assert.Equal(plain.ToJson(), VerifiedIdentity.FromJson(plain.ToJson()).ToJson());
    }
}
