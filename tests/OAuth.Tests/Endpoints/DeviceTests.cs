using IdentityPlatform.OAuth.Protocol;
using IdentityPlatform.OAuth.Tests.Server;

namespace IdentityPlatform.OAuth.Tests.Endpoints;

/// <summary>Devices without a browser (RFC 8628).</summary>
public sealed class DeviceTests : ServerTests
{
    private TestClient Screen => field ??= new(Server, "screen", Server.Files.ClientOne);

    private DeviceRequests Devices => Server.Get<DeviceRequests>();

    [Fact]
    public async Task A_device_begins_with_two_codes_and_an_address()
    {
        var begun = (await BeginAsync()).Json;
        Assert.True(begun["device_code"]!.GetValue<string>().Length >= 43);
        Assert.Matches("^[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}$", begun["user_code"]!.GetValue<string>());
        Assert.Equal($"{TestServer.Issuer}/device", begun["verification_uri"]!.GetValue<string>());
        Assert.Equal($"{TestServer.Issuer}/device?user_code={begun["user_code"]}", begun["verification_uri_complete"]!.GetValue<string>());
        Assert.Equal((600, 5), (begun["expires_in"]!.GetValue<int>(), begun["interval"]!.GetValue<int>()));
    }

    [Fact]
    public async Task It_gets_tokens_when_the_person_has_agreed_and_once()
    {
        var (device, user) = await CodesAsync();
        (await PollAsync(device)).IsError(Server, 400, OAuthErrors.AuthorizationPending, Rule.DeviceCodePending);
        Assert.Equal("/device?outcome=approved", await AnswerAsync(user));
        var tokens = await PollAsync(device);
        Assert.Equal((200, "openid profile offline_access"), (tokens.Status, tokens.Text("scope")));
        Assert.Equal(200, (await Screen.ResourceAsync(tokens.Text("access_token"))).Status);
        Assert.Equal(200, (await Screen.RefreshAsync(tokens.Text("refresh_token"))).Status);
        (await PollAsync(device)).IsError(Server, 400, OAuthErrors.InvalidGrant, Rule.DeviceCodeUnknown);
    }

    [Fact]
    public async Task Of_16_questions_at_once_one_is_answered()
    {
        var (device, user) = await CodesAsync();
        await AnswerAsync(user);
        var answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => PollAsync(device)));
        Assert.Single(answers, answer => answer.Status == 200);
        Assert.All(answers.Where(answer => answer.Status != 200), answer => Assert.Equal(OAuthErrors.InvalidGrant, answer.Text("error")));
    }

    [Fact]
    public async Task Who_asks_too_often_is_slowed_down_by_5_seconds_each_time()
    {
        var (device, _) = await CodesAsync();
        (await PollAsync(device)).IsError(Server, 400, OAuthErrors.AuthorizationPending, Rule.DeviceCodePending);
        (await PollAsync(device)).IsError(Server, 400, OAuthErrors.SlowDown, Rule.DeviceCodeHasty);
        Server.Clock.Advance(TimeSpan.FromSeconds(9));
        (await PollAsync(device)).IsError(Server, 400, OAuthErrors.SlowDown, Rule.DeviceCodeHasty);
        Server.Clock.Advance(TimeSpan.FromSeconds(16));
        (await PollAsync(device)).IsError(Server, 400, OAuthErrors.AuthorizationPending, Rule.DeviceCodePending);
    }

    [Fact]
    public async Task A_person_who_refuses_ends_it()
    {
        var (device, user) = await CodesAsync();
        Server.Owner.Answer = _ => new OwnerAnswer.Denied(OAuthErrors.AccessDenied);
        Assert.Equal("/device?outcome=denied", await AnswerAsync(user));
        (await PollAsync(device)).IsError(Server, 400, OAuthErrors.AccessDenied, Rule.DeviceCodeDenied);
    }

    [Fact]
    public async Task So_does_one_who_sees_another_code()
    {
        var (device, user) = await CodesAsync();
        Assert.True(await Devices.DenyAsync(await FindAsync(user), Ct));
        (await PollAsync(device)).IsError(Server, 400, OAuthErrors.AccessDenied, Rule.DeviceCodeDenied);
        Assert.IsType<DeviceLookup.Unknown>(await Devices.FindAsync(user, "browser", false, Ct));
    }

    [Fact]
    public async Task An_expired_code_is_expired_for_both()
    {
        var (device, user) = await CodesAsync();
        var found = await FindAsync(user);
        Server.Clock.Advance(TimeSpan.FromMinutes(10));
        (await PollAsync(device)).IsError(Server, 400, OAuthErrors.ExpiredToken, Rule.DeviceCodeExpired);
        Assert.IsType<DeviceLookup.Unknown>(await Devices.FindAsync(user, "browser", false, Ct));
        Assert.False(await Devices.DenyAsync(found, Ct));
    }

    [Fact]
    public async Task An_answer_after_the_time_says_so()
    {
        var (_, user) = await CodesAsync();
        Server.Clock.Advance(TimeSpan.FromMinutes(9));
        var resume = await Devices.BeginAsync(await FindAsync(user), Ct);
        Server.Clock.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal("/device?outcome=expired", (await One.GetAsync(resume!)).Header("Location"));
    }

    [Fact]
    public async Task Of_two_persons_with_one_code_the_first_answers()
    {
        var (_, user) = await CodesAsync();
        var (first, second) = (await Devices.BeginAsync(await FindAsync(user), Ct), await Devices.BeginAsync(await FindAsync(user), Ct));
        Assert.Equal("/device?outcome=approved", (await One.GetAsync(first!)).Header("Location"));
        Assert.Equal("/device?outcome=expired", (await One.GetAsync(second!)).Header("Location"));
    }

    [Fact]
    public async Task The_code_of_one_client_is_nothing_to_another()
    {
        var (device, user) = await CodesAsync();
        await AnswerAsync(user);
        var other = new TestClient(Server, "other-screen", Server.Files.ClientTwo);
        (await PollAsync(device, other)).IsError(Server, 400, OAuthErrors.InvalidGrant, Rule.DeviceCodeUnknown);
        Assert.Equal(200, (await PollAsync(device)).Status);
    }

    [Fact]
    public async Task A_key_that_was_shown_at_the_beginning_is_needed_at_the_end()
    {
        var (device, user) = await CodesAsync(request => request.Headers["DPoP"] = Screen.Proof("POST", $"{TestServer.Issuer}/device_authorization"));
        await AnswerAsync(user);
        (await PollAsync(device, change: request => request.Headers["DPoP"] = Screen.Proof("POST", $"{TestServer.Issuer}/token", signer: TestKeys.NewEc())))
            .IsError(Server, 400, OAuthErrors.InvalidGrant, Rule.CodeKey);
    }

    [Fact]
    public async Task The_person_sees_an_ordinary_request()
    {
        var (_, user) = await CodesAsync(request => (request.Form["acr_values"], request.Form["prompt"], request.Form["redirect_uri"]) = ("passkey", "none", "https://evil.example/"));
        await AnswerAsync(user);
        var request = Assert.Single(Server.Owner.Asked).Request;
        Assert.Equal(("screen", $"{TestServer.Issuer}/device"), (request.Client.Id, request.RedirectUri));
        Assert.Equal(["passkey"], request.AcrValues);
        Assert.Empty(request.Prompts);
    }

    [Fact]
    public async Task Guessing_is_bounded_for_one_browser_and_for_all()
    {
        for (var i = 0; i < 20; i++)
        {
            Assert.IsType<DeviceLookup.Unknown>(await Devices.FindAsync("BCDFGHJK", "guesser", false, Ct));
        }

        Assert.IsType<DeviceLookup.TooMany>(await Devices.FindAsync("BCDFGHJK", "guesser", false, Ct));
        Assert.IsType<DeviceLookup.Unknown>(await Devices.FindAsync("no code", "guesser", false, Ct));
        for (var i = 0; i < 580; i++)
        {
            await Devices.FindAsync("BCDFGHJK", $"guesser-{i}", false, Ct);
        }

        Assert.IsType<DeviceLookup.TooMany>(await Devices.FindAsync("BCDFGHJK", "somebody", false, Ct));
    }

    [Fact]
    public async Task A_client_that_did_not_register_for_it_is_refused() =>
        (await One.SendAsync(Begin(One))).IsError(Server, 400, OAuthErrors.UnauthorizedClient, Rule.GrantTypeOfClient);

    [Theory]
    [InlineData("scope", "unknown", OAuthErrors.InvalidScope, Rule.Scope)]
    [InlineData("max_age", "soon", OAuthErrors.InvalidRequest, Rule.MaxAge)]
    [InlineData("authorization_details", "[{}]", OAuthErrors.InvalidAuthorizationDetails, Rule.AuthorizationDetails)]
    [InlineData("registration", "{}", OAuthErrors.RegistrationNotSupported, Rule.Registration)]
    public async Task A_wrong_request_is_refused_at_once(string name, string value, string error, Rule rule) =>
        (await BeginAsync(request => request.Form[name] = value)).IsError(Server, 400, error, rule);

    [Fact]
    public async Task An_unknown_resource_is_refused_at_once() =>
        (await BeginAsync(request => request.Suffix = "&resource=https%3A%2F%2Fother.example")).IsError(Server, 400, OAuthErrors.InvalidTarget, Rule.Resource);

    [Fact]
    public async Task Without_client_authentication_nothing_begins()
    {
        var request = new Request(HttpMethod.Post, "/device_authorization");
        request.Form["client_id"] = "screen";
        (await One.SendAsync(request)).IsError(Server, 401, OAuthErrors.InvalidClient, Rule.NoClientAuthentication);
    }

    [Fact]
    public async Task Other_methods_are_refused() =>
        (await BeginAsync(request => request.Method = HttpMethod.Put)).IsError(Server, 405, OAuthErrors.InvalidRequest, Rule.Method);

    [Fact]
    public async Task A_question_without_a_code_is_refused() =>
        (await PollAsync("x", change: request => request.Form.Remove("device_code"))).IsError(Server, 400, OAuthErrors.InvalidRequest, Rule.MissingParameter);

    [Fact]
    public async Task Metadata_names_the_endpoint()
    {
        var metadata = (await One.GetAsync("/.well-known/openid-configuration")).Json;
        Assert.Equal($"{TestServer.Issuer}/device_authorization", metadata["device_authorization_endpoint"]!.GetValue<string>());
        Assert.Contains(GrantTypes.DeviceCode, metadata["grant_types_supported"]!.AsArray().Select(type => type!.GetValue<string>()));
    }

    private static Request Begin(TestClient client)
    {
        var request = client.Authenticated("/device_authorization");
        request.Form["scope"] = "openid profile offline_access";
        return request;
    }

    private Task<Answer> BeginAsync(Action<Request>? change = null) => Screen.SendAsync(Begin(Screen), change);

    private async Task<(string Device, string User)> CodesAsync(Action<Request>? change = null)
    {
        var begun = await BeginAsync(change);
        Assert.Equal(200, begun.Status);
        return (begun.Text("device_code"), begun.Text("user_code"));
    }

    private async Task<DeviceRequest> FindAsync(string user) => Assert.IsType<DeviceLookup.Found>(await Devices.FindAsync(user, "browser", false, Ct)).Device;

    private async Task<string?> AnswerAsync(string user) => (await One.GetAsync((await Devices.BeginAsync(await FindAsync(user), Ct))!)).Header("Location");

    private static Task<Answer> PollOf(TestClient client, string device, Action<Request>? change)
    {
        var request = client.Authenticated("/token");
        request.Form["grant_type"] = GrantTypes.DeviceCode;
        request.Form["device_code"] = device;
        request.Headers["DPoP"] = client.Proof("POST", $"{TestServer.Issuer}/token");
        return client.SendAsync(request, change);
    }

    private Task<Answer> PollAsync(string device, TestClient? client = null, Action<Request>? change = null) => PollOf(client ?? Screen, device, change);
}
