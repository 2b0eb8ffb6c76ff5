using System.Net;
using IdentityPlatform.Issuer.Officers;
using IdentityPlatform.Issuer.Tests.Desk;

namespace IdentityPlatform.Issuer.Tests.Officers;

public sealed class OfficersTests
{
    [Fact]
    public async Task An_invited_officer_enrols_once_and_signs_in_with_the_passkey()
    {
        await using var host = await DeskHost.StartAsync();
        var code = host.Signer.Roster.Invite("Anna Petrova", OfficerRole.Operator, "yerevan");
        var (anna, thief) = (host.Browser(), host.Browser());
        Assert.Equal(HttpStatusCode.OK, (await anna.GetAsync($"/officers/enrol/{code}")).Status);
        Assert.Equal(HttpStatusCode.OK, (await anna.EnrolAsync(code)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await thief.EnrolAsync(code)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await thief.GetAsync($"/officers/enrol/{code}")).Status);
        await anna.SubmitAsync("/officers/signout");
        Assert.Equal(HttpStatusCode.Unauthorized, (await anna.GetAsync("/desk", "application/json")).Status);
        Assert.Equal(HttpStatusCode.OK, (await anna.SignInAsync()).Status);
        Assert.Equal(HttpStatusCode.OK, (await anna.GetAsync("/desk", "application/json")).Status);
    }

    [Fact]
    public async Task Of_two_who_redeem_one_invitation_at_once_one_is_enrolled()
    {
        await using var host = await DeskHost.StartAsync();
        var code = host.Signer.Roster.Invite("Anna Petrova", OfficerRole.Operator, "yerevan");
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => host.Browser().EnrolAsync(code)));
        Assert.Single(answers, answer => answer.Status == HttpStatusCode.OK);
    }

    [Fact]
    public async Task An_invitation_ends_after_seven_days()
    {
        await using var host = await DeskHost.StartAsync();
        var code = host.Signer.Roster.Invite("Anna Petrova", OfficerRole.Operator, "yerevan");
        host.Clock.Now += TimeSpan.FromDays(7);
        Assert.NotNull(host.Signer.Roster.Open(code));
        host.Clock.Now += TimeSpan.FromSeconds(1);
        Assert.Null(host.Signer.Roster.Open(code));
    }

    [Fact]
    public async Task An_officers_session_lasts_a_working_day()
    {
        await using var host = await DeskHost.StartAsync();
        var anna = await host.OfficerAsync(OfficerRole.Operator, "Anna Petrova");
        host.Clock.Now += TimeSpan.FromHours(8) - TimeSpan.FromSeconds(1);
        Assert.Equal(HttpStatusCode.OK, (await anna.GetAsync("/desk", "application/json")).Status);
        host.Clock.Now += TimeSpan.FromSeconds(1);
        Assert.Equal(HttpStatusCode.Unauthorized, (await anna.GetAsync("/desk", "application/json")).Status);
    }

    [Fact]
    public async Task A_person_is_no_officer()
    {
        await using var host = await DeskHost.StartAsync();
        Assert.Equal(HttpStatusCode.Unauthorized, (await (await host.PersonAsync("yulia")).GetAsync("/desk", "application/json")).Status);
    }
}
