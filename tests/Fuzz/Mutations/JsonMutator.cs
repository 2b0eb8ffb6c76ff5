using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace IdentityPlatform.Fuzz.Mutations;

/// <summary>Breaks one thing of a JSON text: a member, a value, a shape, a size; and the same inside a JWT that it holds.</summary>
internal static class JsonMutator
{
    private static readonly string[] Values =
    [
        "null", "true", "0", "-1", "1e400", "99999999999999999999", "1.5", "\"\"", "\"x\"", "\"~lone~\"", "\"\\u0000\"", "[]", "{}", "[null]", "[[[[]]]]", "{\"a\":{\"a\":{}}}",
        "\"eyJhbGciOiJub25lIn0.e30.\"", "\"a.b.c\"", "\"a.b.c.d.e\"", "{\"jwt\":[]}", "{\"attestation\":[\"a.b.c\"]}", "{\"jwk\":{\"kty\":\"EC\"},\"enc\":\"A128GCM\"}",
    ];

    private static readonly string[] Members =
    [
        "credential_identifier", "credential_configuration_id", "credential_response_encryption", "proofs", "proof", "format", "transaction_id", "notification_id",
        "event", "event_description", "alg", "typ", "jwk", "kid", "x5c", "key_attestation", "trust_chain", "aud", "iss", "iat", "nonce", "crit", "unknown",
    ];

    public static string Mutate(string json, Random random)
    {
        if (random.Next(8) == 0)
        {
            return Shape(json, random);
        }

        if (JsonNode.Parse(json) is not JsonObject root)
        {
            return json;
        }

        InObject(root, random, depth: 0);
        return TextOf(root);
    }

    // Half of a surrogate pair: the framework writes none.
    private static string TextOf(JsonObject json) => json.ToJsonString().Replace("~lone~", "\\ud800", StringComparison.Ordinal);

    private static void InObject(JsonObject json, Random random, int depth)
    {
        var names = json.Select(member => member.Key).ToList();
        if (names.Count == 0 || random.Next(6) == 0)
        {
            json[Members[random.Next(Members.Length)]] = Value(random);
            return;
        }

        var name = names[random.Next(names.Count)];
        switch (json[name])
        {
            case JsonObject inner when depth < 4 && random.Next(3) > 0:
                InObject(inner, random, depth + 1);
                break;
            case JsonArray { Count: > 0 } array when random.Next(3) > 0:
                InArray(array, random, depth);
                break;
            case JsonValue value when value.TryGetValue<string>(out var text) && text.Count(c => c == '.') == 2 && random.Next(4) > 0:
                json[name] = InToken(text, random, depth);
                break;
            default:
                Replace(json, name, random);
                break;
        }
    }

    private static void InArray(JsonArray array, Random random, int depth)
    {
        var at = random.Next(array.Count);
        if (array[at] is JsonValue value && value.TryGetValue<string>(out var text) && text.Count(c => c == '.') == 2 && random.Next(4) > 0)
        {
            array[at] = InToken(text, random, depth);
        }
        else if (random.Next(2) == 0)
        {
            array.Add(array[at]?.DeepClone());
        }
        else
        {
            array[at] = Value(random);
        }
    }

    // The signature is the one from before: what changed inside is looked at before it, or refused by it.
    private static string InToken(string compact, Random random, int depth)
    {
        var parts = compact.Split('.');
        var part = random.Next(3);
        if (part == 2 || depth > 4)
        {
            return TextMutator.Mutate(compact, random);
        }

        if (Formats.Base64UrlText.TryDecode(parts[part], out var bytes) && TryParse(bytes) is JsonObject json)
        {
            InObject(json, random, depth + 1);
            parts[part] = Formats.Base64UrlText.Encode(Encoding.UTF8.GetBytes(TextOf(json)));
        }

        return string.Join('.', parts);
    }

    /// <summary>The JSON of a text, or null when it is none.</summary>
    public static JsonNode? TryParse(ReadOnlySpan<byte> utf8)
    {
        try
        {
            return JsonNode.Parse(utf8);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static void Replace(JsonObject json, string name, Random random)
    {
        if (random.Next(3) == 0)
        {
            json.Remove(name);
        }
        else
        {
            json[name] = Value(random);
        }
    }

    private static JsonNode? Value(Random random) => random.Next(20) == 0
        ? JsonValue.Create(new string('x', random.Next(10) == 0 ? 200_000 : random.Next(1, 5000)))
        : JsonNode.Parse(Values[random.Next(Values.Length)]);

    private static string Shape(string json, Random random) => random.Next(5) switch
    {
        0 => $"[{json}]",
        1 => json.Insert(1, json.Length > 2 ? $"{json[1..^1]}," : ""),
        2 => new StringBuilder().Insert(0, "{\"a\":", random.Next(1, 200)).Append(json).Append('}', random.Next(200)).ToString(),
        3 => $"\uFEFF{json}",
        _ => $"{json}{json}",
    };
}
