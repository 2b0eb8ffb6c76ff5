using IdentityPlatform.OAuth.Protocol;
using IdentityPlatform.OAuth.Tests.Server;

namespace IdentityPlatform.OAuth.Tests.Endpoints;

/// <summary>What the host learns about a request that cannot go on, so that its page can offer a way.</summary>
public sealed class DeadEndTests : ServerTests
{
    [Fact]
    public async Task An_answered_request_that_is_opened_again_is_completed()
    {
        var requestUri = await One.RequestUriAsync();
        Assert.NotEmpty((await One.AuthorizeAsync(requestUri)).Redirect()["code"]);
        Is(await One.AuthorizeAsync(requestUri), ErrorKind.RequestCompleted, "one", Rule.RequestUriUsed);
    }

    [Fact]
    public async Task A_refused_request_that_is_opened_again_is_completed_too()
    {
        Server.Owner.Answer = _ => new OwnerAnswer.Denied(OAuthErrors.AccessDenied);
        var requestUri = await One.RequestUriAsync();
        (await One.AuthorizeAsync(requestUri)).IsRedirectError(Server, OAuthErrors.AccessDenied, Rule.Owner);
        Is(await One.AuthorizeAsync(requestUri), ErrorKind.RequestCompleted, "one", Rule.RequestUriUsed);
    }

    [Fact]
    public async Task To_another_client_an_answered_request_is_unknown()
    {
        var requestUri = await One.RequestUriAsync();
        Assert.NotEmpty((await One.AuthorizeAsync(requestUri)).Redirect()["code"]);
        Is(await Two.AuthorizeAsync(requestUri), ErrorKind.RequestUnknown, "two", Rule.RequestUriUnknown);
    }

    [Fact]
    public async Task A_request_that_waited_too_long_is_expired()
    {
        var requestUri = await One.RequestUriAsync();
        Server.Clock.Advance(TimeSpan.FromMinutes(6));
        Is(await One.AuthorizeAsync(requestUri), ErrorKind.RequestExpired, "one", Rule.RequestUriExpired);
    }

    [Fact]
    public async Task An_invented_request_is_unknown_and_a_known_client_is_named() =>
        Is(await One.AuthorizeAsync("urn:ietf:params:oauth:request_uri:invented"), ErrorKind.RequestUnknown, "one", Rule.RequestUriUnknown);

    [Fact]
    public async Task An_unknown_client_is_not_named() =>
        Is(await One.GetAsync("/authorize?client_id=nobody"), ErrorKind.UnknownService, null, Rule.UnknownClient);

    [Fact]
    public async Task A_foreign_address_is_said_to_be_one() =>
        Is(await One.GetAsync("/authorize?client_id=front&response_type=code&redirect_uri=https%3A%2F%2Fevil.example%2F"), ErrorKind.Address, "front", Rule.RedirectUri);

    [Fact]
    public async Task Anything_else_is_the_services_fault() =>
        Is(await One.GetAsync("/authorize?client_id=one&response_type=code"), ErrorKind.Request, "one", Rule.PushedRequestRequired);

    private void Is(Answer answer, ErrorKind kind, string? client, Rule rule)
    {
        Assert.Equal((kind.ToString(), client, rule), (answer.Header("Problem-Kind"), answer.Header("Problem-Client"), Server.LastRule));
        Assert.Null(answer.Response.Headers.Location);
    }
}
