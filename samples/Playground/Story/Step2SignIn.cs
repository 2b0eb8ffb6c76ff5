using IdentityPlatform.Formats;
using IdentityPlatform.Playground.People;
using IdentityPlatform.Playground.Programs;

namespace IdentityPlatform.Playground.Story;

/// <summary>The person signs in at two relying services; each sees another subject.</summary>
internal sealed class Step2SignIn(Cast cast, StoryTeller teller)
{
    public async Task PlayAsync(CancellationToken ct)
    {
        var one = await SignInAsync(cast, cast.Town.ServiceOne, scope: null, ct);
        teller.Check("signed in at the first service: pushed request, code, PKCE S256, DPoP, private_key_jwt, ES256 ID token and iss were checked by it", one.Length > 0);
        cast.SubjectAtServiceOne = one;
        var two = await SignInAsync(cast, cast.Town.ServiceTwo, scope: null, ct);
        teller.Check("signed in at the second service", two.Length > 0);
        teller.Check("the two services see two different subjects", one != two);

        var again = await SignInAsync(cast, cast.Town.ServiceOne, scope: null, ct);
        teller.CheckEqual("the first service sees the same subject again", one, again);

        var unpushed = await cast.Holder.Browser.OpenAsync(
            $"{cast.Town.Idp.Url}/authorize?client_id=service-one&response_type=code&scope=openid&redirect_uri={Uri.EscapeDataString($"{cast.Town.ServiceOne.Url}/signin/callback")}", cast.Town.ServiceOne.Url, ct);
        teller.Check("a request that was not pushed ends in an error", unpushed.Status == 400 || unpushed.Query("error") is not null);
    }

    /// <summary>Presses "sign in", agrees at the IdP, and gives the subject that the service now knows.</summary>
    public static async Task<string> SignInAsync(Cast cast, ChildProgram service, string? scope, CancellationToken ct)
    {
        var form = scope is null ? new Dictionary<string, string>() : new() { ["scope"] = scope };
        var page = await cast.Holder.Browser.SubmitAsync($"{service.Url}/signin", form, ct: ct);
        await AgreeAsync(cast.Holder, page, ct);
        var me = await cast.Holder.Browser.OpenAsync($"{service.Url}/me", ct: ct);
        return me.Json.StringMember("sub") ?? throw new StoryFailedException($"{service.Url} does not know who signed in; the last page was {page.Url} with status {page.Status}");
    }

    /// <summary>Agrees where the IdP asks for consent.</summary>
    public static async Task<BrowserAnswer> AgreeAsync(Person person, BrowserAnswer page, CancellationToken ct, string? stopAt = null) =>
        PageForm.WithButton(page, "decision", "agree") is { } consent
            ? await person.Browser.SubmitAsync(consent.Action, new(consent.Values()) { ["decision"] = "agree" }, stopAt, ct)
            : page;
}
