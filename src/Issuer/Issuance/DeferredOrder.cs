using System.Text.Json;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Issuer.Status;

namespace IdentityPlatform.Issuer.Issuance;

/// <summary>What a deferred request still wants: keys that were proved, and no credential.</summary>
/// <param name="ConfigurationId">The credential configuration.</param>
/// <param name="Keys">The holder's keys.</param>
/// <param name="Reserved">What an earlier try reserved, or null.</param>
internal sealed record DeferredOrder(string ConfigurationId, IReadOnlyList<Jwk> Keys, Reservation? Reserved)
{
    public override string ToString() => $"deferred order of {Keys.Count} copies";

    public byte[] Write() => JsonText.Write(writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("configuration", ConfigurationId);
        writer.WriteStartArray("keys");
        foreach (var key in Keys)
        {
            key.WriteTo(writer);
        }

        writer.WriteEndArray();
        if (Reserved is { } reserved)
        {
            writer.WriteString("batch", reserved.BatchId);
            writer.WriteNumber("first_day", reserved.Validity.FirstDay);
            writer.WriteNumber("end_day", reserved.Validity.EndDay);
            writer.WriteNumber("offset", reserved.Validity.OffsetMinutes);
            writer.WritePropertyName("indices");
            StatusIndex.Write(writer, reserved.Indices);
        }

        writer.WriteEndObject();
    });

    public static DeferredOrder Read(byte[] bytes)
    {
        var json = StrictJson.ParseObject(bytes).OrThrow().Element;
        var keys = json.GetProperty("keys").EnumerateArray().Select(key => Jwk.Parse(key).OrThrow()).ToList();
        return new(json.StringMember("configuration")!, keys, json.StringMember("batch") is { } batch ? ReadReservation(json, batch) : null);
    }

    private static Reservation ReadReservation(JsonElement json, string batch) => new(
        batch, StatusIndex.Read(json.GetProperty("indices")), new(json.LongMember("first_day")!.Value, json.LongMember("end_day")!.Value, (int)(json.LongMember("offset") ?? 0)));
}
