using IdentityPlatform.IdP.Logout;
using IdentityPlatform.IdP.SignIn;

namespace IdentityPlatform.IdP.Tests.SignIn;

public sealed class SessionServicesTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_800_000_000);

    [Fact]
    public void A_service_has_so_many_grants_of_a_session_and_the_oldest_ends_for_the_next()
    {
        var services = Enumerable.Range(0, SessionServices.MostGrants).Aggregate(SessionServices.None, (before, number) => before.With(Part("one", number), Now));
        Assert.Empty(services.Superseded);
        Assert.Equal(SessionServices.MostGrants, services.Grants.Count());

        var next = SessionServices.FromJson(services.ToJson()).With(Part("one", SessionServices.MostGrants), Now);
        Assert.Equal(["one-0"], next.Superseded);
        Assert.Equal(SessionServices.MostGrants, next.Grants.Count());
        Assert.Contains($"one-{SessionServices.MostGrants}", next.Grants);
        Assert.Empty(next.With(Part("two", 0), Now).Superseded);
    }

    [Fact]
    public void A_grant_whose_tokens_died_is_forgotten_and_needs_no_end()
    {
        var services = SessionServices.None.With(Part("one", 0), Now).With(Part("one", 1), Now.AddSeconds(300));
        Assert.Equal(["one-1"], services.Grants);
        Assert.Empty(services.Superseded);
    }

    private static Participation Part(string service, int number) => new()
    {
        Notice = new LogoutNotice(service, "subject", "session"),
        IsTold = false,
        GrantId = $"{service}-{number}",
        GrantUntil = Now.AddSeconds(300 + number),
    };
}
