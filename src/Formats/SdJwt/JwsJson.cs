using System.Text.Json;

namespace IdentityPlatform.Formats.SdJwt;

/// <summary>The JWS JSON serialisation of an SD-JWT (RFC 9901 §8), flattened or general, put into the compact form.</summary>
internal static class JwsJson
{
    public static Parsed<string> Compact(ReadOnlySpan<byte> utf8, int maxBytes)
    {
        if (StrictJson.ParseObject(utf8, maxBytes).Failed(out var failure, out var json))
        {
            return failure;
        }

        // RFC 7515 §7.2: either one signature beside the payload, or an array of them.
        if (json.Element.Member("signatures") is null)
        {
            return ReadSignature(json.Element, json.Element);
        }

        if (json.Element.ArrayMember("signatures") is not { } signatures || signatures.GetArrayLength() == 0
            || json.Element.Member("signature") is not null || json.Element.Member("protected") is not null || json.Element.Member("header") is not null)
        {
            return new FormatFailure(FormatRule.Structure, "signatures is an array with at least one, and stands instead of signature");
        }

        // RFC 9901 §8.1: with several signatures, disclosures and kb_jwt stand beside the first alone.
        return signatures.EnumerateArray().Skip(1).Any(other => other.ObjectMember("header") is { } header && HoldsParts(header))
            ? new FormatFailure(FormatRule.Structure, "only the first signature has disclosures and kb_jwt")
            : ReadSignature(json.Element, signatures[0]);
    }

    private static bool HoldsParts(JsonElement header) => header.Member("disclosures") is not null || header.Member("kb_jwt") is not null;

    private static Parsed<string> ReadSignature(JsonElement message, JsonElement signature)
    {
        if (message.StringMember("payload") is not { } payload
            || signature.StringMember("protected") is not { } protectedHeader
            || signature.StringMember("signature") is not { } value)
        {
            return new FormatFailure(FormatRule.Member, "payload, protected and signature are strings");
        }

        if (signature.Member("header") is null)
        {
            return Join($"{protectedHeader}.{payload}.{value}", [], null);
        }

        if (signature.ObjectMember("header") is not { } header
            || (header.Member("disclosures") is not null && header.StringsMember("disclosures") is null)
            || (header.Member("kb_jwt") is not null && header.StringMember("kb_jwt") is null))
        {
            return new FormatFailure(FormatRule.Member, "header is an object, in which disclosures are strings and kb_jwt is a string");
        }

        return ReadHeader(header, $"{protectedHeader}.{payload}.{value}");
    }

    private static Parsed<string> ReadHeader(JsonElement header, string issuerJwt)
    {
        // RFC 7515 §4.1: what decides over the signature is taken from the protected header; here it would be read by nobody or by the wrong one.
        if (Array.Find(["alg", "typ", "crit", "x5c", "jwk"], name => header.Member(name) is not null) is { } name)
        {
            return new FormatFailure(FormatRule.Structure, $"{name} stands in the protected header alone");
        }

        var binding = header.StringMember("kb_jwt");
        return binding is { Length: 0 }
            ? new FormatFailure(FormatRule.Structure, "kb_jwt is empty")
            : Join(issuerJwt, header.StringsMember("disclosures") ?? [], binding);
    }

    // A tilde within a part would make two of it.
    private static Parsed<string> Join(string issuerJwt, IReadOnlyList<string> disclosures, string? keyBinding) =>
        HoldsTilde(issuerJwt) || disclosures.Any(HoldsTilde) || HoldsTilde(keyBinding)
            ? Base64UrlText.NotBase64Url("a part of the SD-JWT")
            : string.Join('~', [issuerJwt, .. disclosures, keyBinding]);

    private static bool HoldsTilde(string? part) => part.AsSpan().Contains('~');
}
