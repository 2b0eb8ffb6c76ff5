using System.Text.Json;
using IdentityPlatform.Formats.SdJwt;
using IdentityPlatform.Verifier;

namespace IdentityPlatform.PatentCheck;

/// <summary>One thing that a patent says, and where each of its two formats says it. It names and holds nothing of anybody.</summary>
internal sealed class PatentClaim
{
    /// <summary>The one kind of credential, as SD-JWT VC.</summary>
    public const string PatentType = "https://example.org/vct/work-patent/1";

    /// <summary>The same as mdoc, and the namespace of its own elements.</summary>
    public const string PatentDocType = "org.example.workpatent.1";

    private const string Identity = "org.iso.23220.1";
    private const string TravelDocument = "org.iso.23220.photoid.1";

    private PatentClaim(ClaimPath asSdJwt, ClaimPath? asMdoc) => (AsSdJwt, AsMdoc) = (asSdJwt, asMdoc);

    public static PatentClaim FamilyName { get; } = new(ClaimPath.Of("family_name"), ClaimPath.Of(Identity, "family_name"));

    public static PatentClaim GivenName { get; } = new(ClaimPath.Of("given_name"), ClaimPath.Of(Identity, "given_name"));

    public static PatentClaim Picture { get; } = new(ClaimPath.Of("picture"), ClaimPath.Of(Identity, "portrait"));

    public static PatentClaim Occupation { get; } = new(ClaimPath.Of("occupation"), ClaimPath.Of(PatentDocType, "occupation"));

    public static PatentClaim Number { get; } = new(ClaimPath.Of("document_number"), ClaimPath.Of(Identity, "document_number"));

    public static PatentClaim DocumentKind { get; } = new(ClaimPath.Of("identity_document", "type"), ClaimPath.Of(TravelDocument, "travel_document_type"));

    public static PatentClaim DocumentNumber { get; } = new(ClaimPath.Of("identity_document", "number"), ClaimPath.Of(TravelDocument, "travel_document_number"));

    // An mdoc has no element for it.
    public static PatentClaim DocumentCountry { get; } = new(ClaimPath.Of("identity_document", "issuing_country"), null);

    public static PatentClaim Regions { get; } = new(ClaimPath.Of("authorized_regions", null), ClaimPath.Of(PatentDocType, "authorized_regions"));

    public static PatentClaim PaidUntil { get; } = new(ClaimPath.Of("paid_until"), ClaimPath.Of(PatentDocType, "paid_until"));

    /// <summary>Where an SD-JWT VC says it.</summary>
    public ClaimPath AsSdJwt { get; }

    /// <summary>Where an mdoc says it; null where it does not.</summary>
    public ClaimPath? AsMdoc { get; }

    /// <summary>What a verified patent says, in whichever format it came; the items of a list one by one.</summary>
    public IEnumerable<JsonElement> In(VerifiedCredential patent)
    {
        var path = patent.Type == PatentDocType ? AsMdoc : AsSdJwt;
        return (path?.Select(patent.Claims) ?? []).SelectMany(value => value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray()] : (IEnumerable<JsonElement>)[value]);
    }
}
