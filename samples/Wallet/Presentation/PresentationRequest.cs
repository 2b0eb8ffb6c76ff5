using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Formats.Trust;

namespace IdentityPlatform.Wallet.Presentation;

/// <summary>A verifier's request, fetched and checked as a wallet must before it shows anything (OpenID4VP 1.0 §5, HAIP §5.1).</summary>
public sealed class PresentationRequest
{
    private PresentationRequest(string clientId, X509Certificate2 verifier, JsonElement claims, Jwk encryptionKey)
    {
        (ClientId, EncryptionKey) = (clientId, encryptionKey);
        VerifierName = verifier.GetNameInfo(X509NameType.SimpleName, forIssuer: false);
        Nonce = claims.StringMember("nonce")!;
        ResponseUri = claims.StringMember("response_uri")!;
        State = claims.StringMember("state");
        Query = claims.ObjectMember("dcql_query")!.Value;
        Reasons = [.. (claims.ArrayMember("verifier_info")?.EnumerateArray() ?? default)
            .Where(info => info.StringMember("format") == "legal-ground")
            .Select(info => info.ObjectMember("data")?.ObjectMember("texts") is { } texts
                ? texts.StringMember(System.Globalization.CultureInfo.CurrentUICulture.TwoLetterISOLanguageName) ?? texts.StringMember("en")
                : null)
            .OfType<string>()];
        Encryption = claims.ObjectMember("client_metadata")?.StringsMember("encrypted_response_enc_values_supported") is [var first, ..] ? first : "A128GCM";
    }

    /// <summary>The full client identifier: the audience of the key binding.</summary>
    public string ClientId { get; }

    /// <summary>The name in the verifier's access certificate.</summary>
    public string VerifierName { get; }

    /// <summary>The nonce that the key binding repeats.</summary>
    public string Nonce { get; }

    /// <summary>Where the response goes.</summary>
    public string ResponseUri { get; }

    /// <summary>The <c>state</c>, or null.</summary>
    public string? State { get; }

    /// <summary>The <c>dcql_query</c>.</summary>
    public JsonElement Query { get; }

    /// <summary>The grounds that the verifier states, for the holder to read before anything is shown.</summary>
    public IReadOnlyList<string> Reasons { get; }

    /// <summary>The verifier's key for this one response.</summary>
    public Jwk EncryptionKey { get; }

    /// <summary>The content encryption that the verifier prefers (§5.1: A128GCM where it says nothing).</summary>
    public string Encryption { get; }

    /// <summary>Reads a link or the text of a QR code, fetches the request object and checks it.</summary>
    /// <param name="link">An <c>openid4vp://</c> or https link with <c>client_id</c> and <c>request_uri</c>.</param>
    /// <param name="readerAnchors">The roots of access certificates that this wallet trusts.</param>
    /// <param name="http">The client for the verifier's own network.</param>
    /// <param name="now">The time of the check.</param>
    /// <param name="ct">Cancels.</param>
    public static async Task<Parsed<PresentationRequest>> FetchAsync(
        string link, IReadOnlyList<X509Certificate2> readerAnchors, HttpClient http, DateTimeOffset now, CancellationToken ct)
    {
        var query = link[(link.IndexOf('?', StringComparison.Ordinal) + 1)..];
        var parameters = query.Split('&').Select(p => p.Split('=', 2)).ToLookup(p => p[0], p => WebUtility.UrlDecode(p[^1]));
        if (parameters["client_id"].FirstOrDefault() is not { } clientId || parameters["request_uri"].FirstOrDefault() is not { } requestUri)
        {
            return new FormatFailure(FormatRule.Member, "client_id and request_uri are required");
        }

        var jwt = await http.GetStringAsync(new Uri(requestUri), ct);
        return Check(clientId, jwt, readerAnchors, now);
    }

    /// <summary>Checks a request object. Pure.</summary>
    public static Parsed<PresentationRequest> Check(string clientId, string jwt, IReadOnlyList<X509Certificate2> readerAnchors, DateTimeOffset now)
    {
        if (SignedJwt.Parse(jwt).Failed(out var failure, out var received) || X5c.Parse(received.Header).Failed(out failure, out var chain))
        {
            return failure;
        }

        // OpenID4VP 1.0 §5.9.3: x509_hash is the SHA-256 of the leaf in DER.
        var leaf = chain.Leaf;
        if (clientId != $"x509_hash:{Base64UrlText.Encode(SHA256.HashData(leaf.RawData))}")
        {
            return new FormatFailure(FormatRule.Key, "client_id is not the hash of the signing certificate");
        }

        if (CertificatePath.Validate(chain, readerAnchors, now) is not PathResult.Valid)
        {
            return new FormatFailure(FormatRule.Key, "the verifier's certificate leads to no anchor of this wallet");
        }

        return VerificationKey.Of(leaf).Failed(out failure, out var key)
            || received.Verify(key, "oauth-authz-req+jwt", JwsAlgorithm.ES256, JwsAlgorithm.ES384, JwsAlgorithm.ES512, JwsAlgorithm.PS256).Failed(out failure, out var verified)
            ? failure
            : Read(clientId, leaf, verified.Claims);
    }

    /// <summary>Redacted.</summary>
    public override string ToString() => $"request of {VerifierName}";

    private static Parsed<PresentationRequest> Read(string clientId, X509Certificate2 leaf, JsonElement claims)
    {
        // OpenID4VP 1.0 §5.2, §8.2: what this wallet serves, in the one way that it serves it.
        (string Name, Func<string?, bool> Holds)[] rules =
        [
            ("nonce", value => value is not null),
            ("response_uri", value => value is not null),
            ("client_id", value => value == clientId),
            ("response_type", value => value == "vp_token"),
            ("response_mode", value => value == "direct_post.jwt"),
            ("redirect_uri", value => value is null),
        ];
        if (Array.Find(rules, rule => !rule.Holds(claims.StringMember(rule.Name))) is { Name: { } broken })
        {
            return new FormatFailure(FormatRule.Member, $"{broken} is missing or not what a request by direct_post.jwt holds");
        }

        if (claims.ObjectMember("dcql_query") is null)
        {
            return new FormatFailure(FormatRule.Member, "dcql_query is required");
        }

        var keys = claims.ObjectMember("client_metadata")?.ObjectMember("jwks")?.ArrayMember("keys");
        foreach (var json in keys?.EnumerateArray() ?? default)
        {
            if (Jwk.Parse(json).Succeeded(out var key, out _) && key is { Curve: "P-256", KeyId: not null, Use: null or "enc" })
            {
                return new PresentationRequest(clientId, leaf, claims, key);
            }
        }

        return new FormatFailure(FormatRule.Key, "client_metadata holds no P-256 key to encrypt to");
    }
}
