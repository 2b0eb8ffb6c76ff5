using System.Text.Json.Nodes;
using IdentityPlatform.Formats;
using IdentityPlatform.Interop.Node;
using IdentityPlatform.Playground.People;
using IdentityPlatform.Playground.Programs;
using IdentityPlatform.Playground.Story;

namespace IdentityPlatform.Interop.Servers;

/// <summary>
/// The card issuer behind another provider than ours: npm's oidc-provider, with the registration that the example's IdP has of
/// it. The program is the same; `SignIn:Authority` is another.
/// </summary>
[Collection(nameof(Town))]
public sealed class OtherProviderTests : IAsyncLifetime
{
    private const string ProviderUrl = "http://localhost:5116";
    private const string IssuerUrl = "http://localhost:5117";

    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("interop-provider-");
    private readonly NodeClient _provider = NodeClient.Start("oidc-provider");
    private ChildProgram _issuer = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var places = Places.Find(_data.FullName);
        var registration = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(places.Keys, "idp-clients", "card-issuer.json"), Ct))!.AsObject();
        registration["redirect_uris"] = new JsonArray($"{IssuerUrl}/signin/callback");
        var started = await _provider.AskAsync(new() { ["issuer"] = ProviderUrl, ["client"] = registration });
        Assert.True(started.BooleanMember("listening"));

        _issuer = new(places, "other-issuer", "src/Issuer", IssuerUrl, new Dictionary<string, string>
        {
            ["Urls"] = IssuerUrl,
            ["PublicUrl"] = IssuerUrl,
            ["Storage:ConnectionString"] = $"Data Source={Path.Combine(_data.FullName, "issuer.db")}",
            ["PersonKeys:ConnectionString"] = $"Data Source={Path.Combine(_data.FullName, "person-keys.db")}",
            ["Signer:State"] = Path.Combine(_data.FullName, "signer"),
            ["SignIn:Authority"] = ProviderUrl,
        });
        await _issuer.StartAsync(Ct);
    }

    public async ValueTask DisposeAsync()
    {
        await (_issuer?.DisposeAsync() ?? default);
        await _provider.DisposeAsync();
        _data.Delete(recursive: true);
    }

    [Fact]
    public async Task A_person_signs_in_applies_and_finds_the_application_again_and_nobody_else_does()
    {
        using var person = new Browser();
        await SignInAsync(person, "tamar");
        var sent = await person.PostAsync($"{IssuerUrl}/applications", Step3Decide.WriteApplication, Ct);
        Assert.True(sent.Status == 200, $"{sent.Status} {sent.Body}");
        var id = sent.Json.StringMember("id")!;

        using var elsewhere = new Browser();
        Assert.Contains(id, await SignInAsync(elsewhere, "tamar"), StringComparison.Ordinal);
        using var stranger = new Browser();
        Assert.DoesNotContain(id, await SignInAsync(stranger, "gayane"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_person_who_cancels_at_the_provider_is_back_at_the_issuer_and_not_signed_in()
    {
        using var person = new Browser();
        var signIn = await person.OpenAsync($"{IssuerUrl}/signin?return=/application", ct: Ct);

        var back = await person.OpenAsync($"{signIn.Url}/abort", ct: Ct);

        Assert.Equal((200, $"{IssuerUrl}/"), (back.Status, back.Url.AbsoluteUri));
        Assert.StartsWith(ProviderUrl, (await person.OpenAsync($"{IssuerUrl}/application", ct: Ct)).Url.AbsoluteUri, StringComparison.Ordinal);
    }

    // The development pages take every name, and ask once whether the issuer may know it.
    private static async Task<string> SignInAsync(Browser person, string name)
    {
        var signIn = await person.OpenAsync($"{IssuerUrl}/signin?return=/application", ct: Ct);
        Assert.StartsWith($"{ProviderUrl}/interaction/", signIn.Url.AbsoluteUri, StringComparison.Ordinal);
        var consent = await person.SubmitAsync(signIn.Url.AbsoluteUri, new() { ["prompt"] = "login", ["login"] = name, ["password"] = "any" }, ct: Ct);
        var page = await person.SubmitAsync(consent.Url.AbsoluteUri, new() { ["prompt"] = "consent" }, ct: Ct);
        Assert.True(page.Status == 200 && page.Url.AbsoluteUri == $"{IssuerUrl}/application", $"{page.Status} {page.Url} {page.Body}");
        return page.Body;
    }
}
