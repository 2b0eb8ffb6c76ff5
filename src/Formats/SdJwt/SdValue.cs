using System.Text.Json;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Formats.Status;

namespace IdentityPlatform.Formats.SdJwt;

/// <summary>A claim's value that an issuer mints: plain JSON, or an object or array with disclosable parts.</summary>
public abstract class SdValue
{
    private protected SdValue()
    {
    }

    /// <summary>A string.</summary>
    public static SdValue Of(string value) => new SdPlain(JsonText.Write(writer => writer.WriteStringValue(value)));

    /// <summary>A boolean.</summary>
    public static SdValue Of(bool value) => new SdPlain(JsonText.Write(writer => writer.WriteBooleanValue(value)));

    /// <summary>A whole number.</summary>
    public static SdValue Of(long value) => new SdPlain(JsonText.Write(writer => writer.WriteNumberValue(value)));

    /// <summary>The value of <c>cnf</c> (RFC 7800 §3.2): the holder's public key, without its <c>kid</c>.</summary>
    public static SdValue Confirmation(Jwk holder) => new SdPlain(JsonText.Write(writer =>
    {
        writer.WriteStartObject();
        writer.WritePropertyName("jwk");
        holder.WithoutKeyId().WriteTo(writer);
        writer.WriteEndObject();
    }));

    /// <summary>The value of <c>status</c> (Token Status List §6.2).</summary>
    /// <param name="uri">The list.</param>
    /// <param name="index">The entry in it.</param>
    public static SdValue Status(string uri, long index) => new SdPlain(JsonText.Write(writer => StatusReference.Write(writer, uri, index)));

    /// <summary>Any JSON, disclosed or hidden as a whole.</summary>
    /// <exception cref="ArgumentException">It uses a name that RFC 9901 reserves.</exception>
    public static SdValue Of(JsonElement value) => HoldsReserved(value)
        ? throw new ArgumentException("'_sd', '_sd_alg' and '...' are reserved (RFC 9901 §4.1).", nameof(value))
        : new SdPlain(JsonText.Write(value.WriteTo));

    /// <summary>Redacted: claims are personal.</summary>
    public sealed override string ToString() => GetType().Name;

    /// <summary>Appends the value to the mint's JSON, as it stands in the payload or in its disclosure.</summary>
    internal abstract void WriteTo(DisclosureMint mint);

    /// <summary>How many salts and decoys the value needs, when each <c>_sd</c> array gets so many decoys.</summary>
    internal abstract void Count(ref int salts, ref int decoys, int decoysEach);

    private static bool HoldsReserved(JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Object)
        {
            return value.EnumerateObject().Any(member => SdNames.IsReserved(member.Name) || HoldsReserved(member.Value));
        }

        return value.ValueKind == JsonValueKind.Array && value.EnumerateArray().Any(HoldsReserved);
    }
}
