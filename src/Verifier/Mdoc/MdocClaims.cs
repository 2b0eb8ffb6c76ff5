using System.Globalization;
using System.Text.Json;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Cose;
using IdentityPlatform.Formats.Mdoc;
using IdentityPlatform.Formats.SdJwt;

namespace IdentityPlatform.Verifier.Mdoc;

/// <summary>The elements of an mdoc as JSON claims by namespace, so that queries and integrators read both formats alike.</summary>
internal sealed class MdocClaims
{
    private MdocClaims(JsonElement json, IReadOnlyList<ClaimPath> paths) => (Json, Paths) = (json, paths);

    public JsonElement Json { get; }

    /// <summary>A path of namespace and element for each that was disclosed.</summary>
    public IReadOnlyList<ClaimPath> Paths { get; }

    public static MdocClaims Of(MdocElements elements)
    {
        var paths = new List<ClaimPath>();
        var json = JsonText.Value(writer =>
        {
            writer.WriteStartObject();
            string? open = null;
            foreach (var (nameSpace, element, value) in elements.All)
            {
                if (open != nameSpace)
                {
                    Open(writer, open, nameSpace);
                    open = nameSpace;
                }

                paths.Add(ClaimPath.OfMember(nameSpace, element));
                writer.WritePropertyName(element);
                Write(writer, value);
            }

            Close(writer, open);
            writer.WriteEndObject();
        });
        return new(json, paths);
    }

    /// <summary>Redacted: claims are personal.</summary>
    public override string ToString() => $"{Paths.Count} claims";

    private static void Open(Utf8JsonWriter writer, string? last, string nameSpace)
    {
        Close(writer, last);
        writer.WriteStartObject(nameSpace);
    }

    private static void Close(Utf8JsonWriter writer, string? open)
    {
        if (open is not null)
        {
            writer.WriteEndObject();
        }
    }

    /// <summary>Writes a value as JSON: dates as text, bytes as base64url.</summary>
    internal static void Write(Utf8JsonWriter writer, CborValue value)
    {
        switch (value.Kind)
        {
            case CborKind.Text:
                writer.WriteStringValue(value.Text);
                break;
            case CborKind.Number:
                writer.WriteNumberValue(value.Number!.Value);
                break;
            case CborKind.Boolean:
                writer.WriteBooleanValue(value.Boolean!.Value);
                break;
            case CborKind.Bytes:
                writer.WriteStringValue(Base64UrlText.Encode(value.Bytes!.Value.Span));
                break;
            case CborKind.Array:
                WriteArray(writer, value);
                break;
            case CborKind.Map:
                WriteMap(writer, value);
                break;
            default:
                WriteOther(writer, value);
                break;
        }
    }

    // A tag says what the value is (a date, encoded CBOR); JSON has the value.
    private static void WriteOther(Utf8JsonWriter writer, CborValue value)
    {
        if (value.Untagged() is { } inner)
        {
            Write(writer, inner);
        }
        else if (value.Real is { } number && double.IsFinite(number))
        {
            writer.WriteNumberValue(number);
        }
        else
        {
            writer.WriteNullValue();
        }
    }

    private static void WriteArray(Utf8JsonWriter writer, CborValue value)
    {
        writer.WriteStartArray();
        foreach (var item in value.Items!)
        {
            Write(writer, item);
        }

        writer.WriteEndArray();
    }

    private static void WriteMap(Utf8JsonWriter writer, CborValue value)
    {
        writer.WriteStartObject();
        foreach (var member in value.Members!)
        {
            writer.WritePropertyName(member.Key.Text ?? member.Key.Number?.ToString(CultureInfo.InvariantCulture) ?? "");
            Write(writer, member.Value);
        }

        writer.WriteEndObject();
    }
}
