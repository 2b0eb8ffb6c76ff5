using System.Security.Cryptography;
using System.Text.Json;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Frames;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Formats.SdJwt;
using IdentityPlatform.Wallet.Cards;

namespace IdentityPlatform.Wallet.Presentation;

/// <summary>A verifier's answer to a presentation.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="RedirectUri">Where the same device's browser goes on (OpenID4VP 1.0 §8.2), or null.</param>
public sealed record PresentationAnswer(int Status, string? RedirectUri)
{
    /// <summary>True when the verifier took the response.</summary>
    public bool Taken => Status == 200;
}

/// <summary>Shows cards over OpenID4VP 1.0 with <c>direct_post.jwt</c>: exactly what was asked, from a copy that was never shown before.</summary>
public sealed class Presenter(HttpClient http, WalletFile wallet, TimeProvider time)
{
    /// <summary>Answers a request, or null when the wallet has nothing that serves it.</summary>
    public async Task<PresentationAnswer?> PresentAsync(PresentationRequest request, CancellationToken ct) =>
        Answer(request) is { } response ? await PostAsync(request.ResponseUri, response, ct) : null;

    /// <summary>The answer as frames, to be shown to the verifier's camera in a loop; null when the wallet has nothing that serves the request.</summary>
    public IReadOnlyList<Frame>? Frames(PresentationRequest request) => Answer(request) is { } response ? Frame.Split(PackedToken.Pack(response)) : null;

    /// <summary>The encrypted answer to a request, or null when the wallet has nothing that serves it. Its copies count as shown from then on.</summary>
    public string? Answer(PresentationRequest request)
    {
        if (DcqlMatch.Find(request.Query, wallet) is not { } chosen)
        {
            return null;
        }

        var presentations = chosen.ToDictionary(c => c.QueryId, c => Build(c, request));
        chosen.ToList().ForEach(c => c.Copy.MarkUsed());
        wallet.Save();
        return Encrypt(request, presentations);
    }

    /// <summary>One presentation for a request, of exactly what was asked.</summary>
    public string Build(ChosenCopy chosen, PresentationRequest request)
    {
        if (chosen.Copy.Mdoc is not { } mdoc)
        {
            return Build(chosen.Copy, chosen.Disclose, request.Audience, request.Nonce);
        }

        using var key = chosen.Copy.Key();
        return Base64UrlText.Encode(mdoc.Present([.. chosen.Disclose.Select(path => (path.Parts[0].Name!, path.Parts[1].Name!))], key, request.Transcript));
    }

    /// <summary>One presentation: the disclosures and the key binding (RFC 9901 §4.3).</summary>
    public string Build(CardCopy copy, IEnumerable<ClaimPath> disclose, string audience, string nonce)
    {
        using var key = copy.Key();
        return HeldSdJwt.Bind(copy.Card.Present(disclose), key, audience, nonce, time.GetUtcNow());
    }

    /// <summary>Encrypts the response to the verifier's key and posts it (OpenID4VP 1.0 §8.3.1).</summary>
    public async Task<PresentationAnswer> SendAsync(PresentationRequest request, IReadOnlyDictionary<string, string> presentations, CancellationToken ct) =>
        await PostAsync(request.ResponseUri, Encrypt(request, presentations), ct);

    /// <summary>The encrypted response.</summary>
    public static string Encrypt(PresentationRequest request, IReadOnlyDictionary<string, string> presentations)
    {
        var payload = JsonText.Write(writer =>
        {
            writer.WriteStartObject();
            writer.WriteStartObject("vp_token");
            foreach (var (id, presentation) in presentations)
            {
                writer.WriteStartArray(id);
                writer.WriteStringValue(presentation);
                writer.WriteEndArray();
            }

            writer.WriteEndObject();
            if (request.State is not null)
            {
                writer.WriteString("state", request.State);
            }

            writer.WriteEndObject();
        });
        return Jwe.Encrypt(request.EncryptionKey, request.Encryption, payload, RandomNumberGenerator.Fill, request.EncryptionKey.KeyId);
    }

    /// <summary>Posts an encrypted response.</summary>
    public async Task<PresentationAnswer> PostAsync(string responseUri, string response, CancellationToken ct)
    {
        using var answer = await http.PostAsync(new Uri(responseUri), new FormUrlEncodedContent([new("response", response)]), ct);
        var body = StrictJson.ParseObject(await answer.Content.ReadAsByteArrayAsync(ct)).Succeeded(out var json, out _) ? json.Element : default(JsonElement);
        return new((int)answer.StatusCode, body.StringMember("redirect_uri"));
    }
}
