using System.Text.Json;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Jose;

namespace IdentityPlatform.Verifier.Bundle;

/// <summary>Writes offline bundles: the issuer's side.</summary>
public static class BundleWriter
{
    /// <summary>Signs a bundle with the offline root and packs it with status lists, which stand under their own signatures.</summary>
    /// <param name="content">What the root signs.</param>
    /// <param name="root">The offline root's key.</param>
    /// <param name="statusLists">Status list tokens as JWT.</param>
    /// <param name="cwtStatusLists">Status list tokens as CWT: a quarter smaller. One form of each list is enough.</param>
    public static byte[] Write(BundleContent content, SigningKey root, IEnumerable<string> statusLists, IEnumerable<byte[]>? cwtStatusLists = null)
    {
        var signed = JwtWriter.Sign(root, OfflineBundle.TokenType, writer => WriteClaims(writer, content));
        return JsonText.Write(writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("bundle", signed);
            writer.WriteStrings("status_lists", statusLists);
            writer.WriteStrings("status_lists_cwt", (cwtStatusLists ?? []).Select(list => Base64UrlText.Encode(list)));
            writer.WriteEndObject();
        });
    }

    private static void WriteClaims(Utf8JsonWriter writer, BundleContent content)
    {
        writer.WriteNumber("version", content.Version);
        writer.WriteNumber("iat", content.IssuedAt.ToUnixTimeSeconds());
        writer.WriteStartArray("anchors");
        foreach (var anchor in content.Anchors)
        {
            WriteAnchor(writer, anchor);
        }

        writer.WriteEndArray();
        writer.WriteStrings("denied", content.Denied);
        writer.WriteStartObject("types");
        foreach (var (type, metadata) in content.Types)
        {
            // As it is spelled: integrity is computed over these octets.
            writer.WritePropertyName(type);
            writer.WriteRawValue(metadata.GetRawText());
        }

        writer.WriteEndObject();
        writer.WriteStartObject("regions");
        foreach (var (region, minutes) in content.Regions)
        {
            writer.WriteNumber(region, minutes);
        }

        writer.WriteEndObject();
        writer.WriteStartObject("max_age");
        writer.WriteNumber("bundle", (long)content.BundleMaxAge.TotalSeconds);
        writer.WriteNumber("status", (long)content.StatusMaxAge.TotalSeconds);
        writer.WriteEndObject();
    }

    private static void WriteAnchor(Utf8JsonWriter writer, Anchor anchor)
    {
        writer.WriteStartObject();
        writer.WriteBase64String("certificate", anchor.Certificate.RawDataMemory.Span);
        writer.WriteStrings("roles", anchor.Roles.Select(AnchorRoles.Name));
        writer.WriteStrings("types", anchor.Types);
        if (anchor.SignerUsage is not null)
        {
            writer.WriteString("signer_usage", anchor.SignerUsage);
        }

        writer.WriteEndObject();
    }
}
