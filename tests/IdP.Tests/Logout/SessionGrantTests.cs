using IdentityPlatform.IdP.Tests.Harness;
using IdentityPlatform.OAuth.RelyingParty;

namespace IdentityPlatform.IdP.Tests.Logout;

/// <summary>What a service still holds when the session ends (Back-Channel Logout 1.0 §2.7).</summary>
public sealed class SessionGrantTests(IdpHost host) : IClassFixture<IdpHost>
{
    [Fact]
    public async Task Access_tokens_of_the_session_end_with_it()
    {
        using var person = await Person.WithAccountAsync(host);
        using var service = host.Service("service-one");
        var signedIn = await service.SignInAsync(person);
        var another = await service.SignInAsync(person);
        Assert.NotNull(await service.Client.UserInfoAsync(signedIn.Tokens, signedIn.Subject, CancellationToken.None));
        await person.Browser.SubmitAsync("/signout");
        Assert.Null(await service.Client.UserInfoAsync(signedIn.Tokens, signedIn.Subject, CancellationToken.None));
        Assert.Null(await service.Client.UserInfoAsync(another.Tokens, another.Subject, CancellationToken.None));
    }

    [Fact]
    public async Task What_the_person_granted_beyond_the_session_stays()
    {
        using var person = await Person.WithAccountAsync(host);
        using var service = host.Service("service-one");
        var signedIn = await service.SignInAsync(person, new SignInRequest("openid offline_access"));
        await person.Browser.SubmitAsync("/signout");
        Assert.NotNull(await service.Client.UserInfoAsync(signedIn.Tokens, signedIn.Subject, CancellationToken.None));
        Assert.NotNull(await service.Client.RefreshAsync(signedIn.Tokens, CancellationToken.None));
    }

    [Fact]
    public async Task A_code_of_a_session_that_ended_gives_nothing()
    {
        using var person = await Person.WithAccountAsync(host);
        using var service = host.Service("service-one");
        await service.SignInAsync(person);
        var (start, landed) = await service.SendAsync(person, new SignInRequest());
        await person.Browser.SubmitAsync("/signout");
        Assert.Equal("invalid_grant", await service.ErrorAsync(start, landed));

        // The twin: without the sign-out the same way succeeds.
        await person.SignInAsync();
        await service.SignInAsync(person);
    }

    [Fact]
    public async Task Sign_ins_at_many_services_at_once_are_all_remembered()
    {
        using var person = await Person.WithAccountAsync(host);
        string[] ids = ["service-one", "service-two", "plain-service", "card-issuer"];
        var services = ids.Select(host.Service).ToList();
        var outcomes = new List<SignInOutcome.SignedIn>();
        foreach (var service in services)
        {
            await service.SignInAsync(person);
        }

        var starts = new List<(Service Service, SignInStart Start, Shown Landed)>();
        foreach (var service in services)
        {
            var (start, landed) = await service.SendAsync(person, new SignInRequest());
            starts.Add((service, start, landed));
        }

        outcomes.AddRange((await Task.WhenAll(starts.Select(one => one.Service.ReceiveAsync(one.Start, one.Landed)))).Cast<SignInOutcome.SignedIn>());
        await person.Browser.SubmitAsync("/signout");
        foreach (var (service, signedIn) in services.Zip(outcomes))
        {
            Assert.Null(await service.Client.UserInfoAsync(signedIn.Tokens, signedIn.Subject, CancellationToken.None));
            service.Dispose();
        }
    }
}
