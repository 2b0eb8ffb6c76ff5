using IdentityPlatform.OAuth.Protocol;

namespace IdentityPlatform.OAuth.Tests.Protocol;

/// <summary>The next step of a sign-in.</summary>
public sealed class AuthorizeDecisionTests
{
    private static readonly DateTimeOffset Received = new(2026, 5, 1, 12, 0, 0, 400, TimeSpan.Zero);
    private static readonly DateTimeOffset Now = Received.AddSeconds(30);
    private static readonly OwnerSession Old = new(Received.AddHours(-1), "passkey");
    private static readonly OwnerSession Fresh = new(Received.AddSeconds(10), "passkey");
    private static readonly StandingConsent Agreed = new(["openid", "profile"], Received.AddDays(-10));
    private static readonly StandingConsent AgreedNow = new(["openid", "profile"], Received.AddSeconds(20));

    [Fact]
    public void A_session_and_a_consent_issue() => Is<AuthorizeDecision.Issue>(Decide(Old, Agreed));

    [Fact]
    public void Nobody_signs_in() => Is<AuthorizeDecision.SignIn>(Decide(null, Agreed));

    [Fact]
    public void Prompt_login_signs_in_again() => Is<AuthorizeDecision.SignIn>(Decide(Old, Agreed, ("prompt", "login")));

    [Fact]
    public void Prompt_login_is_done_with_once() => Is<AuthorizeDecision.Issue>(Decide(Fresh, Agreed, ("prompt", "login")));

    [Fact]
    public void A_sign_in_of_the_same_millisecond_counts() =>
        Is<AuthorizeDecision.Issue>(Decide(new(DateTimeOffset.FromUnixTimeMilliseconds(Received.ToUnixTimeMilliseconds()), "passkey"), Agreed, ("prompt", "login")));

    [Theory]
    [InlineData("login")]
    [InlineData("select_account")]
    public void An_earlier_sign_in_of_the_same_second_does_not_count(string prompt) =>
        Is<AuthorizeDecision.SignIn>(Decide(new(Received.AddMilliseconds(-1), "passkey"), Agreed, ("prompt", prompt)));

    [Fact]
    public void An_earlier_consent_of_the_same_second_does_not_count() =>
        Is<AuthorizeDecision.Consent>(Decide(Old, new(Agreed.Scopes, Received.AddMilliseconds(-1)), ("prompt", "consent")));

    [Fact]
    public void Prompt_select_account_signs_in_again() => Is<AuthorizeDecision.SignIn>(Decide(Old, Agreed, ("prompt", "select_account")));

    [Theory]
    [InlineData("1")]
    [InlineData("0")]
    [InlineData("3599")]
    public void A_session_older_than_max_age_signs_in_again(string maxAge) => Is<AuthorizeDecision.SignIn>(Decide(Old, Agreed, ("max_age", maxAge)));

    [Theory]
    [InlineData("3630")]
    [InlineData("10000")]
    public void A_session_younger_than_max_age_issues(string maxAge) => Is<AuthorizeDecision.Issue>(Decide(Old, Agreed, ("max_age", maxAge)));

    [Fact]
    public void Max_age_0_is_done_with_once() => Is<AuthorizeDecision.Issue>(Decide(Fresh, Agreed, ("max_age", "0")));

    [Fact]
    public void Another_acr_steps_up() => Is<AuthorizeDecision.StepUp>(Decide(Old, Agreed, ("acr_values", "card other")));

    [Fact]
    public void An_acr_of_the_list_issues() => Is<AuthorizeDecision.Issue>(Decide(Old, Agreed, ("acr_values", "card passkey")));

    [Fact]
    public void A_wish_for_another_acr_is_asked_once() => Is<AuthorizeDecision.Issue>(Decide(Fresh, Agreed, ("acr_values", "card")));

    [Fact]
    public void No_consent_asks() => Is<AuthorizeDecision.Consent>(Decide(Old, null));

    [Fact]
    public void A_consent_to_less_asks() => Is<AuthorizeDecision.Consent>(Decide(Old, new(["openid"], Received.AddDays(-1))));

    [Fact]
    public void Prompt_consent_asks_again() => Is<AuthorizeDecision.Consent>(Decide(Old, Agreed, ("prompt", "consent")));

    [Fact]
    public void Prompt_consent_is_done_with_once() => Is<AuthorizeDecision.Issue>(Decide(Old, AgreedNow, ("prompt", "consent")));

    [Fact]
    public void Prompt_none_issues_without_a_page() => Is<AuthorizeDecision.Issue>(Decide(Old, Agreed, ("prompt", "none")));

    [Fact]
    public void Prompt_none_rejects_where_a_page_is_needed()
    {
        Assert.Equal(OAuthErrors.LoginRequired, Is<AuthorizeDecision.Reject>(Decide(null, Agreed, ("prompt", "none"))).Error);
        Assert.Equal(OAuthErrors.LoginRequired, Is<AuthorizeDecision.Reject>(Decide(Old, Agreed, ("prompt", "none"), ("max_age", "1"))).Error);
        Assert.Equal(OAuthErrors.ConsentRequired, Is<AuthorizeDecision.Reject>(Decide(Old, null, ("prompt", "none"))).Error);
        Assert.Equal(OAuthErrors.InteractionRequired, Is<AuthorizeDecision.Reject>(Decide(Old, Agreed, ("prompt", "none"), ("acr_values", "card"))).Error);
    }

    private static T Is<T>(AuthorizeDecision decision) => Assert.IsType<T>(decision);

    private static AuthorizeDecision Decide(OwnerSession? session, StandingConsent? consent, params (string Name, string Value)[] parameters) =>
        AuthorizeDecision.For(Requests.Parse(Received, [("scope", "openid profile"), .. parameters]), session, consent, Now);
}
