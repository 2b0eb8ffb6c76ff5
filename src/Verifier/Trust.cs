using System.Text.Json;
using IdentityPlatform.Formats.Cose;
using IdentityPlatform.Formats.Status;
using IdentityPlatform.Verifier.Bundle;

namespace IdentityPlatform.Verifier;

/// <summary>
/// What a verifier trusts, prepared once for many checks: the anchors of one bundle and its status lists. Safe to share
/// between threads. It remembers signers whose path was validated, by certificate hash and time; a new bundle is a new object.
/// </summary>
public sealed class Trust
{
    private readonly SignerPaths _signers;
    private readonly StatusLists _statusLists;

    private Trust(OfflineBundle? bundle, IReadOnlyList<StatusListToken> statusLists, IReadOnlyList<CwtStatusListToken> cwtStatusLists)
    {
        Bundle = bundle;
        _signers = new SignerPaths(bundle?.Content);
        Types = new HeldTypes(bundle?.Content);
        _statusLists = new StatusLists(statusLists, cwtStatusLists, _signers, bundle?.Content.StatusMaxAge ?? TimeSpan.Zero);
    }

    /// <summary>Trusts nobody and knows no list.</summary>
    public static Trust Empty { get; } = new(null, [], []);

    /// <summary>The bundle, or null for <see cref="Empty"/>.</summary>
    public OfflineBundle? Bundle { get; }

    /// <summary>Trusts what the bundle says, with the status lists that came in it.</summary>
    public static Trust From(OfflineBundle bundle) => From(bundle, bundle.StatusLists, bundle.CwtStatusLists);

    /// <summary>Trusts what the bundle says, with status lists that were fetched on their own.</summary>
    public static Trust From(OfflineBundle bundle, IReadOnlyList<StatusListToken> statusLists) => From(bundle, statusLists, []);

    /// <summary>Trusts what the bundle says, with status lists that were fetched on their own, in either form.</summary>
    public static Trust From(OfflineBundle bundle, IReadOnlyList<StatusListToken> statusLists, IReadOnlyList<CwtStatusListToken> cwtStatusLists) =>
        new(bundle, statusLists, cwtStatusLists);

    /// <summary>Why the list for a URI cannot be used at a time, or null when it can.</summary>
    public StatusGap? GapOf(string statusListUri, DateTimeOffset now) =>
        _statusLists.Find(statusListUri, now, TimeSpan.Zero).Match<StatusGap?>(_ => null, gap => gap);

    internal HeldTypes Types { get; }

    internal SignerVerdict FindSigner(JsonElement header, AnchorRole role, string? type, DateTimeOffset now) => _signers.Find(header, role, type, now);

    internal SignerVerdict FindSigner(CoseSign1 message, AnchorRole role, string? type, DateTimeOffset now) => _signers.Find(message, role, type, now);

    internal bool Denies(string thumbprint) => Bundle?.Content.Denied.Contains(thumbprint, StringComparer.Ordinal) ?? false;

    internal StatusListVerdict FindStatusList(string uri, DateTimeOffset now, TimeSpan skew) => _statusLists.Find(uri, now, skew);
}
