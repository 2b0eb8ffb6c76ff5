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
    /// <param name="utf8">The file.</param>
    /// <param name="pinnedRootKeys">The root keys that the integrator pins.</param>
    public static Parsed<OfflineBundle> Parse(ReadOnlySpan<byte> utf8, params IReadOnlyList<Jwk> pinnedRootKeys)
    {
        if (StrictJson.ParseObject(utf8, MaxBytes).Failed(out var failure, out var container))
        {
            return failure;
        }

        if (container.Element.StringMember("bundle") is not { } signed || container.Element.StringsMember("status_lists") is not { } lists)
        {
            return new FormatFailure(FormatRule.Member, "a bundle has the members bundle and status_lists");
        }

        // Bundles of before there were lists as CWT have no such member; one that is there and no array of strings is a fault.
        if (CwtLists(container.Element) is not { } cwtLists)
        {
            return new FormatFailure(FormatRule.Member, "status_lists_cwt is an array of strings");
        }

        if (Verify(signed, pinnedRootKeys).Failed(out failure, out var verified)
            || BundleReader.Read(verified.Claims).Failed(out failure, out var content)
            || ParseLists("status_lists", lists, ParseJwt).Failed(out failure, out var statusLists)
            || ParseLists("status_lists_cwt", cwtLists, ParseCwt).Failed(out failure, out var cwtStatusLists))
        {
            return failure;
        }

        return new OfflineBundle(content, statusLists, cwtStatusLists);
    }

    /// <summary>Version and time.</summary>
    public override string ToString() => $"bundle {Content.Version} of {Content.IssuedAt:u}";

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

    private static IReadOnlyList<string>? CwtLists(JsonElement container) =>
        container.Member("status_lists_cwt") is null ? [] : container.StringsMember("status_lists_cwt");

    private static Parsed<StatusListToken> ParseJwt(string text) => StatusListToken.Parse(text, MaxListBytes);

    private static Parsed<CwtStatusListToken> ParseCwt(string text) =>
        Base64UrlText.Parse(text, "the list").Failed(out var failure, out var bytes) ? failure : CwtStatusListToken.Parse(bytes, MaxListBytes);

    private static Parsed<List<T>> ParseLists<T>(string member, IReadOnlyList<string> lists, Func<string, Parsed<T>> parse)
        where T : class
    {
        var parsed = new List<T>(lists.Count);
        foreach (var list in lists)
        {
            if (parse(list).Failed(out var failure, out var token))
            {
                return new FormatFailure(failure.Rule, $"{member}[{parsed.Count}]: {failure.Fact}");
            }

            parsed.Add(token);
        }

        return parsed;
    }
}
