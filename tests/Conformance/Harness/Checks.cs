using System.Buffers.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace IdentityPlatform.Conformance.Harness;

/// <summary>What every successful flow is checked for: C2 to C6 of the reference, on every answer.</summary>
internal static class Checks
{
    private const int EntropyBits = 96;
    private const long FiftyYears = 50L * 365 * 86400;
    private static readonly string[] Booleans = ["email_verified", "phone_number_verified"];
    private static readonly string[] Texts = ["sub", "name", "given_name", "family_name", "middle_name", "nickname", "preferred_username", "profile", "picture", "website", "email", "gender", "birthdate", "zoneinfo", "locale", "phone_number"];

    private static long Now => DateTimeOffset.UtcNow.ToUnixTimeSeconds();

    /// <summary>C2 and its like: at least 128 bits long, and at least 96 bits of measured Shannon entropy.</summary>
    public static void IsUnguessable(string value, string what)
    {
        Assert.True(value.Length * 8 >= 128, $"{what} is shorter than 128 bits");
        var entropy = value.GroupBy(character => character).Sum(group => -group.Count() * Math.Log2((double)group.Count() / value.Length));
        Assert.True(entropy >= EntropyBits, $"{what} has {entropy:F0} bits of entropy, not {EntropyBits}");
        Assert.True(value.All(character => character is >= '\x20' and <= '\x7E'), $"{what} holds characters that RFC 6749 appendix A does not allow");
    }

    /// <summary>C3.</summary>
    public static void TokenResponse(Answer answer, string tokenType)
    {
        answer.Is(200);
        Assert.Equal("application/json", answer.ContentType);
        Assert.Contains("no-store", answer.Header("Cache-Control") ?? "", StringComparison.Ordinal);
        IsUnguessable(answer.Required("access_token"), "access_token");
        Assert.Equal(tokenType, answer.Text("token_type"), ignoreCase: true);
        Assert.Equal(JsonValueKind.Number, answer.Json["expires_in"]?.GetValueKind());
        Assert.InRange((long)answer.Json["expires_in"]!, 1, 31_536_000);
        if (answer.Text("refresh_token") is { } refreshToken)
        {
            IsUnguessable(refreshToken, "refresh_token");
        }
    }

    /// <summary>C4.</summary>
    public static Jws IdToken(string compact, string issuer, string clientId, JsonArray keys, string? nonce, string algorithm)
    {
        var token = Jws.Parse(compact).IsSignedBy(keys, algorithm);
        Assert.True(token.Header["kid"] is not null || keys.Count == 1, "kid is needed where the JWKS has several keys");
        Assert.Equal(issuer, token.Text("iss"));
        Assert.Contains(clientId, Audience(token));
        Assert.InRange(token.Number("exp") ?? 0, Now + 1, Now + FiftyYears);
        Assert.InRange(token.Number("iat") ?? 0, Now - 300, Now + 300);
        if (token.Number("auth_time") is { } authTime)
        {
            Assert.InRange(authTime, Now - (365 * 86400), Now + 5);
        }

        Assert.True(token.Claims["acr"] is null || token.Text("acr") is { Length: > 0 }, "acr is a text that is not empty");
        Assert.Equal(nonce, token.Text("nonce"));
        Assert.False(string.IsNullOrEmpty(token.Text("sub")), "sub is there");
        Assert.InRange(token.Text("sub")!.Length, 1, 255);
        return token;
    }

    /// <summary>C5.</summary>
    public static void PublicKeys(JsonArray keys)
    {
        Assert.NotEmpty(keys);
        var ids = keys.Select(key => (string?)key!["kid"]).ToList();
        Assert.All(ids, id => Assert.False(string.IsNullOrEmpty(id)));
        Assert.Equal(ids.Count, ids.Distinct().Count());
        foreach (var key in keys.Select(key => key!.AsObject()))
        {
            Assert.All(["d", "p", "q", "dp", "dq", "qi", "k", "oth"], name => Assert.False(key.ContainsKey(name), $"the JWKS holds {name}"));
            Assert.True((string?)key["kty"] is "EC" or "RSA" or "OKP", $"kty {key["kty"]}");
            if ((string?)key["kty"] == "RSA")
            {
                Assert.True(Base64Url.DecodeFromChars((string)key["n"]!).Length * 8 >= 2048, "an RSA key has at least 2048 bits");
            }
        }
    }

    /// <summary>C6, without the comparison of <c>sub</c>.</summary>
    public static void UserInfo(JsonObject claims)
    {
        Assert.False(string.IsNullOrEmpty((string?)claims["sub"]), "sub is there");
        foreach (var (name, value) in claims)
        {
            var kind = value?.GetValueKind();
            Assert.True(!Booleans.Contains(name) || kind is JsonValueKind.True or JsonValueKind.False, $"{name} is a boolean");
            Assert.True(!Texts.Contains(name) || (kind == JsonValueKind.String && (string?)value is { Length: > 0 }), $"{name} is a text that is not empty");
            Assert.True(name != "updated_at" || kind == JsonValueKind.Number, "updated_at is a number");
            Assert.True(name != "address" || kind == JsonValueKind.Object, "address is an object");
        }
    }

    public static IReadOnlyList<string> Audience(Jws token) => token.Claims["aud"] is JsonArray several
        ? [.. several.Select(value => (string)value!)]
        : token.Text("aud") is { } one ? [one] : [];
}
