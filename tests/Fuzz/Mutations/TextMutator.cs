using System.Text;

namespace IdentityPlatform.Fuzz.Mutations;

/// <summary>Breaks the text of a query or a form: characters, pairs, encodings, sizes.</summary>
internal static class TextMutator
{
    private const string Registered = "https://front.example/callback?kept=1";

    private static readonly string[] Characters =
        ["%", "%00", "%zz", "%2", "&", "&&", "=", "==", "+", "%C3%28", "%0d%0a", "\t", "\u00e9", "\U0001f600", "%ED%A0%80", "#", "\"", "'", "<", "\\", ";", ".", "~", "A", "-"];

    private static readonly string[] Values =
    [
        "", "null", "[]", "{}", "[null]", "{\"a\":{\"a\":{\"a\":1}}}", "-1", "99999999999999999999", "true", "code token", "none", "openid", "*",
        "https://evil.example/", "//evil.example", "https:evil.example", "javascript:alert(1)", "/\\evil.example", Registered, Registered + ".evil.example",
        Registered + "#x", Registered + "&x=1", Registered.Replace("front.example", "front.example@evil.example", StringComparison.Ordinal),
        Registered.ToUpperInvariant(), "http" + Registered[5..], "eyJhbGciOiJub25lIn0.e30.", "a.b.c", "....", "urn:ietf:params:oauth:request_uri:x",
    ];

    private static readonly string[] Pairs =
    [
        "request=eyJhbGciOiJub25lIn0.e30.", "request=x", "request_uri=urn%3Aietf%3Aparams%3Aoauth%3Arequest_uri%3Ax", "request_uri=https%3A%2F%2Fevil.example%2F",
        "response_mode=form_post", "response_mode=jwt", "response_mode=fragment", "response_mode=form_post.jwt", "prompt=none", "prompt=none%20login", "max_age=0", "max_age=-1",
        "resource=https%3A%2F%2Fevil.example", "resource=x&resource=y", "authorization_details=%5B%7B%22type%22%3A%22x%22%7D%5D", "authorization_details=%5B", "claims=%7B%7D",
        "claims=%7B%22id_token%22%3A%5B%5D%7D", "client_secret=x", "scope=openid%20admin", "dpop_jkt=x", "nonce=", "state=%FF", "id_token_hint=a.b.c",
        "client_assertion=a.b.c", "client_assertion_type=x", "code_challenge_method=plain", "code_verifier=x", "grant_type=password", "client_id=two", "client_id=public",
        "redirect_uri=https%3A%2F%2Fevil.example%2F", "response_type=token", "registration=%7B%7D", "tx_code=123456", "subject_token=a.b.c", "audience=x",
    ];

    public static string Mutate(string text, Random random) => random.Next(10) switch
    {
        0 => Replace(text, random),
        1 => text.Length == 0 ? text : text.Remove(random.Next(text.Length), 1),
        2 => text.Insert(random.Next(text.Length + 1), Pick(Characters, random)),
        3 => text[..random.Next(text.Length + 1)],
        4 => WithPairs(text, pairs => pairs.Insert(random.Next(pairs.Count + 1), pairs.Count == 0 ? "" : pairs[random.Next(pairs.Count)])),
        5 => WithPairs(text, pairs => pairs.RemoveAt(random.Next(pairs.Count))),
        6 => WithPairs(text, pairs => SetValue(pairs, random, Uri.EscapeDataString(Pick(Values, random)))),
        7 => WithPairs(text, pairs => SetValue(pairs, random, Large(random))),
        8 => WithPairs(text, pairs => SwapValues(pairs, random)),
        _ => WithPairs(text, pairs => pairs.Insert(random.Next(pairs.Count + 1), Pick(Pairs, random))),
    };

    private static string Replace(string text, Random random)
    {
        if (text.Length == 0)
        {
            return text;
        }

        var at = random.Next(text.Length);
        return string.Concat(text.AsSpan(0, at), Pick(Characters, random), text.AsSpan(at + 1));
    }

    private static string WithPairs(string text, Action<List<string>> change)
    {
        var pairs = text.Split('&').ToList();
        change(pairs);
        return string.Join('&', pairs);
    }

    private static void SetValue(List<string> pairs, Random random, string value)
    {
        var at = random.Next(pairs.Count);
        pairs[at] = $"{pairs[at].Split('=')[0]}={value}";
    }

    private static void SwapValues(List<string> pairs, Random random)
    {
        var (one, other) = (random.Next(pairs.Count), random.Next(pairs.Count));
        var (left, right) = (pairs[one].Split('=', 2), pairs[other].Split('=', 2));
        (pairs[one], pairs[other]) = ($"{left[0]}={right[^1]}", $"{right[0]}={left[^1]}");
    }

    // Mostly a little too long, now and then far too long.
    private static string Large(Random random)
    {
        var unit = Pick(["a", "%41", "[", "%5B", "%F0%9F%98%80", "{\"a\":"], random);
        return new StringBuilder().Insert(0, unit, random.Next(20) == 0 ? 90_000 / unit.Length : random.Next(1, 700)).ToString();
    }

    private static string Pick(string[] values, Random random) => values[random.Next(values.Length)];
}
