using System.Security.Cryptography;
using System.Text.Json;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Formats.Mdoc;
using IdentityPlatform.Formats.SdJwt;

namespace IdentityPlatform.Wallet.Cards;

/// <summary>One signed copy of a card and the key that it alone is bound to. A copy is shown once, so that two verifiers cannot compare what they got.</summary>
public sealed class CardCopy
{
    private readonly byte[] _key;
    private readonly Held _held;

    private CardCopy(string issued, Held held, byte[] key, bool used) => (Issued, _held, _key, Used) = (issued, held, key, used);

    /// <summary>What the issuer gave: an SD-JWT, or an mdoc as base64url.</summary>
    public string Issued { get; }

    /// <summary>The parsed SD-JWT with all its claims.</summary>
    /// <exception cref="InvalidOperationException">The copy is an mdoc.</exception>
    public HeldSdJwt Card => _held.Card ?? throw new InvalidOperationException("This copy is an mdoc.");

    /// <summary>The parsed mdoc; null where the copy is an SD-JWT.</summary>
    public HeldMdoc? Mdoc => _held.Mdoc;

    /// <summary>The format, as DCQL names it.</summary>
    public string Format => Mdoc is null ? "dc+sd-jwt" : "mso_mdoc";

    /// <summary>True once it was shown.</summary>
    public bool Used { get; private set; }

    /// <summary>The credential's type: its <c>vct</c>, or its document type.</summary>
    public string Type => Mdoc?.Received.UnverifiedMso.DocType ?? Card.Claims.StringMember("vct") ?? string.Empty;

    /// <summary>Takes a copy into the wallet, if it is well formed and bound to this key (OpenID4VCI 1.0 §8.3).</summary>
    public static Parsed<CardCopy> Take(string issued, ECDsa key)
    {
        if (Parse(issued).Failed(out var failure, out var held))
        {
            return failure;
        }

        return held.Bound?.IsSameKeyAs(Jwk.Of(key)) == true
            ? new CardCopy(issued, held, key.ExportPkcs8PrivateKey(), used: false)
            : new FormatFailure(FormatRule.Key, "the card is not bound to the key that was proven");
    }

    /// <summary>The values at a path, empty when it is not there; of an mdoc those that a query can ask for.</summary>
    public IReadOnlyList<JsonElement> Find(ClaimPath path) => Mdoc is not { } mdoc ? path.Select(Card.Claims)
        : path.Parts is [{ Name: { } space }, { Name: { } element }]
            && mdoc.Received.Items.GetValueOrDefault(space)?.FirstOrDefault(item => item.Identifier == element) is { Value: var value }
            ? [JsonSerializer.SerializeToElement((object?)value.Text ?? (object?)value.Boolean ?? value.Number)]
            : [];

    /// <summary>The holder's key of this copy.</summary>
    public SigningKey Key()
    {
        var key = ECDsa.Create();
        key.ImportPkcs8PrivateKey(_key, out _);
        return SigningKey.From(key);
    }

    /// <summary>Marks the copy as shown.</summary>
    public void MarkUsed() => Used = true;

    /// <summary>Redacted.</summary>
    public override string ToString() => "a copy of a card";

    internal static CardCopy Read(JsonElement json)
    {
        var issued = json.StringMember("issued")!;
        return new(issued, Parse(issued).OrThrow(), json.Member("key")!.Value.GetBytesFromBase64(), json.BooleanMember("used") == true);
    }

    internal void WriteTo(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("issued", Issued);
        writer.WriteBase64String("key", _key);
        writer.WriteBoolean("used", Used);
        writer.WriteEndObject();
    }

    // A tilde ends every SD-JWT without a key binding (RFC 9901 §4), and base64url has none.
    private static Parsed<Held> Parse(string issued)
    {
        if (issued.EndsWith('~'))
        {
            return HeldSdJwt.Parse(issued).Failed(out var failure, out var card)
                ? failure
                : new Held(card, null, card.Claims.ObjectMember("cnf")?.ObjectMember("jwk") is { } jwk && Jwk.Parse(jwk).Succeeded(out var key, out _) ? key : null);
        }

        return Base64UrlText.Parse(issued, "the card").Failed(out var unread, out var bytes) || HeldMdoc.Parse(bytes).Failed(out unread, out var mdoc)
            ? unread
            : new Held(null, mdoc, mdoc.Received.UnverifiedMso.Device.Key);
    }

    private sealed class Held(HeldSdJwt? card, HeldMdoc? mdoc, Jwk? bound)
    {
        public HeldSdJwt? Card => card;

        public HeldMdoc? Mdoc => mdoc;

        public Jwk? Bound => bound;
    }
}
