using IdentityPlatform.IdP.Services;
using IdentityPlatform.IdP.Tests.Harness;
using Microsoft.Extensions.DependencyInjection;

namespace IdentityPlatform.IdP.Tests.Services;

/// <summary>Services under one <c>sector_identifier_uri</c> (OpenID Connect Core §8.1).</summary>
public sealed class SharedSectorTests : IDisposable
{
    private readonly IdpHost _host = new();

    public SharedSectorTests()
    {
        _host.Register("shop", "openid", "\"sector_identifier_uri\": \"https://group.test/sector.json\",");
        _host.Register("help", "openid", "\"sector_identifier_uri\": \"https://group.test/sector.json\",");
    }

    public void Dispose() => _host.Dispose();

    [Fact]
    public async Task They_know_a_person_by_one_subject_and_each_asks_for_itself()
    {
        using var person = await Person.WithAccountAsync(_host);
        using var shop = _host.Service("shop");
        using var help = _host.Service("help");
        using var other = _host.Service("service-one");
        var subject = (await shop.SignInAsync(person)).Subject;

        var (start, page) = await help.SendAsync(person, new());
        Assert.Equal("/consent", page.Url.AbsolutePath);
        var landed = await Service.AgreeAsync(person, page);
        Assert.Equal(subject, ((OAuth.RelyingParty.SignInOutcome.SignedIn)await help.ReceiveAsync(start, landed)).Subject);
        Assert.NotEqual(subject, (await other.SignInAsync(person)).Subject);

        // Taking the consent back from one leaves the other.
        await person.Browser.SubmitAsync("/account/consents/withdraw", ("service", "help"));
        Assert.Equal("/consent", (await help.SendAsync(person, new())).Page.Url.AbsolutePath);
        Assert.Equal(shop.RedirectUri, (await shop.SendAsync(person, new())).Page.Url.GetLeftPart(UriPartial.Path));
    }

    [Fact]
    [Trait("Safeguard", "SG6")]
    public async Task The_key_goes_with_the_last_of_them()
    {
        using var person = await Person.WithAccountAsync(_host);
        using var shop = _host.Service("shop");
        using var help = _host.Service("help");
        var subject = (await shop.SignInAsync(person)).Subject;
        await help.SignInAsync(person);
        var sectors = _host.Services.GetRequiredService<Sectors>();
        Assert.Equal(SectorRemoval.None, await sectors.RemoveAsync("nobody", CancellationToken.None));
        Assert.Equal(SectorRemoval.Shared, await sectors.RemoveAsync("help", CancellationToken.None));
        Assert.Equal(subject, (await shop.SignInAsync(person)).Subject);
        Assert.Equal(SectorRemoval.Destroyed, await sectors.RemoveAsync("shop", CancellationToken.None));
        Assert.NotEqual(subject, (await shop.SignInAsync(person)).Subject);
    }
}
