using System.Text.Json;
using IdentityPlatform.Formats;
using IdentityPlatform.Wallet.Passkeys;

namespace IdentityPlatform.Playground.People;

/// <summary>One person with a browser and an authenticator: speaks to the same endpoints as the script of the pages.</summary>
internal sealed class Passkeys(Browser browser, SoftwareAuthenticator authenticator)
{
    // What a start hands over to its completion.
    private static readonly string[] Handles = ["ceremony", "decision"];

    /// <summary>Registers a passkey: options from <paramref name="url"/><c>/options</c>, the new credential to <paramref name="url"/>.</summary>
    public async Task<BrowserAnswer> RegisterAsync(string url, Action<Utf8JsonWriter> members, CancellationToken ct)
    {
        var start = await browser.PostAsync($"{url}/options", members, ct);
        var credential = authenticator.Create(Options(start), OriginOf(url));
        return await SendAsync(url, start, credential, _ => { }, ct);
    }

    /// <summary>Signs in, or signs what the options hold as a challenge.</summary>
    public async Task<BrowserAnswer> AssertAsync(string url, Action<Utf8JsonWriter> members, CancellationToken ct)
    {
        var start = await browser.PostAsync($"{url}/options", members, ct);
        return start.Status == 200 ? await SendAsync(url, start, authenticator.Get(Options(start), OriginOf(url)), members, ct) : start;
    }

    private async Task<BrowserAnswer> SendAsync(string url, BrowserAnswer start, string credential, Action<Utf8JsonWriter> members, CancellationToken ct) =>
        await browser.PostAsync(url, writer =>
        {
            // A decision's completion names the decision by its handle alone.
            if (start.Json.Member("decision") is null)
            {
                members(writer);
            }

            foreach (var name in Handles)
            {
                if (start.Json.Member(name) is { } value)
                {
                    writer.WritePropertyName(name);
                    value.WriteTo(writer);
                }
            }

            writer.WritePropertyName("credential");
            writer.WriteRawValue(credential);
        }, ct);

    private static string Options(BrowserAnswer start) =>
        start.Json.Member("options")?.GetRawText() ?? throw new StoryFailedException($"{start.Url.AbsolutePath} gave no options (status {start.Status}): {start.Body}");

    private static string OriginOf(string url) => new Uri(url).GetLeftPart(UriPartial.Authority);
}
