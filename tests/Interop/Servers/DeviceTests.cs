using System.Text.Json;
using System.Text.Json.Nodes;
using IdentityPlatform.Formats;
using IdentityPlatform.Interop.Node;

namespace IdentityPlatform.Interop.Servers;

/// <summary>openid-client on a device without a browser, against the running IdP.</summary>
[Collection(nameof(Town))]
public sealed class DeviceTests(Town town, SignedUpPerson person) : IClassFixture<SignedUpPerson>
{
    [Fact]
    public async Task A_person_connects_a_device()
    {
        var result = await ConnectAsync(browser => browser.ConsentAsync($"{town.Programs.Idp.Url}/device?outcome=approved"), ChromiumPerson.SameCode);
        Assert.Null(result.StringMember("refused"));
        Assert.Equal(("dpop", Town.DeviceId), (result.StringMember("tokenType"), result.GetProperty("claims").StringMember("aud")));
        Assert.Equal(result.GetProperty("claims").StringMember("sub"), result.GetProperty("userinfo").StringMember("sub"));
    }

    [Fact]
    public async Task A_device_is_told_that_the_person_did_not_know_its_code() =>
        Assert.Equal("access_denied", (await ConnectAsync(_ => Task.CompletedTask, ChromiumPerson.OtherCode)).StringMember("refused"));

    private async Task<JsonElement> ConnectAsync(Func<ChromiumPerson, Task> goOn, string answer)
    {
        await using var device = NodeClient.Start("device");
        var shown = await device.AskAsync(new JsonObject
        {
            ["issuer"] = town.Programs.Idp.Url,
            ["clientId"] = Town.DeviceId,
            ["key"] = NodeJson.PrivateKey(town.ServiceKey),
            ["scope"] = "openid",
        });
        Assert.Equal($"{town.Programs.Idp.Url}/device", shown.StringMember("page"));
        await person.Browser.CompareCodeAsync(shown.StringMember("url")!, shown.StringMember("userCode")!, answer);
        await goOn(person.Browser);
        return await device.HearAsync();
    }
}
