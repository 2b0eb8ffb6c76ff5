using IdentityPlatform.IdP.Logout;
using IdentityPlatform.IdP.SignIn;

namespace IdentityPlatform.IdP.Tests.SignIn;

public sealed class SessionServicesTests
{
    [Fact]
    public void A_service_is_noted_once_and_anew_when_what_it_is_told_changed()
    {
        var services = SessionServices.FromJson(SessionServices.None.With(Part("one", told: false)).With(Part("two", told: true)).ToJson());
        Assert.Equal(["one", "two"], services.Ids);
        Assert.Equal("two", Assert.Single(services.Notices).ServiceId);
        Assert.True(services.Has(Part("one", told: false)));
        Assert.False(services.Has(Part("one", told: true)));
        Assert.False(services.Has(Part("one", told: false, subject: "other")));
        Assert.False(services.Has(Part("three", told: false)));

        var changed = services.With(Part("one", told: true));
        Assert.Equal(["two", "one"], changed.Ids);
        Assert.Equal(["two", "one"], changed.Notices.Select(notice => notice.ServiceId));
    }

    private static Participation Part(string service, bool told, string subject = "subject") => new()
    {
        Notice = new LogoutNotice(service, subject, "session"),
        IsTold = told,
    };
}
