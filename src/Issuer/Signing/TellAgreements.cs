using System.Text.Json;
using IdentityPlatform.Formats;
using IdentityPlatform.Issuer.Issuance;
using IdentityPlatform.Issuer.Patents;

namespace IdentityPlatform.Issuer.Signing;

/// <summary>Terms with the decisions that are to show that two officers signed them.</summary>
public sealed record ToldTerms(AgreementTerms Terms, IReadOnlyList<StoredDecision> Decisions);

/// <summary>
/// Which agreements are known? With what two officers signed, so that the signer knows it too: it believes none of it, and forgets
/// nothing that it has taken. There is no request that takes anything back.
/// </summary>
/// <param name="told">What the database holds.</param>
public sealed class TellAgreements(IReadOnlyList<ToldTerms> told) : SignerRequest
{
    private const int MaxTold = 100;

    internal const string Operation = "agreements";

    internal override string Op => Operation;

    public IReadOnlyList<ToldTerms> Told { get; } = told;

    internal static Parsed<SignerRequest> Read(JsonElement json)
    {
        if (!HasExactly(json, "op", "told") || json.ArrayMember("told") is not { } array || array.GetArrayLength() > MaxTold)
        {
            return Malformed("the question for agreements has told, which are not too many");
        }

        var told = new List<ToldTerms>();
        foreach (var item in array.EnumerateArray())
        {
            if (!HasExactly(item, "terms", "decisions") || !Base64UrlText.TryDecode(item.StringMember("terms"), out var bytes)
                || AgreementTerms.Parse(bytes).Failed(out _, out var terms) || MintOrder.ReadDecisions(item) is not { } decisions)
            {
                return Malformed("an agreement has terms and decisions");
            }

            told.Add(new ToldTerms(terms, decisions));
        }

        return new TellAgreements(told);
    }

    internal override void WriteTo(Utf8JsonWriter writer)
    {
        writer.WriteStartArray("told");
        foreach (var one in Told)
        {
            writer.WriteStartObject();
            writer.WriteString("terms", Base64UrlText.Encode(one.Terms.ToBytes()));
            MintOrder.WriteDecisions(writer, one.Decisions);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }
}
