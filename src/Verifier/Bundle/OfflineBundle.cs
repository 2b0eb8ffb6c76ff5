using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Formats.Status;

namespace IdentityPlatform.Verifier.Bundle;

/// <summary>
/// What a verifier knows of the world, in one file: anchors, denied signers, type metadata and region offsets, signed by
/// an offline root that the integrator pins, and beside them status lists under their own signatures.
/// Only <see cref="Parse"/> makes one: its root signature has been verified.
/// </summary>
public sealed class OfflineBundle
{
    /// <summary>The bound on a bundle's size: some hundreds of status lists of 2^20 entries.</summary>
    public const int MaxBytes = 64 * 1024 * 1024;

    /// <summary>The <c>typ</c> of the signed part.</summary>
    public const string TokenType = "identity-bundle+jwt";

    private const int MaxSignedBytes = 8 * 1024 * 1024;
    private const int MaxListBytes = 4 * 1024 * 1024;

    private static readonly JwsAlgorithm[] Algorithms = [JwsAlgorithm.ES256, JwsAlgorithm.ES384, JwsAlgorithm.ES512];

    private OfflineBundle(BundleContent content, IReadOnlyList<StatusListToken> statusLists, IReadOnlyList<CwtStatusListToken> cwtStatusLists) =>
        (Content, StatusLists, CwtStatusLists) = (content, statusLists, cwtStatusLists);

    /// <summary>The signed content.</summary>
    public BundleContent Content { get; }

    /// <summary>The status lists that came along: well formed; their signatures are checked when they are used.</summary>
    public IReadOnlyList<StatusListToken> StatusLists { get; }

    /// <summary>The status lists that came along as CWT: a quarter smaller, and otherwise as <see cref="StatusLists"/>.</summary>
    public IReadOnlyList<CwtStatusListToken> CwtStatusLists { get; }

    /// <summary>The address of every status list that came along, in either form, and when it was made, in Unix seconds.</summary>
    public IEnumerable<(string Uri, long IssuedAt)> StatusListTimes =>
        StatusLists.Select(list => (list.Subject, list.IssuedAt)).Concat(CwtStatusLists.Select(list => (list.Subject, list.IssuedAt)));

    /// <summary>Parses a bundle and verifies its signature.</summary>
    /// <param name="utf8">The file. It is kept, not copied, because the lists are parts of it: the caller changes it no more.</param>
    /// <param name="pinnedRootKeys">The root keys that the integrator pins.</param>
    public static Parsed<OfflineBundle> Parse(ReadOnlyMemory<byte> utf8, params IReadOnlyList<Jwk> pinnedRootKeys)
    {
        using var json = new PooledJson();
        return StrictJson.ParseObject(utf8, json, MaxBytes).Failed(out var failure, out var container) ? failure : Read(container.Element, utf8, pinnedRootKeys);
    }

    /// <summary>Version and time.</summary>
    public override string ToString() => $"bundle {Content.Version} of {Content.IssuedAt:u}";

    private static Parsed<OfflineBundle> Read(JsonElement container, ReadOnlyMemory<byte> file, IReadOnlyList<Jwk> pinnedRootKeys)
    {
        if (container.StringMember("bundle") is not { } signed || !HoldsStrings(container.ArrayMember("status_lists")))
        {
            return new FormatFailure(FormatRule.Member, "a bundle has the members bundle and status_lists");
        }

        // Bundles of before there were lists as CWT have no such member; one that is there and no array of strings is a fault.
        if (container.Member("status_lists_cwt") is not null && !HoldsStrings(container.ArrayMember("status_lists_cwt")))
        {
            return new FormatFailure(FormatRule.Member, "status_lists_cwt is an array of strings");
        }

        if (Verify(signed, pinnedRootKeys).Failed(out var failure, out var verified)
            || BundleReader.Read(verified.Claims).Failed(out failure, out var content)
            || ParseLists("status_lists", container, file, ParseJwt).Failed(out failure, out var statusLists)
            || ParseLists("status_lists_cwt", container, file, ParseCwt).Failed(out failure, out var cwtStatusLists))
        {
            return failure;
        }

        return new OfflineBundle(content, statusLists, cwtStatusLists);
    }

    private static bool HoldsStrings(JsonElement? array) => array is { } items && items.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String);

    private static Parsed<VerifiedJwt> Verify(string signed, IReadOnlyList<Jwk> pinnedRootKeys)
    {
        if (SignedJwt.Parse(signed, MaxSignedBytes).Failed(out var failure, out var jwt))
        {
            return failure;
        }

        failure = new FormatFailure(FormatRule.Key, "no root key is pinned");
        foreach (var root in pinnedRootKeys)
        {
            using var key = VerificationKey.Import(root).OrThrow();
            if (jwt.Verify(key, TokenType, Algorithms).Succeeded(out var verified, out failure))
            {
                return verified;
            }
        }

        return failure;
    }

    private static Parsed<StatusListToken> ParseJwt(ReadOnlyMemory<byte> text) => StatusListToken.Parse(text, MaxListBytes);

    private static Parsed<CwtStatusListToken> ParseCwt(ReadOnlyMemory<byte> text) =>
        Base64UrlText.Parse(text.Span, "the list").Failed(out var failure, out var bytes) ? failure : CwtStatusListToken.Parse(bytes, MaxListBytes);

    private static Parsed<List<T>> ParseLists<T>(string member, JsonElement container, ReadOnlyMemory<byte> file, Func<ReadOnlyMemory<byte>, Parsed<T>> parse)
        where T : class
    {
        var parsed = new List<T>();
        if (container.ArrayMember(member) is not { } lists)
        {
            return parsed;
        }

        foreach (var list in lists.EnumerateArray())
        {
            if (parse(TextOf(list, file)).Failed(out var failure, out var token))
            {
                return new FormatFailure(failure.Rule, $"{member}[{parsed.Count}]: {failure.Fact}");
            }

            parsed.Add(token);
        }

        return parsed;
    }

    // Where it stands in the file: there are hundreds of lists. Only an escape, which none of them has need of, asks for a copy.
    private static ReadOnlyMemory<byte> TextOf(JsonElement list, ReadOnlyMemory<byte> file)
    {
        var raw = JsonMarshal.GetRawUtf8Value(list)[1..^1];
        return !raw.Contains((byte)'\\') && file.Span.Overlaps(raw, out var start) ? file.Slice(start, raw.Length) : Encoding.UTF8.GetBytes(list.GetString()!);
    }
}
