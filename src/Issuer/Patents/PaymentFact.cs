using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Jose;

namespace IdentityPlatform.Issuer.Patents;

/// <summary>
/// What the treasury says about one payment, under its signature: neither the database nor the web process can invent one.
/// It names the patent by the number of its application, and nobody by name. Redacted.
/// </summary>
public sealed class PaymentFact
{
    /// <summary>The <c>typ</c> of a fact.</summary>
    public const string TokenType = "payment-fact+jwt";

    /// <summary>Facts are short.</summary>
    public const int MaxLength = 4 * 1024;

    private const int MaxReference = 64;
    private static readonly string[] Members = ["iss", "aud", "reference", "patent", "amount", "currency", "paid_on"];
    private static readonly SearchValues<char> ReferenceLetters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_./");

    private PaymentFact(string token, string reference, string patent, long amount, string currency, DateOnly paidOn) =>
        (Token, Reference, Patent, Amount, Currency, PaidOn) = (token, reference, patent, amount, currency, paidOn);

    /// <summary>The fact as it was signed.</summary>
    public string Token { get; }

    /// <summary>The treasury's own name of the payment: the same one is the same payment.</summary>
    public string Reference { get; }

    /// <summary>The application's number, which the payer wrote.</summary>
    public string Patent { get; }

    /// <summary>In the smallest unit of the currency.</summary>
    public long Amount { get; }

    /// <summary>ISO 4217.</summary>
    public string Currency { get; }

    /// <summary>The day of the payment, by the calendar of the region that issues the patent.</summary>
    public DateOnly PaidOn { get; }

    /// <summary>Reads a fact that this treasury signed for this issuer. Strict: a member more or less, and it is none.</summary>
    public static Parsed<PaymentFact> Verify(string token, Treasury treasury, string issuer)
    {
        if (SignedJwt.Parse(token, MaxLength).Failed(out var failure, out var received))
        {
            return failure;
        }

        foreach (var key in treasury.Keys)
        {
            if (received.Verify(key, TokenType, JwsAlgorithm.ES256, JwsAlgorithm.ES384).Succeeded(out var verified, out failure))
            {
                return Read(token, verified.Claims, treasury.Name, issuer);
            }
        }

        return failure ?? new FormatFailure(FormatRule.Key, "there is no key of a treasury");
    }

    /// <summary>A hash of what is said, whoever signed it when: the same payment told twice has the same.</summary>
    public string ContentHash() => Base64UrlText.Encode(SHA256.HashData(Encoding.UTF8.GetBytes(
        string.Join('\n', Reference, Patent, Amount.ToString(CultureInfo.InvariantCulture), Currency, PaidOn.ToString("O", CultureInfo.InvariantCulture)))));

    /// <summary>What stands for the reference in the register.</summary>
    public string ReferenceHash() => Base64UrlText.Encode(SHA256.HashData(Encoding.UTF8.GetBytes(Reference)));

    /// <summary>Redacted.</summary>
    public override string ToString() => "payment fact";

    private static Parsed<PaymentFact> Read(string token, JsonElement claims, string treasury, string issuer)
    {
        if (claims.EnumerateObject().Count() != Members.Length || Members.Any(name => claims.Member(name) is null))
        {
            return new FormatFailure(FormatRule.Member, $"a payment fact has exactly {string.Join(", ", Members)}");
        }

        if (claims.StringMember("iss") != treasury || claims.StringMember("aud") != issuer)
        {
            return new FormatFailure(FormatRule.Member, "the payment fact is another treasury's, or meant for another issuer");
        }

        return claims.StringMember("reference") is { Length: > 0 and <= MaxReference } reference && !reference.AsSpan().ContainsAnyExcept(ReferenceLetters)
            && claims.StringMember("patent") is { } patent && claims.LongMember("amount") is { } amount and > 0
            && claims.StringMember("currency") is { } currency
            && DateOnly.TryParseExact(claims.StringMember("paid_on"), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var paidOn)
            ? new PaymentFact(token, reference, patent, amount, currency, paidOn)
            : new FormatFailure(FormatRule.Member, "a payment fact has a reference, a patent, an amount, a currency and a date");
    }
}
