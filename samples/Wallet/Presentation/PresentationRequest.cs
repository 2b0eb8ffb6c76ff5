using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Frames;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Formats.Mdoc;
using IdentityPlatform.Formats.Trust;

namespace IdentityPlatform.Wallet.Presentation;

/// <summary>A verifier's request, fetched and checked as a wallet must before it shows anything (OpenID4VP 1.0 §5, HAIP §5.1).</summary>
public sealed class PresentationRequest
{
    /// <summary>The name of signed requests over the Digital Credentials API (OpenID4VP 1.0 §A.1).</summary>
    public const string SignedProtocol = "openid4vp-v1-signed";

    private readonly string? _origin;

    private PresentationRequest(string clientId, X509Certificate2 verifier, JsonElement claims, Jwk encryptionKey, string? origin)
    {
        (ClientId, EncryptionKey, _origin, Audience) = (clientId, encryptionKey, origin, origin is null ? clientId : $"origin:{origin}");
        VerifierName = verifier.GetNameInfo(X509NameType.SimpleName, forIssuer: false);
        Nonce = claims.StringMember("nonce")!;
        ResponseUri = claims.StringMember("response_uri") ?? "";
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

    /// <summary>The full client identifier.</summary>
    public string ClientId { get; }

    /// <summary>The audience of the key binding: the client identifier, or the origin of the page that called (OpenID4VP 1.0 §A.4).</summary>
    public string Audience { get; }

    /// <summary>The name in the verifier's access certificate.</summary>
    public string VerifierName { get; }

    /// <summary>The nonce that the key binding repeats.</summary>
    public string Nonce { get; }

    /// <summary>Where the response goes; empty where the browser hands it over.</summary>
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

    /// <summary>What an mdoc's device signs to answer this request (OpenID4VP 1.0 §B.2.6).</summary>
    public SessionTranscript Transcript => _origin is null
        ? SessionTranscript.ForOpenId4Vp(ClientId, Nonce, EncryptionKey, ResponseUri)
        : SessionTranscript.ForDcApi(_origin, Nonce, EncryptionKey);

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

    /// <summary>Reads a request that a verifier shows as a loop of QR codes, for a phone without a network, and checks it. Pure.</summary>
    /// <param name="codes">The texts of the codes, in any order; what belongs to no frame is passed over.</param>
    /// <param name="readerAnchors">The roots of access certificates that this wallet trusts.</param>
    /// <param name="now">The time of the check.</param>
    public static Parsed<PresentationRequest> Read(IEnumerable<string> codes, IReadOnlyList<X509Certificate2> readerAnchors, DateTimeOffset now)
    {
        var collector = new FrameCollector();
        foreach (var code in codes)
        {
            if (Frame.Parse(code).Succeeded(out var frame, out _) && collector.Add(frame) is { } message)
            {
                return PackedToken.Parse(message).Failed(out var failure, out var jwt) || SignedJwt.Parse(jwt).Failed(out failure, out var received)
                    ? failure
                    : Check(received.UnverifiedClaims.StringMember("client_id") ?? "", jwt, readerAnchors, now);
            }
        }

        return new FormatFailure(FormatRule.Structure, "codes are missing: the request is not whole");
    }

    /// <summary>Reads the signed request among those that a page gave to the browser's Digital Credentials API, and checks it (OpenID4VP 1.0 §A.3). Pure.</summary>
    /// <param name="options">What the page gave to <c>navigator.credentials.get</c>.</param>
    /// <param name="origin">The origin of the page, as the browser says it.</param>
    /// <param name="readerAnchors">The roots of access certificates that this wallet trusts.</param>
    /// <param name="now">The time of the check.</param>
    public static Parsed<PresentationRequest> ReadDcApi(JsonElement options, string origin, IReadOnlyList<X509Certificate2> readerAnchors, DateTimeOffset now)
    {
        var requests = options.ObjectMember("digital")?.ArrayMember("requests")?.EnumerateArray() ?? default;
        var signed = requests.FirstOrDefault(request => request.StringMember("protocol") == SignedProtocol);
        if (signed.ValueKind != JsonValueKind.Object || signed.ObjectMember("data")?.StringMember("request") is not { } jwt)
        {
            return new FormatFailure(FormatRule.Member, "there is no signed request");
        }

        return SignedJwt.Parse(jwt).Failed(out var failure, out var received)
            ? failure
            : Check(received.UnverifiedClaims.StringMember("client_id") ?? "", jwt, readerAnchors, now, origin);
    }

    /// <summary>Checks a request object. Pure.</summary>
    public static Parsed<PresentationRequest> Check(string clientId, string jwt, IReadOnlyList<X509Certificate2> readerAnchors, DateTimeOffset now, string? origin = null)
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
            : Read(clientId, leaf, verified.Claims, origin);
    }

    /// <summary>Redacted.</summary>
    public override string ToString() => $"request of {VerifierName}";

    private static Parsed<PresentationRequest> Read(string clientId, X509Certificate2 leaf, JsonElement claims, string? origin)
    {
        // OpenID4VP 1.0 §5.2, §8.2, §A.2: what this wallet serves, in the two ways that it serves it.
        (string Name, Func<string?, bool> Holds)[] rules =
        [
            ("nonce", value => value is not null),
            ("response_uri", value => value is null == origin is not null),
            ("client_id", value => value == clientId),
            ("response_type", value => value == "vp_token"),
            ("response_mode", value => value == (origin is null ? "direct_post.jwt" : "dc_api.jwt")),
            ("redirect_uri", value => value is null),
        ];
        if (Array.Find(rules, rule => !rule.Holds(claims.StringMember(rule.Name))) is { Name: { } broken })
        {
            return new FormatFailure(FormatRule.Member, $"{broken} is missing or not what such a request holds");
        }

        if (claims.ObjectMember("dcql_query") is null)
        {
            return new FormatFailure(FormatRule.Member, "dcql_query is required");
        }

        // §A.2: a request that was signed for another page is not this page's.
        return origin is not null && claims.StringsMember("expected_origins")?.Contains(origin) != true
            ? new FormatFailure(FormatRule.Member, "the request is for another origin")
            : ReadKey(clientId, leaf, claims, origin);
    }

    private static Parsed<PresentationRequest> ReadKey(string clientId, X509Certificate2 leaf, JsonElement claims, string? origin)
    {
        var keys = claims.ObjectMember("client_metadata")?.ObjectMember("jwks")?.ArrayMember("keys");
        foreach (var json in keys?.EnumerateArray() ?? default)
        {
            if (Jwk.Parse(json).Succeeded(out var key, out _) && key is { Curve: "P-256", KeyId: not null, Use: null or "enc" })
            {
                return new PresentationRequest(clientId, leaf, claims, key, origin);
            }
        }

        return new FormatFailure(FormatRule.Key, "client_metadata holds no P-256 key to encrypt to");
    }
}
