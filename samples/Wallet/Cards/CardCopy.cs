using System.Security.Cryptography;
using System.Text.Json;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Formats.SdJwt;

namespace IdentityPlatform.Wallet.Cards;

/// <summary>One signed copy of a card and the key that it alone is bound to. A copy is shown once, so that two verifiers cannot compare what they got.</summary>
public sealed class CardCopy
{
    private readonly byte[] _key;

    private CardCopy(string issued, HeldSdJwt card, byte[] key, bool used) => (Issued, Card, _key, Used) = (issued, card, key, used);

    /// <summary>The SD-JWT as the issuer gave it.</summary>
    public string Issued { get; }

    /// <summary>The parsed card with all its claims.</summary>
    public HeldSdJwt Card { get; }

    /// <summary>True once it was shown.</summary>
    public bool Used { get; private set; }

    /// <summary>The credential's type.</summary>
    public string Type => Card.Claims.StringMember("vct") ?? string.Empty;

    /// <summary>Takes a copy into the wallet, if it is well formed and bound to this key (OpenID4VCI 1.0 §8.3).</summary>
    public static Parsed<CardCopy> Take(string issued, ECDsa key)
    {
        if (HeldSdJwt.Parse(issued).Failed(out var failure, out var card))
        {
            return failure;
        }

        var bound = card.Claims.ObjectMember("cnf")?.ObjectMember("jwk");
        return bound is { } jwk && Jwk.Parse(jwk).Succeeded(out var holder, out _) && holder.IsSameKeyAs(Jwk.Of(key))
            ? new CardCopy(issued, card, key.ExportPkcs8PrivateKey(), used: false)
            : new FormatFailure(FormatRule.Key, "the card is not bound to the key that was proven");
    }

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
        return new(issued, HeldSdJwt.Parse(issued).OrThrow(), json.Member("key")!.Value.GetBytesFromBase64(), json.BooleanMember("used") == true);
    }

    internal void WriteTo(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("issued", Issued);
        writer.WriteBase64String("key", _key);
        writer.WriteBoolean("used", Used);
        writer.WriteEndObject();
    }
}
