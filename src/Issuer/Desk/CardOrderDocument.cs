using IdentityPlatform.Formats;

namespace IdentityPlatform.Issuer.Desk;

/// <summary>One officer's word about a card as canonical JSON: its SHA-256 is the challenge that the officer's passkey signs.</summary>
/// <param name="Order">The order; a proposal has its id before it is stored.</param>
/// <param name="Deployment">The deployment.</param>
/// <param name="Step">What the officer says.</param>
/// <param name="Officer">The officer.</param>
/// <param name="Time">When the officer was asked, in whole seconds.</param>
public sealed record CardOrderDocument(CardOrder Order, string Deployment, CardOrderStep Step, string Officer, long Time)
{
    /// <summary>SHA-256 of what the order says beside its kind, which carries a salt; null where it says nothing more.</summary>
    public byte[]? Content { get; init; }

    /// <summary>The canonical bytes: members in alphabetical order, no white space.</summary>
    public byte[] ToBytes() => JsonText.Write(writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("card", Order.CardId);
        if (Content is { } content)
        {
            writer.WriteString("content", Base64UrlText.Encode(content));
        }

        writer.WriteString("deployment", Deployment);
        if (Order.Ground is { } ground)
        {
            writer.WriteString("ground", Status.RevocationGrounds.Word(ground));
        }

        writer.WriteString("kind", Order.Kind.Word());
        writer.WriteString("officer", Officer);
        writer.WriteString("order", Order.Id);
        writer.WriteString("step", Step.Word());
        writer.WriteNumber("time", Time);
        writer.WriteEndObject();
    });
}
