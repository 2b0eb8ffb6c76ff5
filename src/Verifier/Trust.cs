using System.Text.Json;
using IdentityPlatform.Formats.Cose;
using IdentityPlatform.Formats.Status;
using IdentityPlatform.Verifier.Bundle;
using IdentityPlatform.Verifier.Checks;

namespace IdentityPlatform.Verifier;

/// <summary>
/// What a verifier trusts, prepared once for many checks: the anchors of one bundle and its status lists. Safe to share
/// between threads. It remembers signers whose path was validated, by certificate hash and time; a new bundle is a new object.
/// </summary>
public sealed class Trust
{
    private readonly SignerPaths _signers;
    private readonly StatusLists _statusLists;

    private Trust(BundleContent? content, IReadOnlyList<StatusListToken> statusLists, IReadOnlyList<CwtStatusListToken> cwtStatusLists, OfflineBundle? bundle)
    {
        (Content, Bundle) = (content, bundle);
        _signers = new SignerPaths(content);
        Types = new HeldTypes(content);
        _statusLists = new StatusLists(statusLists, cwtStatusLists, _signers, content?.StatusMaxAge ?? TimeSpan.Zero);
    }

    /// <summary>Trusts nobody and knows no list.</summary>
    public static Trust Empty { get; } = new(null, [], [], null);

    /// <summary>The bundle, or null where trust does not come from one.</summary>
    public OfflineBundle? Bundle { get; }

    /// <summary>Trusts what the bundle says, with the status lists that came in it.</summary>
    public static Trust From(OfflineBundle bundle) => From(bundle, bundle.StatusLists, bundle.CwtStatusLists);

    /// <summary>Trusts what the bundle says, with status lists that were fetched on their own.</summary>
    public static Trust From(OfflineBundle bundle, IReadOnlyList<StatusListToken> statusLists) => From(bundle, statusLists, []);

    /// <summary>Trusts what the bundle says, with status lists that were fetched on their own, in either form.</summary>
    public static Trust From(OfflineBundle bundle, IReadOnlyList<StatusListToken> statusLists, IReadOnlyList<CwtStatusListToken> cwtStatusLists) =>
        new(bundle.Content, statusLists, cwtStatusLists, bundle);

    /// <summary>Trusts the anchors of a list, with status lists that were fetched on their own.</summary>
    /// <param name="anchors">Whom to trust for what, and until when.</param>
    /// <param name="statusMaxAge">How old a status list may grow.</param>
    /// <param name="statusLists">The status lists as JWT.</param>
    /// <param name="cwtStatusLists">The status lists as CWT.</param>
    public static Trust From(
        AnchorList anchors, TimeSpan statusMaxAge, IReadOnlyList<StatusListToken> statusLists, IReadOnlyList<CwtStatusListToken> cwtStatusLists) => new(
        new BundleContent
        {
            Version = 0,
            IssuedAt = anchors.AsOf,
            Anchors = anchors.Anchors,
            Denied = [],
            Types = new Dictionary<string, JsonElement>(),
            Regions = new Dictionary<string, int>(),
            BundleMaxAge = anchors.ValidUntil - anchors.AsOf,
            StatusMaxAge = statusMaxAge,
        },
        statusLists,
        cwtStatusLists,
        null);

    /// <summary>How old that is on which trust in signers rests, at a time.</summary>
    internal ListAge AgeAt(DateTimeOffset now) => new(Bundle is null ? "anchors" : "bundle", Content!.IssuedAt, now - Content.IssuedAt);

    /// <summary>Why the list for a URI cannot be used at a time, or null when it can.</summary>
    public StatusGap? GapOf(string statusListUri, DateTimeOffset now) =>
        _statusLists.Find(statusListUri, now, TimeSpan.Zero).Match<StatusGap?>(_ => null, gap => gap);

    /// <summary>
    /// What the held lists say now about a credential that was checked before, for who keeps what it said: true when a list that can be used says that it is valid.
    /// Revoked, suspended and what cannot be said (no list, an old one, an old bundle) are all false (Token Status List §8.3).
    /// </summary>
    /// <param name="status">Where the credential's status stands: of its <see cref="VerifiedCredential.Claims"/>.</param>
    /// <param name="policy">How far clocks may differ.</param>
    /// <param name="now">The time of the question.</param>
    public bool SaysValid(StatusReference status, Policy policy, DateTimeOffset now) =>
        FreshBundle.Check<Trust>(policy, this, now) is null
        && FindStatusList(status.Uri, now, policy.ClockSkew) is StatusListVerdict.Usable usable
        && status.Index < usable.List.Count
        && usable.List[(int)status.Index] == HeldStatus.Valid;

    /// <summary>Whom to trust for what, wherever it comes from; null for <see cref="Empty"/>.</summary>
    internal BundleContent? Content { get; }

    internal HeldTypes Types { get; }

    internal SignerVerdict FindSigner(JsonElement header, AnchorRole role, string? type, DateTimeOffset now) => _signers.Find(header, role, type, now);

    internal SignerVerdict FindSigner(CoseSign1 message, AnchorRole role, string? type, DateTimeOffset now) => _signers.Find(message, role, type, now);

    internal bool Denies(string thumbprint) => Content?.Denied.Contains(thumbprint, StringComparer.Ordinal) ?? false;

    internal StatusListVerdict FindStatusList(string uri, DateTimeOffset now, TimeSpan skew) => _statusLists.Find(uri, now, skew);
}
