using IdentityPlatform.Formats;
using IdentityPlatform.Hosting.Storage;
using IdentityPlatform.OAuth.Protocol;

namespace IdentityPlatform.Issuer.Issuance;

/// <summary>What a person is asked before a wallet collects.</summary>
/// <param name="PersonId">Whom it was asked.</param>
/// <param name="Type">What it wants, as rows name the type.</param>
/// <param name="WalletName">The wallet.</param>
/// <param name="RedirectUri">The wallet's registered address, where the browser ends.</param>
/// <param name="ResumeUrl">Where the sign-in goes on.</param>
public sealed record WalletQuestion(string PersonId, string Type, string WalletName, string RedirectUri, string ResumeUrl);

/// <summary>A person's yes or no to one wallet in one sign-in.</summary>
public sealed class WalletConsents(OneTimeStore store)
{
    private const string Questions = "wallet-question";
    private const string Answers = "wallet-answer";
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(30);

    /// <summary>The page on which the question is asked.</summary>
    public const string Path = "/wallet/consent";

    /// <summary>Yes, no, or null when nothing was answered in this sign-in by this person.</summary>
    public async Task<bool?> FindAsync(string handle, string personId, CancellationToken ct) =>
        await store.FindAsync(Answers, Key(handle, personId), ct) is { } answer ? answer[0] == 1 : null;

    /// <summary>Keeps the question and gives the address of its page.</summary>
    public async Task<string> AskAsync(string handle, string personId, string type, AuthorizationRequest request, CancellationToken ct)
    {
        var question = JsonText.Write(writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("person", personId);
            writer.WriteString("type", type);
            writer.WriteString("wallet", request.Client.NameFor(System.Globalization.CultureInfo.CurrentUICulture.TwoLetterISOLanguageName));
            writer.WriteString("redirect", request.RedirectUri);
            writer.WriteString("resume", request.ResumeUrl);
            writer.WriteEndObject();
        });
        await store.PutAsync(Questions, handle, question, Lifetime, ct);
        return $"{Path}?request={Uri.EscapeDataString(handle)}";
    }

    /// <summary>The question of a handle, or null: it is read again when the person reloads the page.</summary>
    public async Task<WalletQuestion?> QuestionAsync(string handle, CancellationToken ct)
    {
        if (await store.FindAsync(Questions, handle, ct) is not { } bytes)
        {
            return null;
        }

        var json = StrictJson.ParseObject(bytes).OrThrow().Element;
        return new(json.StringMember("person")!, json.StringMember("type")!, json.StringMember("wallet")!, json.StringMember("redirect")!, json.StringMember("resume")!);
    }

    /// <summary>Keeps the answer.</summary>
    public Task AnswerAsync(string handle, string personId, bool yes, CancellationToken ct) =>
        store.PutAsync(Answers, Key(handle, personId), new[] { yes ? (byte)1 : (byte)0 }, Lifetime, ct);

    // The answer counts for the person who gave it, whoever is signed in when the browser comes back.
    private static string Key(string handle, string personId) => $"{handle} {personId}";
}
