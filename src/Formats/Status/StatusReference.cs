using System.Formats.Cbor;
using System.Text.Json;
using IdentityPlatform.Formats.Cose;

namespace IdentityPlatform.Formats.Status;

/// <summary>Where a credential's status stands: <c>status.status_list</c> (Token Status List §6.2).</summary>
public sealed class StatusReference
{
    private StatusReference(long index, string uri) => (Index, Uri) = (index, uri);

    /// <summary>The entry.</summary>
    public long Index { get; }

    /// <summary>The list.</summary>
    public string Uri { get; }

    /// <summary>Reads the reference of a credential's claims. Whether a credential must have one is for the caller to say.</summary>
    public static Parsed<StatusReference> Parse(JsonElement claims)
    {
        if (claims.ObjectMember("status")?.ObjectMember("status_list") is not { } reference)
        {
            return new FormatFailure(FormatRule.Member, "status with a status_list is missing");
        }

        if (reference.LongMember("idx") is not { } index || index < 0)
        {
            return new FormatFailure(FormatRule.Member, "idx is no whole number from 0 on");
        }

        return reference.StringMember("uri") is { Length: > 0 } uri
            ? new StatusReference(index, uri)
            : new FormatFailure(FormatRule.Member, "uri is missing or no string");
    }

    /// <summary>Reads the <c>status</c> element of an mdoc's security object (Token Status List §6.3).</summary>
    public static Parsed<StatusReference> Parse(CborValue status)
    {
        if (status.Member("status_list") is not { Kind: CborKind.Map } reference)
        {
            return new FormatFailure(FormatRule.Member, "status with a status_list is missing");
        }

        if (reference.Member("idx")?.Number is not (>= 0 and { } index))
        {
            return new FormatFailure(FormatRule.Member, "idx is no whole number from 0 on");
        }

        return reference.Member("uri")?.Text is { Length: > 0 } uri
            ? new StatusReference(index, uri)
            : new FormatFailure(FormatRule.Member, "uri is missing or no string");
    }

    /// <summary>Writes the <c>status</c> object of a credential's claims.</summary>
    public static void Write(Utf8JsonWriter writer, string uri, long index)
    {
        writer.WriteStartObject();
        writer.WriteStartObject("status_list");
        writer.WriteNumber("idx", index);
        writer.WriteString("uri", uri);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    /// <summary>Writes the <c>status</c> element of an mdoc's security object.</summary>
    internal static void Write(CborWriter writer, string uri, long index)
    {
        writer.WriteStartMap(1);
        writer.WriteTextString("status_list");
        writer.WriteStartMap(2);
        writer.WriteTextString("idx");
        writer.WriteInt64(index);
        writer.WriteTextString("uri");
        writer.WriteTextString(uri);
        writer.WriteEndMap();
        writer.WriteEndMap();
    }

    /// <summary>Redacted: the index identifies a credential.</summary>
    public override string ToString() => $"entry of {Uri}";
}
