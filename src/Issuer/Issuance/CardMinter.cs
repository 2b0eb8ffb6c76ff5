using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Formats.Mdoc;
using IdentityPlatform.Formats.Printed;
using IdentityPlatform.Formats.SdJwt;
using IdentityPlatform.Hosting.Keys;
using IdentityPlatform.Issuer.Catalogue;
using IdentityPlatform.Issuer.Status;

namespace IdentityPlatform.Issuer.Issuance;

/// <summary>Mints technical copies of a card in the format that was asked for. It takes nothing but claims that a permit gave out.</summary>
public sealed class CardMinter(Signer signer, IssuerUrls urls, FillRandom random)
{
    /// <summary>The <c>typ</c> of an SD-JWT VC.</summary>
    public const string TokenType = "dc+sd-jwt";

    private const int DecoysEach = 1;

    /// <summary>The key that signs now; null while there is none, such as after one was denied.</summary>
    public string? KeyId => signer.FindActive(KeyRole.Credentials)?.KeyId;

    /// <summary>One copy for each key, each with its own status entry. Nothing of them is kept.</summary>
    /// <exception cref="KeyDirectoryException">The key under which the entries were recorded signs no longer.</exception>
    public IReadOnlyList<string> Mint(
        string keyId, CredentialConfiguration configuration, CardClaims claims, IReadOnlyList<Jwk> keys, IReadOnlyList<StatusIndex> indices, CopyValidity validity) =>
        configuration.Format == CredentialFormat.SdJwtVc
            ? MintSdJwts(Key(keyId), configuration.Type, claims, keys, indices, validity)
            : MintMdocs(Key(keyId), claims, keys, indices, validity);

    /// <summary>The text of a QR code to print: signed with the same key, and bound to no holder. Nothing of it is kept.</summary>
    /// <exception cref="KeyDirectoryException">The key under which the entry was recorded signs no longer.</exception>
    public string Print(string keyId, CredentialType type, CardClaims claims, StatusIndex index, CopyValidity validity) => PrintedCode.Issue(Key(keyId), new PrintedContent
    {
        Issuer = urls.Issuer,
        Type = type.Vct,
        ValidFrom = DateTimeOffset.FromUnixTimeSeconds(Days.Start(validity.FirstDay)),
        ValidUntil = validity.End,
        Photograph = claims.Photograph(),
        Claims = claims.ToPrint(),
        Status = (urls.StatusList(index.List), index.Index),
    });

    // A key that took over this moment is not the one that was written down: a mass re-issue would miss these copies.
    private SigningKey Key(string keyId) => signer.FindActive(KeyRole.Credentials) is { } key && key.KeyId == keyId
        ? key
        : throw new KeyDirectoryException($"Key {keyId} signs cards no longer.");

    private string[] MintSdJwts(SigningKey key, CredentialType type, CardClaims claims, IReadOnlyList<Jwk> keys, IReadOnlyList<StatusIndex> indices, CopyValidity validity)
    {
        // What everybody sees, and nothing else: no sub, no iat, no jti. Copies differ in their key and their entry alone.
        var shared = claims.AddTo(new SdObject()
            .Plain("iss", SdValue.Of(urls.Issuer))
            .Plain("vct", SdValue.Of(type.Vct))
            .Plain("vct#integrity", SdValue.Of(type.Metadata.Integrity))
            .Plain("nbf", SdValue.Of(Days.Start(validity.FirstDay)))
            .Plain("exp", SdValue.Of(validity.End.ToUnixTimeSeconds())));
        return [.. keys.Zip(indices, (holder, index) => SdJwtWriter.Issue(
            key,
            TokenType,
            shared.Copy()
                .Plain("cnf", SdValue.Confirmation(holder))
                .Plain("status", SdValue.Status(urls.StatusList(index.List), index.Index)),
            random,
            DecoysEach))];
    }

    // OpenID4VCI 1.0 A.2.4: base64url of the issuer's part. The elements are encoded once for the whole batch.
    private string[] MintMdocs(SigningKey key, CardClaims claims, IReadOnlyList<Jwk> keys, IReadOnlyList<StatusIndex> indices, CopyValidity validity)
    {
        var content = claims.ToMdoc();
        var first = DateTimeOffset.FromUnixTimeSeconds(Days.Start(validity.FirstDay));
        var times = new MdocValidity(first, first, validity.End);
        return [.. keys.Zip(indices, (holder, index) => Base64UrlText.Encode(
            MdocWriter.Issue(key, content, holder, times, random, (urls.StatusList(index.List), index.Index))))];
    }
}

/// <summary>
/// The days of a copy. Whole days, in UTC or in a region: the finer time of a minting would link the copies of a batch (RFC 9901 §10.1).
/// </summary>
/// <param name="FirstDay">The day from whose start it is valid.</param>
/// <param name="EndDay">The day at whose start it is valid no longer.</param>
/// <param name="OffsetMinutes">Minutes from UTC of the calendar by which it ends.</param>
public sealed record CopyValidity(long FirstDay, long EndDay, int OffsetMinutes = 0)
{
    /// <summary>The instant from which it is valid no longer.</summary>
    public DateTimeOffset End => DateTimeOffset.FromUnixTimeSeconds(Days.Start(EndDay)).AddMinutes(-OffsetMinutes);

    /// <summary>The validity of a copy that is minted today: the type's days, never beyond the card, nor beyond the last paid day in its region.</summary>
    public static CopyValidity From(CredentialType type, CardDetails details, long today, bool onPaper = false)
    {
        var end = today + (onPaper ? type.Printed!.ValidityDays : type.CopyValidityDays);
        if (type.Represents is not null)
        {
            return RepresentationTerm.End(today, end, details.Expires);
        }

        return details.Term is { } term && Days.Of(term.PaidUntil) < end
            ? new(today, Days.Of(term.PaidUntil) + 1, term.LastToEnd.OffsetMinutes)
            : new(today, Math.Min(end, Days.Of(details.Expires) + 1));
    }
}
