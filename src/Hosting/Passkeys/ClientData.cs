using IdentityPlatform.Formats;

namespace IdentityPlatform.Hosting.Passkeys;

/// <summary>What the browser says about a ceremony (WebAuthn §5.8.1).</summary>
internal sealed class ClientData
{
    private ClientData()
    {
    }

    public required string Type { get; init; }

    public required byte[] Challenge { get; init; }

    public required string Origin { get; init; }

    /// <summary>The page ran inside a frame of another origin.</summary>
    public required bool Framed { get; init; }

    public static Parsed<ClientData> Parse(ReadOnlySpan<byte> json)
    {
        if (StrictJson.ParseObject(json, maxBytes: 8 * 1024).Failed(out var failure, out var value))
        {
            return failure;
        }

        var (data, framed) = (value.Element, value.Element.Member("crossOrigin"));
        return data.StringMember("type") is { } type
            && data.StringMember("challenge") is { } text
            && Base64UrlText.TryDecode(text, out var challenge)
            && data.StringMember("origin") is { } origin
            && (framed is null || data.BooleanMember("crossOrigin") is not null)
            ? new ClientData
            {
                Type = type,
                Challenge = challenge,
                Origin = origin,
                Framed = data.BooleanMember("crossOrigin") == true || data.Member("topOrigin") is not null,
            }
            : new FormatFailure(FormatRule.Member, "client data has type, challenge and origin, and a boolean crossOrigin if any");
    }
}
