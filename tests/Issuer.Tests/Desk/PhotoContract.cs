using IdentityPlatform.Formats;
using IdentityPlatform.Hosting.Tests.Servers;
using IdentityPlatform.Issuer.Desk;
using IdentityPlatform.Issuer.Issuance;
using IdentityPlatform.Issuer.Officers;

namespace IdentityPlatform.Issuer.Tests.Desk;

/// <summary>The photograph at the desk, over HTTP, on every engine.</summary>
public abstract class PhotoContract
{
    private static readonly string Photo = Convert.ToBase64String(TestPhoto.Of(480, 640, (0xE1, "Exif GPS")));

    [Fact]
    public async Task It_is_taken_while_the_person_is_there_with_consent_and_both_officers_see_what_they_decide_about()
    {
        await using var host = await StartAsync();
        var (person, a, b) = (await host.PersonAsync("yulia"), await host.OfficerAsync(OfficerRole.Operator, "Anna Petrova"), await host.OfficerAsync(OfficerRole.Supervisor, "Boris Lee"));
        var id = await person.BookAsync(host);
        Assert.Equal((409, "wrong_state"), (await TakeAsync(a, id)).Brief);
        await a.PostAsync($"/desk/cases/{id}/checkin");
        Assert.Equal((409, "consent_missing"), (await TakeAsync(a, id, consent: false)).Brief);
        Assert.Equal((409, "photo_unfit"), (await TakeAsync(a, id, "bm8gcGhvdG8=")).Brief);
        Assert.Equal((409, "photo_unfit"), (await TakeAsync(a, id, "%")).Brief);
        Assert.Equal((403, "other_centre"), (await TakeAsync(await host.OfficerAsync(OfficerRole.Operator, "Eva Ten", "almaty"), id)).Brief);
        Assert.Equal((200, "in-proofing"), (await TakeAsync(a, id)).Brief);
        Assert.Equal(JpegPhoto.DataUrl(TestPhoto.Of(480, 640)), await PictureAsync(host, id));
        Assert.Contains("data:image/jpeg;base64,", (await a.GetAsync($"/desk/cases/{id}")).Body, StringComparison.Ordinal);

        await a.ProofAsync(id);
        Assert.Equal((409, "wrong_state"), (await TakeAsync(a, id)).Brief);
        Assert.Contains("data:image/jpeg;base64,", (await b.GetAsync($"/desk/cases/{id}")).Body, StringComparison.Ordinal);
        await b.DecideAsync(id, "approve");
        await person.PostAsync("/card/offer");
        var permit = Assert.IsType<MintAuthorization.Permitted>(await host.MintAsync((await CardLife.FindAsync(host, id)).PersonId)).Permit;
        Assert.StartsWith("data:image/jpeg;base64,", permit.Claims.StringMember("picture"), StringComparison.Ordinal);
        Assert.Contains("application.photographed", await CardLife.LogAsync(host));
    }

    [Fact]
    public async Task Who_thinks_better_of_it_has_it_taken_out_again_and_it_goes_with_an_application_that_is_taken_back()
    {
        await using var host = await StartAsync();
        var (person, a) = (await host.PersonAsync("yulia"), await host.OfficerAsync(OfficerRole.Operator, "Anna Petrova"));
        var id = await person.BookAsync(host);
        await a.PostAsync($"/desk/cases/{id}/checkin");
        await TakeAsync(a, id);
        Assert.Equal((200, "in-proofing"), (await TakeAsync(a, id, "", consent: false)).Brief);
        Assert.Null(await PictureAsync(host, id));
        await TakeAsync(a, id);
        await person.PostAsync($"/applications/{id}/withdraw");
        Assert.Null((await CardLife.FindAsync(host, id)).Claims);
    }

    private protected abstract Task<DeskHost> StartAsync();

    private static Task<DeskAnswer> TakeAsync(DeskBrowser officer, string id, string? photo = null, bool consent = true) =>
        officer.PostAsync($"/desk/cases/{id}/photo", System.Text.Json.JsonSerializer.Serialize(new { photo = photo ?? Photo, consent }));

    private static async Task<string?> PictureAsync(DeskHost host, string id) => (await CardLife.FindAsync(host, id)).Claims!.Claims.StringMember("picture");
}

public sealed class SqlitePhotoTests : PhotoContract
{
    private protected override Task<DeskHost> StartAsync() => DeskHost.StartAsync();
}

public sealed class PostgresPhotoTests(PostgresServer server) : PhotoContract
{
    private protected override Task<DeskHost> StartAsync() => DeskHost.StartAsync(server);
}
