using IdentityPlatform.Formats;
using IdentityPlatform.Wallet.Passkeys;

namespace IdentityPlatform.Hosting.Tests.Passkeys;

public sealed class PasskeyRegistrationTests : IAsyncLifetime
{
    private PasskeySite _site = null!;
    private PasskeyBrowser _browser = null!;

    public async ValueTask InitializeAsync()
    {
        _site = await PasskeySite.StartAsync(maxPasskeys: 2);
        _browser = new(_site);
    }

    public async ValueTask DisposeAsync()
    {
        _browser.Dispose();
        await _site.DisposeAsync();
    }

    [Fact]
    public async Task A_person_registers_a_passkey_and_signs_in_with_it_twice()
    {
        var authenticator = new SoftwareAuthenticator();

        var registered = await _browser.RunAsync("/signup", options => authenticator.Create(options, PasskeySite.Origin));
        Assert.Equal((200, "user-1"), (registered.Status, registered.Json.StringMember("user")));

        for (var i = 0; i < 2; i++)
        {
            var signedIn = await _browser.RunAsync("/signin", options => authenticator.Get(options, PasskeySite.Origin));
            Assert.Equal((200, "user-1"), (signedIn.Status, signedIn.Json.StringMember("user")));
            Assert.True(signedIn.Json.BooleanMember("backed_up"));
        }
    }

    [Fact]
    public async Task The_model_and_a_random_handle_are_stored_and_no_name()
    {
        using var authenticator = new ForgingAuthenticator { Aaguid = Guid.Parse("2fc0579f-8113-47ea-b116-bb5a8db9202a"), Flags = 0x0D };

        Assert.Equal(200, (await _browser.RunAsync("/signup", authenticator.Create)).Status);

        var passkey = Assert.Single(await _site.Store.OfUserAsync("user-1", TestContext.Current.CancellationToken));
        Assert.Equal(authenticator.Aaguid, passkey.Aaguid);
        Assert.True(passkey.BackupEligible);
        Assert.False(passkey.BackedUp);
        Assert.Equal(43, passkey.UserHandle.Length);
        Assert.DoesNotContain("user-1", passkey.UserHandle, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_options_ask_for_verification_and_a_resident_key_under_the_configured_domain()
    {
        var answer = await _browser.PostAsync("/signup/options", new { user = "user-1", display_name = new string('ж', 100) });

        var options = answer.Json.ObjectMember("options")!.Value;
        Assert.Equal("localhost", options.ObjectMember("rp")!.Value.StringMember("id"));
        Assert.Equal("required", options.ObjectMember("authenticatorSelection")!.Value.StringMember("residentKey"));
        Assert.Equal("required", options.ObjectMember("authenticatorSelection")!.Value.StringMember("userVerification"));
        Assert.Equal("anahit", options.ObjectMember("user")!.Value.StringMember("name"));
        Assert.Equal(new string('ж', 64), options.ObjectMember("user")!.Value.StringMember("displayName"));
        Assert.Equal([-7, -257], options.ArrayMember("pubKeyCredParams")!.Value.EnumerateArray().Select(p => p.LongMember("alg")!.Value));
    }

    [Fact]
    public async Task A_second_passkey_keeps_the_handle_and_the_first_is_excluded()
    {
        using var first = new ForgingAuthenticator();
        using var second = new ForgingAuthenticator();
        await _browser.RunAsync("/signup", first.Create);

        var answer = await _browser.PostAsync("/signup/options", new { user = "user-1" });
        var excluded = answer.Json.ObjectMember("options")!.Value.ArrayMember("excludeCredentials")!.Value;
        Assert.Equal(Base64UrlText.Encode(first.CredentialId), Assert.Single(excluded.EnumerateArray()).StringMember("id"));

        Assert.Equal(200, (await _browser.RunAsync("/signup", second.Create)).Status);
        Assert.Equal(first.UserHandle, second.UserHandle);
    }

    [Fact]
    public async Task One_passkey_more_than_allowed_is_refused()
    {
        using var first = new ForgingAuthenticator();
        using var second = new ForgingAuthenticator();
        using var third = new ForgingAuthenticator();

        Assert.Equal(200, (await _browser.RunAsync("/signup", first.Create)).Status);
        Assert.Equal(200, (await _browser.RunAsync("/signup", second.Create)).Status);
        var refused = await _browser.RunAsync("/signup", third.Create);
        Assert.Equal((409, "passkey_too_many_passkeys"), (refused.Status, refused.Error));
    }

    [Fact]
    public async Task The_passkey_of_another_account_is_refused_and_stays_with_it()
    {
        using var authenticator = new ForgingAuthenticator();
        Assert.Equal(200, (await _browser.RunAsync("/signup", authenticator.Create, "owner")).Status);

        var refused = await _browser.RunAsync("/signup", authenticator.Create, "thief");

        Assert.Equal((409, "passkey_already_registered"), (refused.Status, refused.Error));
        Assert.Empty(await _site.Store.OfUserAsync("thief", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_page_of_another_origin_is_refused_and_the_same_credential_from_ours_is_accepted()
    {
        using var authenticator = new ForgingAuthenticator { Origin = "http://localhost:6000" };
        var refused = await _browser.RunAsync("/signup", authenticator.Create);
        Assert.Equal((403, "passkey_foreign_origin"), (refused.Status, refused.Error));

        authenticator.Origin = PasskeySite.Origin;
        Assert.Equal(200, (await _browser.RunAsync("/signup", authenticator.Create)).Status);
    }

    [Fact]
    public async Task An_unverified_person_is_refused()
    {
        using var authenticator = new ForgingAuthenticator { Flags = 0x01 };
        var refused = await _browser.RunAsync("/signup", authenticator.Create);
        Assert.Equal((403, "passkey_user_not_verified"), (refused.Status, refused.Error));
    }

    [Fact]
    public async Task An_algorithm_that_was_not_offered_is_refused()
    {
        using var authenticator = new ForgingAuthenticator
        {
            Key = () => ForgingAuthenticator.Map((1, 2), (3, -35), (-1, 2), (-2, new byte[48]), (-3, new byte[48])),
        };
        var refused = await _browser.RunAsync("/signup", authenticator.Create);
        Assert.Equal((403, "passkey_not_verified"), (refused.Status, refused.Error));
    }
}
