using System.Text.Json.Nodes;
using IdentityPlatform.OAuth.Protocol;
using IdentityPlatform.OAuth.Storage;

namespace IdentityPlatform.OAuth.Tests.Endpoints;

/// <summary>Replacing and leaving (RFC 7592).</summary>
public abstract partial class RegistrationTests
{
    [Fact]
    public async Task A_replacement_replaces_everything_and_the_token_with_it()
    {
        var answer = await RegisterAsync(Metadata(("client_name", "Before"), ("contacts", new JsonArray("a@one.example"))));
        var replaced = await ManageAsync(HttpMethod.Put, answer, Metadata(("client_id", answer.Text("client_id")), ("redirect_uris", new JsonArray("https://one.example/other"))));

        Assert.Equal(200, replaced.Status);
        Assert.False(replaced.Json.ContainsKey("contacts"));
        Assert.Equal("https://one.example/other", replaced.Json["redirect_uris"]![0]!.GetValue<string>());
        (await ManageAsync(HttpMethod.Get, answer)).IsError(Server, 401, OAuthErrors.InvalidToken, Rule.RegistrationAccessToken);
        Assert.Equal(200, (await ManageAsync(HttpMethod.Get, replaced)).Status);
        (await ClientOf(answer).PushAsync(NoOffline)).IsError(Server, 400, OAuthErrors.InvalidRequest, Rule.RedirectUri);
    }

    [Fact]
    public async Task Of_two_replacements_with_one_token_one_is_made()
    {
        var answer = await RegisterAsync(Metadata());
        var all = await Task.WhenAll(Enumerable.Range(0, 6).Select(n =>
            ManageAsync(HttpMethod.Put, answer, Metadata(("client_id", answer.Text("client_id")), ("client_name", $"Name {n}")))));
        Assert.Equal((1, 5), (all.Count(one => one.Status == 200), all.Count(one => one.Status == 401)));
    }

    [Fact]
    public async Task A_replacement_cannot_loosen_what_the_invitation_did_not()
    {
        var answer = await RegisterAsync(Metadata());
        var metadata = Metadata(("client_id", answer.Text("client_id")), ("dpop_bound_access_tokens", false));
        (await ManageAsync(HttpMethod.Put, answer, metadata)).IsError(Server, 400, OAuthErrors.InvalidClientMetadata, Rule.RegistrationPermission);
        Assert.Equal(200, (await ManageAsync(HttpMethod.Get, answer)).Status);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("one")]
    public async Task A_replacement_under_another_id_is_refused(string? id) =>
        (await ManageAsync(HttpMethod.Put, await RegisterAsync(Metadata()), Metadata(("client_id", id)))).IsError(Server, 400, OAuthErrors.InvalidClientMetadata, Rule.RegistrationClientId);

    [Fact]
    public async Task A_secret_stays_over_a_replacement_that_repeats_it_and_is_refused_where_it_is_another()
    {
        var answer = await RegisterAsync(Metadata(("jwks", null)), await InviteAsync(["secrets"]));
        var (id, secret) = (answer.Text("client_id"), answer.Text("client_secret"));
        (await ManageAsync(HttpMethod.Put, answer, Metadata(("jwks", null), ("client_id", id), ("client_secret", "another")))).IsError(Server, 400, OAuthErrors.InvalidClientMetadata, Rule.SecretWrong);
        var replaced = await ManageAsync(HttpMethod.Put, answer, Metadata(("jwks", null), ("client_id", id), ("client_secret", secret)));
        Assert.Equal(200, replaced.Status);
        Assert.Equal(201, (await Secretive(replaced, secret).PushAsync(NoOffline)).Status);
    }

    [Fact]
    public async Task A_client_that_leaves_is_gone_with_its_tokens()
    {
        var answer = await RegisterAsync(Metadata());
        var client = ClientOf(answer);
        var tokens = await RedeemAsync(answer, client);
        Assert.Equal(200, (await client.ResourceAsync(tokens.Text("access_token"))).Status);

        Assert.Equal(204, (await ManageAsync(HttpMethod.Delete, answer)).Status);

        Assert.Equal(401, (await client.ResourceAsync(tokens.Text("access_token"))).Status);
        (await client.PushAsync(NoOffline)).IsError(Server, 401, OAuthErrors.InvalidClient, Rule.UnknownClient);
        (await ManageAsync(HttpMethod.Get, answer)).IsError(Server, 401, OAuthErrors.InvalidToken, Rule.RegistrationAccessToken);
        (await ManageAsync(HttpMethod.Delete, answer)).IsError(Server, 401, OAuthErrors.InvalidToken, Rule.RegistrationAccessToken);
        Assert.Equal([answer.Text("client_id")], _removed);
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    public async Task Nobody_else_s_token_opens_a_registration(string method)
    {
        var (one, other) = (await RegisterAsync(Metadata()), await RegisterAsync(Metadata()));
        var path = $"/register/{one.Text("client_id")}";
        var answer = await SendAsync(new HttpMethod(method), path, $"Bearer {other.Text("registration_access_token")}", Metadata(("client_id", one.Text("client_id"))));
        answer.IsError(Server, 401, OAuthErrors.InvalidToken, Rule.RegistrationAccessToken);
    }

    [Theory]
    [InlineData("self-0123456789012345678901", true)]
    [InlineData("self-0123456789-_3456789Az1", true)]
    [InlineData("self-\u000023456789012345678901", false)]
    [InlineData("self-012345678901234567890", false)]
    [InlineData("self-01234567890123456789012", false)]
    [InlineData("Self-0123456789012345678901", false)]
    public async Task An_id_of_another_form_is_nobody_s_and_none_is_looked_up(string id, bool form)
    {
        Assert.Equal(form, RegisteredClients.IsOne(id));
        var answer = await ClientOfId(id).PushAsync();
        answer.IsError(Server, 401, OAuthErrors.InvalidClient, Rule.UnknownClient);
    }

    [Fact]
    public async Task A_client_in_a_file_has_no_registration_here() =>
        (await SendAsync(HttpMethod.Get, "/register/one", "Bearer x", null)).IsError(Server, 401, OAuthErrors.InvalidToken, Rule.RegistrationAccessToken);
}
