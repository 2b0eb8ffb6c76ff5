using IdentityPlatform.Formats;
using Microsoft.Extensions.Logging;

namespace IdentityPlatform.Hosting.Tests.Passkeys;

/// <summary>The attacks that worked against the framework's default flow, and some more; each with the honest twin beside it.</summary>
public sealed class PasskeySignInTests : IAsyncLifetime
{
    private readonly ForgingAuthenticator _authenticator = new();
    private PasskeySite _site = null!;
    private PasskeyBrowser _browser = null!;

    public async ValueTask InitializeAsync()
    {
        _site = await PasskeySite.StartAsync();
        _browser = new(_site);
        Assert.Equal(200, (await _browser.RunAsync("/signup", _authenticator.Create)).Status);
    }

    public async ValueTask DisposeAsync()
    {
        _browser.Dispose();
        _authenticator.Dispose();
        await _site.DisposeAsync();
    }

    [Fact]
    public async Task An_assertion_of_counter_zero_signs_in_once_and_never_again()
    {
        var (ceremony, credential) = await _browser.BeginAsync("/signin", _authenticator.Get);

        Assert.Equal(200, (await _browser.CompleteAsync("/signin", ceremony, credential)).Status);
        var replayed = await _browser.CompleteAsync("/signin", ceremony, credential);

        Assert.Equal((400, "passkey_unknown_ceremony"), (replayed.Status, replayed.Error));
    }

    [Fact]
    public async Task An_assertion_for_another_challenge_is_refused()
    {
        var (_, old) = await _browser.BeginAsync("/signin", _authenticator.Get);
        var (ceremony, fresh) = await _browser.BeginAsync("/signin", _authenticator.Get);
        var (other, _) = await _browser.BeginAsync("/signin", _authenticator.Get);

        var refused = await _browser.CompleteAsync("/signin", other, old);
        Assert.Equal((403, "passkey_not_verified"), (refused.Status, refused.Error));
        Assert.Equal(200, (await _browser.CompleteAsync("/signin", ceremony, fresh)).Status);
    }

    [Fact]
    public async Task A_foreign_origin_is_refused_even_when_the_request_names_the_same()
    {
        _authenticator.Origin = "https://evil.example";
        await RefusedAsync(403, "passkey_foreign_origin");

        _authenticator.Origin = PasskeySite.Origin;
        await AcceptedAsync();
    }

    [Fact]
    public async Task A_frame_of_another_origin_is_refused()
    {
        _authenticator.ChangeClientData = data => data["crossOrigin"] = true;
        await RefusedAsync(403, "passkey_foreign_origin");

        _authenticator.ChangeClientData = data => data["topOrigin"] = "https://evil.example";
        await RefusedAsync(403, "passkey_foreign_origin");

        _authenticator.ChangeClientData = data => data.Remove("crossOrigin");
        await AcceptedAsync();
    }

    [Fact]
    public async Task A_foreign_relying_party_is_refused_whatever_the_host_header_says()
    {
        _authenticator.RpId = "evil.example";
        _browser.Client.DefaultRequestHeaders.Host = "evil.example";
        await RefusedAsync(403, "passkey_foreign_relying_party");

        _authenticator.RpId = PasskeySite.RpId;
        await AcceptedAsync();
    }

    [Fact]
    public async Task The_host_header_does_not_choose_the_relying_party()
    {
        _browser.Client.DefaultRequestHeaders.Host = "evil.example";
        var options = (await _browser.PostAsync("/signin/options", new { })).Json.ObjectMember("options")!.Value;
        Assert.Equal("localhost", options.StringMember("rpId"));
        Assert.Equal("required", options.StringMember("userVerification"));
    }

    [Theory]
    [InlineData(0x04)]
    [InlineData(0x01)]
    public async Task Presence_and_verification_are_both_needed(byte flags)
    {
        _authenticator.Flags = flags;
        await RefusedAsync(403, "passkey_user_not_verified");

        _authenticator.Flags = 0x05;
        await AcceptedAsync();
    }

    [Fact]
    public async Task A_ceremony_that_never_was_is_refused()
    {
        var (_, credential) = await _browser.BeginAsync("/signin", _authenticator.Get);
        var refused = await _browser.CompleteAsync("/signin", "no-such-ceremony", credential);
        Assert.Equal((400, "passkey_unknown_ceremony"), (refused.Status, refused.Error));
    }

    [Fact]
    public async Task A_ceremony_lives_five_minutes()
    {
        var (inTime, first) = await _browser.BeginAsync("/signin", _authenticator.Get);
        var (tooLate, second) = await _browser.BeginAsync("/signin", _authenticator.Get);

        _site.Clock.Advance(TimeSpan.FromMinutes(4));
        Assert.Equal(200, (await _browser.CompleteAsync("/signin", inTime, first)).Status);
        _site.Clock.Advance(TimeSpan.FromMinutes(2));
        var refused = await _browser.CompleteAsync("/signin", tooLate, second);
        Assert.Equal((400, "passkey_unknown_ceremony"), (refused.Status, refused.Error));
    }

    [Fact]
    public async Task A_registration_is_no_sign_in()
    {
        var (registration, _) = await _browser.BeginAsync("/signup", _authenticator.Create);
        var (_, credential) = await _browser.BeginAsync("/signin", _authenticator.Get);
        var refused = await _browser.CompleteAsync("/signin", registration, credential);
        Assert.Equal((400, "passkey_unknown_ceremony"), (refused.Status, refused.Error));
    }

    [Fact]
    public async Task Another_browser_cannot_complete_a_ceremony()
    {
        using var victim = new PasskeyBrowser(_site);
        await victim.BeginAsync("/signin", _authenticator.Get);
        var (ceremony, credential) = await _browser.BeginAsync("/signin", _authenticator.Get);

        var refused = await victim.CompleteAsync("/signin", ceremony, credential);

        Assert.Equal((403, "passkey_other_browser"), (refused.Status, refused.Error));
        await AcceptedAsync();
    }

    [Fact]
    public async Task A_browser_without_the_cookie_cannot_complete_a_ceremony()
    {
        using var bare = new PasskeyBrowser(_site);
        var (ceremony, credential) = await _browser.BeginAsync("/signin", _authenticator.Get);
        var refused = await bare.CompleteAsync("/signin", ceremony, credential);
        Assert.Equal((403, "passkey_other_browser"), (refused.Status, refused.Error));
    }

    [Fact]
    public async Task Two_tabs_of_one_browser_do_not_spoil_each_other()
    {
        var (first, credential) = await _browser.BeginAsync("/signin", _authenticator.Get);
        await _browser.BeginAsync("/signin", _authenticator.Get);
        Assert.Equal(200, (await _browser.CompleteAsync("/signin", first, credential)).Status);
    }

    [Fact]
    public async Task A_counter_that_goes_back_is_refused_and_reported()
    {
        _authenticator.SignCount = 7;
        await AcceptedAsync();

        await RefusedAsync(403, "passkey_counter_went_back");
        _authenticator.SignCount = 0;
        await RefusedAsync(403, "passkey_counter_went_back");
        Assert.Equal(2, _site.Logs.Lines.Count(line => line.Level == LogLevel.Warning && line.Text.Contains("went back", StringComparison.Ordinal)));

        _authenticator.SignCount = 8;
        await AcceptedAsync();
    }

    [Fact]
    public async Task A_passkey_that_nobody_registered_is_refused()
    {
        using var stranger = new ForgingAuthenticator { UserHandle = _authenticator.UserHandle };
        var refused = await _browser.RunAsync("/signin", stranger.Get);
        Assert.Equal((403, "passkey_unknown_passkey"), (refused.Status, refused.Error));
    }

    [Fact]
    public async Task The_handle_of_another_account_is_refused()
    {
        using var other = new ForgingAuthenticator();
        Assert.Equal(200, (await _browser.RunAsync("/signup", other.Create, "user-2")).Status);
        var own = _authenticator.UserHandle;

        _authenticator.UserHandle = other.UserHandle;
        await RefusedAsync(403, "passkey_not_verified");
        _authenticator.UserHandle = null;
        await RefusedAsync(403, "passkey_not_verified");

        _authenticator.UserHandle = own;
        await AcceptedAsync();
    }

    [Fact]
    public async Task A_signature_by_another_key_is_refused()
    {
        using var thief = new ForgingAuthenticator { CredentialId = _authenticator.CredentialId, UserHandle = _authenticator.UserHandle };
        var refused = await _browser.RunAsync("/signin", thief.Get);
        Assert.Equal((403, "passkey_not_verified"), (refused.Status, refused.Error));
        await AcceptedAsync();
    }

    [Fact]
    public async Task The_browser_is_marked_by_a_cookie_that_scripts_and_other_sites_never_see()
    {
        using var fresh = new PasskeyBrowser(_site);
        var answer = await fresh.PostAsync("/signin/options", new { });
        var cookie = Assert.Single(answer.Headers.GetValues("Set-Cookie"));
        Assert.StartsWith("site-ceremony=", cookie, StringComparison.Ordinal);
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=strict", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("max-age=300", cookie, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task No_id_handle_or_name_is_logged()
    {
        await AcceptedAsync();
        _authenticator.RpId = "evil.example";
        await RefusedAsync(403, "passkey_foreign_relying_party");
        using var other = new ForgingAuthenticator();
        Assert.Equal(200, (await _browser.RunAsync("/signup", other.Create, "user-2")).Status);
        (_authenticator.RpId, other.UserHandle) = (PasskeySite.RpId, _authenticator.UserHandle);
        Assert.Equal(403, (await _browser.RunAsync("/signin", other.Get)).Status);
        Assert.Contains(_site.Logs.Lines, line => line.Text.Contains("did not verify", StringComparison.Ordinal));

        string[] secrets = [Base64UrlText.Encode(_authenticator.CredentialId), _authenticator.UserHandle!, "Anahit"];
        Assert.DoesNotContain(_site.Logs.Lines, line => secrets.Any(secret => line.Text.Contains(secret, StringComparison.Ordinal)));
    }

    private async Task RefusedAsync(int status, string error)
    {
        var answer = await _browser.RunAsync("/signin", _authenticator.Get);
        Assert.Equal((status, error), (answer.Status, answer.Error));
        Assert.NotEmpty(answer.Json.StringMember("message")!);
    }

    private async Task AcceptedAsync()
    {
        var answer = await _browser.RunAsync("/signin", _authenticator.Get);
        Assert.Equal((200, "user-1"), (answer.Status, answer.Json.StringMember("user")));
    }
}
