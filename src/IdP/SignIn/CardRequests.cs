using IdentityPlatform.Formats;
using IdentityPlatform.Hosting.Storage;

namespace IdentityPlatform.IdP.SignIn;

/// <summary>What a card is asked for.</summary>
public enum CardPurpose
{
    /// <summary>Whose account it is.</summary>
    Account,

    /// <summary>The name too.</summary>
    Name,

    /// <summary>Not the card but the credential of a guardian: for which child its holder acts.</summary>
    Child,
}

/// <summary>A card presentation that a page waits for.</summary>
/// <param name="Return">Where the browser goes on afterwards.</param>
/// <param name="Purpose">What is asked for.</param>
/// <param name="ScanLink">What the QR code holds, for a wallet on another device.</param>
/// <param name="OpenLink">What opens a wallet on this device.</param>
public sealed record CardRequest(LocalPath Return, CardPurpose Purpose, string ScanLink, string OpenLink)
{
    /// <summary>Redacted: links are bearer secrets.</summary>
    public override string ToString() => nameof(CardRequest);
}

/// <summary>Keeps card requests by the id of their presentation, as long as those can be answered.</summary>
public sealed class CardRequests(OneTimeStore store)
{
    private const string Kind = "idp-card";
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(6);

    /// <summary>Keeps a request.</summary>
    public Task KeepAsync(string id, CardRequest request, CancellationToken ct) => store.PutAsync(
        Kind,
        id,
        JsonText.Write(json =>
        {
            json.WriteStartObject();
            json.WriteString("return", request.Return.Value);
            json.WriteString("purpose", request.Purpose.ToString());
            json.WriteString("scan", request.ScanLink);
            json.WriteString("open", request.OpenLink);
            json.WriteEndObject();
        }),
        Lifetime,
        ct);

    /// <summary>The request, or null when it is over.</summary>
    public async Task<CardRequest?> FindAsync(string? id, CancellationToken ct)
    {
        if (id is not { Length: > 0 and <= 128 } || await store.FindAsync(Kind, id, ct) is not { } bytes)
        {
            return null;
        }

        var json = StrictJson.ParseObject(bytes).OrThrow().Element;
        return new(LocalPath.Of(json.StringMember("return")), Enum.Parse<CardPurpose>(json.StringMember("purpose")!), json.StringMember("scan")!, json.StringMember("open")!);
    }
}
