using System.Text.Json;
using IdentityPlatform.Formats;
using IdentityPlatform.Issuer.Catalogue;
using IdentityPlatform.Issuer.Desk;
using IdentityPlatform.Issuer.Issuance;

namespace IdentityPlatform.Issuer.Signing;

/// <summary>The agreements that the signer knows, those of its files among them, and which of what it was told it did not take, by which rule.</summary>
public sealed record SignerAgreements(IReadOnlyList<Agreement> Known, IReadOnlyDictionary<string, string> Refused)
{
    internal static SignerAnswer.Agreements? Find(JsonElement json)
    {
        if (json.ArrayMember("known") is not { } array || json.ObjectMember("refused") is not { } refusals)
        {
            return null;
        }

        var known = new List<Agreement>();
        foreach (var item in array.EnumerateArray())
        {
            if (item.StringMember("id") is not { } id || item.StringsMember("regions") is not { } regions || ClaimValues.Date(item.StringMember("from")) is not { } from)
            {
                return null;
            }

            known.Add(new Agreement(id, regions, ClaimValues.Date(item.StringMember("signed_on")), from, ClaimValues.Date(item.StringMember("until"))));
        }

        return new(new(known, refusals.EnumerateObject().ToDictionary(one => one.Name, one => one.Value.GetString() ?? "", StringComparer.Ordinal)));
    }

    internal void WriteTo(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("known");
        foreach (var one in Known)
        {
            writer.WriteStartObject();
            writer.WriteString("id", one.Id);
            writer.WriteStrings("regions", one.Regions);
            Write(writer, "signed_on", one.SignedOn);
            Write(writer, "from", one.From);
            Write(writer, "until", one.Until);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteStartObject("refused");
        foreach (var (id, rule) in Refused)
        {
            writer.WriteString(id, rule);
        }

        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, string name, DateOnly? day)
    {
        if (CaseRow.DayText(day) is { } text)
        {
            writer.WriteString(name, text);
        }
    }
}
