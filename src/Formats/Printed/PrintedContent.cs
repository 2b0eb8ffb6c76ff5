using System.Formats.Cbor;
using System.Security.Cryptography;
using IdentityPlatform.Formats.Cose;
using IdentityPlatform.Formats.Status;

namespace IdentityPlatform.Formats.Printed;

/// <summary>What a printed code is minted of. A class that redacts: its claims are personal.</summary>
public sealed class PrintedContent
{
    /// <summary>Who issues the code.</summary>
    public required string Issuer { get; init; }

    /// <summary>Its type.</summary>
    public required string Type { get; init; }

    /// <summary>From when it is valid, in whole seconds.</summary>
    public required DateTimeOffset ValidFrom { get; init; }

    /// <summary>Until when it is valid, in whole seconds.</summary>
    public required DateTimeOffset ValidUntil { get; init; }

    /// <summary>The photograph as JPEG; the code holds its hash alone.</summary>
    public required ReadOnlyMemory<byte> Photograph { get; init; }

    /// <summary>The claims, few: everybody who holds a copy of the paper reads them.</summary>
    public required IReadOnlyList<(string Name, CborValue Value)> Claims { get; init; }

    /// <summary>Its entry in a status list, or null.</summary>
    public (string Uri, long Index)? Status { get; init; }

    /// <summary>Redacted: claims are personal.</summary>
    public override string ToString() => $"content of a printed {Type}";

    // The labels rise, so they stand in their deterministic order (RFC 8949 §4.2.1).
    internal byte[] Write()
    {
        var writer = new CborWriter(CborConformanceMode.Canonical);
        writer.WriteStartMap(Status is null ? 7 : 8);
        writer.WriteInt64(PrintedClaims.Issuer);
        writer.WriteTextString(Issuer);
        writer.WriteInt64(PrintedClaims.Expires);
        writer.WriteInt64(ValidUntil.ToUnixTimeSeconds());
        writer.WriteInt64(PrintedClaims.NotBefore);
        writer.WriteInt64(ValidFrom.ToUnixTimeSeconds());
        if (Status is { } entry)
        {
            writer.WriteInt64(PrintedClaims.Status);
            StatusReference.Write(writer, entry.Uri, entry.Index);
        }

        writer.WriteInt64(PrintedClaims.Type);
        writer.WriteTextString(Type);
        writer.WriteInt64(PrintedClaims.Claims);
        writer.WriteEncodedValue(CborValue.Map(Claims).Encoded.Span);
        writer.WriteInt64(PrintedClaims.PhotoHash);
        writer.WriteByteString(SHA256.HashData(Photograph.Span));
        writer.WriteInt64(PrintedClaims.Binding);
        writer.WriteTextString(PrintedClaims.CompareFace);
        writer.WriteEndMap();
        return writer.Encode();
    }
}

/// <summary>The labels of the claims: those of RFC 8392 §4 and of the Token Status List, and our own, which RFC 8392 §9.1 leaves to private use.</summary>
internal static class PrintedClaims
{
    public const long Issuer = 1;
    public const long Expires = 4;
    public const long NotBefore = 5;
    public const long Status = 65535;
    public const long Type = -70001;
    public const long Claims = -70002;
    public const long PhotoHash = -70003;
    public const long Binding = -70004;

    /// <summary>Not holder-bound: compare the face.</summary>
    public const string CompareFace = "compare-face";
}
