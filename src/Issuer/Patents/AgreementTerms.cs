using System.Security.Cryptography;
using System.Text.Json;
using IdentityPlatform.Formats;
using IdentityPlatform.Issuer.Catalogue;
using IdentityPlatform.Issuer.Desk;
using IdentityPlatform.Issuer.Issuance;

namespace IdentityPlatform.Issuer.Patents;

/// <summary>
/// What two officers sign about an agreement: its regions and its days. An ending is the same terms with an earlier last day. Their
/// canonical bytes are what the officers' decisions commit to.
/// </summary>
/// <param name="Id">The number of the agreement, or its name in the file.</param>
/// <param name="Regions">The codes of its regions, in alphabetical order.</param>
/// <param name="From">Its first day.</param>
/// <param name="Until">Its last day; null while no end is agreed.</param>
public sealed record AgreementTerms(string Id, IReadOnlyList<string> Regions, DateOnly From, DateOnly? Until)
{
    private const int MaxId = 128;
    private const int MaxRegions = 100;

    /// <summary>The terms of an agreement as it stands.</summary>
    public static AgreementTerms Of(Agreement agreement) =>
        new(agreement.Id, [.. agreement.Regions.Order(StringComparer.Ordinal)], agreement.From, agreement.Until);

    /// <summary>Reads terms strictly: only bytes that <see cref="ToBytes"/> writes are terms.</summary>
    public static Parsed<AgreementTerms> Parse(ReadOnlySpan<byte> bytes)
    {
        if (StrictJson.ParseObject(bytes).Failed(out var failure, out var json))
        {
            return failure;
        }

        if (Read(json.Element) is not { } terms)
        {
            return new FormatFailure(FormatRule.Member, "an agreement has id, regions, each once and in their order, and days");
        }

        return terms.ToBytes().AsSpan().SequenceEqual(bytes) ? terms : new FormatFailure(FormatRule.Structure, "the agreement is not in canonical form");
    }

    /// <summary>The canonical bytes: members in alphabetical order, no white space.</summary>
    public byte[] ToBytes() => JsonText.Write(writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("from", CaseRow.DayText(From));
        writer.WriteString("id", Id);
        writer.WriteStrings("regions", Regions);
        if (CaseRow.DayText(Until) is { } until)
        {
            writer.WriteString("until", until);
        }

        writer.WriteEndObject();
    });

    /// <summary>What a decision commits to. Nothing in it is secret, so there is no salt.</summary>
    public byte[] Commitment() => SHA256.HashData(ToBytes());

    /// <summary>The commitment as text: what names these terms and no others.</summary>
    public string Name() => Base64UrlText.Encode(Commitment());

    /// <summary>The agreement of these terms.</summary>
    public Agreement AsAgreement(DateOnly? signedOn) => new(Id, Regions, signedOn, From, Until);

    private static AgreementTerms? Read(JsonElement json) =>
        json.StringMember("id") is { Length: > 0 and <= MaxId } id
        && json.StringsMember("regions") is { Count: > 0 and <= MaxRegions } regions
        && regions.SequenceEqual(regions.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)) && regions.All(RegionCode.IsOne)
        && ClaimValues.Date(json.StringMember("from")) is { } from
            ? json.StringMember("until") is not { } until ? new(id, regions, from, null)
                : ClaimValues.Date(until) is { } last ? new(id, regions, from, last) : null
            : null;
}

/// <summary>Terms that two officers signed.</summary>
/// <param name="Terms">The terms.</param>
/// <param name="SignedAt">When the second one was asked.</param>
public sealed record SignedTerms(AgreementTerms Terms, DateTimeOffset SignedAt);
