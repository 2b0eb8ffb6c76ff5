using System.Security.Cryptography;
using System.Text.Json;
using IdentityPlatform.Formats;

namespace IdentityPlatform.Issuer.Catalogue;

/// <summary>The type metadata document of a credential type (SD-JWT VC §6) and its integrity: the bytes are made once and served as they are.</summary>
public sealed class TypeMetadata
{
    private TypeMetadata(string vct, byte[] document)
    {
        Vct = vct;
        Document = document;
        // W3C Subresource Integrity §3.5, as SD-JWT VC §7 uses it: over the octets of the document.
        Integrity = $"sha256-{Convert.ToBase64String(SHA256.HashData(document))}";
    }

    /// <summary>The type.</summary>
    public string Vct { get; }

    /// <summary>The JSON document, as it is served and as the bundle carries it.</summary>
    public ReadOnlyMemory<byte> Document { get; }

    /// <summary>The value of <c>vct#integrity</c>.</summary>
    public string Integrity { get; }

    /// <summary>Makes the document; the same type gives the same bytes.</summary>
    public static TypeMetadata Of(CredentialType type) => new(type.Vct, JsonText.Write(writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("vct", type.Vct);
        writer.WriteString("name", type.Name.In("en"));
        writer.WriteString("description", type.Description.In("en"));
        WriteDisplay(writer, type);
        WriteClaims(writer, type);
        writer.WriteEndObject();
    }));

    private static void WriteDisplay(Utf8JsonWriter writer, CredentialType type)
    {
        writer.WriteStartArray("display");
        foreach (var (language, name) in type.Name.All)
        {
            writer.WriteStartObject();
            writer.WriteString("locale", language);
            writer.WriteString("name", name);
            writer.WriteString("description", type.Description.In(language));
            writer.WriteStartObject("rendering");
            writer.WriteStartObject("simple");
            writer.WriteString("background_color", type.BackgroundColor);
            writer.WriteString("text_color", type.TextColor);
            writer.WriteEndObject();
            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteClaims(Utf8JsonWriter writer, CredentialType type)
    {
        writer.WriteStartArray("claims");
        foreach (var (path, claim, label) in type.Paths())
        {
            writer.WriteStartObject();
            WritePath(writer, path);
            writer.WriteStartArray("display");
            foreach (var (language, text) in label.All)
            {
                writer.WriteStartObject();
                writer.WriteString("locale", language);
                writer.WriteString("label", text);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            // Nothing of a person is ever shown without being disclosed; what a representation is for is never hidden.
            writer.WriteString("sd", claim.AlwaysDisclosed ? "never" : "always");
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    /// <summary>Writes a claims path pointer as the member <c>path</c>.</summary>
    internal static void WritePath(Utf8JsonWriter writer, IReadOnlyList<string?> path)
    {
        writer.WriteStartArray("path");
        foreach (var part in path)
        {
            if (part is null)
            {
                writer.WriteNullValue();
            }
            else
            {
                writer.WriteStringValue(part);
            }
        }

        writer.WriteEndArray();
    }
}
