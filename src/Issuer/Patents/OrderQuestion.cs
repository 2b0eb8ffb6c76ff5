using IdentityPlatform.Formats;
using IdentityPlatform.Issuer.Desk;

namespace IdentityPlatform.Issuer.Patents;

/// <summary>What an officer was asked, until the answer comes: the document whose hash the passkey signs, and the order's content as ciphertext.</summary>
internal sealed class OrderQuestion(string orderId, CardOrderKind kind, CardOrderStep step, string officerId, DateTimeOffset at, byte[] word, byte[] content)
{
    public string OrderId { get; } = orderId;

    public CardOrderKind Kind { get; } = kind;

    public CardOrderStep Step { get; } = step;

    public string OfficerId { get; } = officerId;

    public DateTimeOffset At { get; } = DateTimeOffset.FromUnixTimeSeconds(at.ToUnixTimeSeconds());

    /// <summary>The document.</summary>
    public byte[] Word { get; } = word;

    public byte[] Content { get; } = content;

    public static OrderQuestion Read(byte[] bytes)
    {
        var json = StrictJson.ParseObject(bytes).OrThrow().Element;
        return new(
            json.StringMember("order")!,
            CardOrderWords.FindKind(json.StringMember("kind")),
            CardOrderWords.FindStep(json.StringMember("step")),
            json.StringMember("officer")!,
            DateTimeOffset.FromUnixTimeSeconds(json.LongMember("at")!.Value),
            Base64UrlText.Parse(json.StringMember("word")!, "word").OrThrow(),
            Base64UrlText.Parse(json.StringMember("content")!, "content").OrThrow());
    }

    public byte[] ToBytes() => JsonText.Write(writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("order", OrderId);
        writer.WriteString("kind", Kind.Word());
        writer.WriteString("step", Step.Word());
        writer.WriteString("officer", OfficerId);
        writer.WriteNumber("at", At.ToUnixTimeSeconds());
        writer.WriteString("word", Base64UrlText.Encode(Word));
        writer.WriteString("content", Base64UrlText.Encode(Content));
        writer.WriteEndObject();
    });

    public override string ToString() => $"question about order {OrderId}";
}
