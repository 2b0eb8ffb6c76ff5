using System.Net;
using System.Text;
using System.Text.Json;
using IdentityPlatform.Formats;

namespace IdentityPlatform.Wallet.Issuance;

/// <summary>A credential offer (OpenID4VCI 1.0 §4.1).</summary>
public sealed class CredentialOffer
{
    private const string PreAuthorizedGrant = "urn:ietf:params:oauth:grant-type:pre-authorized_code";

    private readonly JsonElement _grants;

    private CredentialOffer(string issuer, IReadOnlyList<string> configurations, JsonElement grants)
    {
        _grants = grants;
        (Issuer, Configurations) = (issuer, configurations);
        IssuerState = grants.ObjectMember("authorization_code")?.StringMember("issuer_state");
        var preAuthorized = grants.ObjectMember(PreAuthorizedGrant);
        PreAuthorizedCode = preAuthorized?.StringMember("pre-authorized_code");
        NeedsTransactionCode = preAuthorized?.Member("tx_code") is not null;
    }

    /// <summary>The credential issuer identifier.</summary>
    public string Issuer { get; }

    /// <summary>The offered <c>credential_configuration_ids</c>.</summary>
    public IReadOnlyList<string> Configurations { get; }

    /// <summary>The <c>issuer_state</c> of the authorization code grant, or null.</summary>
    public string? IssuerState { get; }

    /// <summary>The pre-authorized code, or null.</summary>
    public string? PreAuthorizedCode { get; }

    /// <summary>True when the code is worth nothing without the <c>tx_code</c> that is told by another way (§4.1.1: even an empty object asks for it).</summary>
    public bool NeedsTransactionCode { get; }

    /// <summary>Reads a link or the text of a QR code, fetching the offer where it is given by reference (§4.1.3).</summary>
    public static async Task<Parsed<CredentialOffer>> ReadAsync(string link, HttpClient http, CancellationToken ct)
    {
        var query = link.Contains('?', StringComparison.Ordinal) ? link[(link.IndexOf('?', StringComparison.Ordinal) + 1)..] : string.Empty;
        var parameters = query.Split('&', StringSplitOptions.RemoveEmptyEntries).Select(p => p.Split('=', 2)).ToLookup(p => p[0], p => WebUtility.UrlDecode(p[^1]));

        // §4.1: exactly one of the two.
        if (parameters["credential_offer"].Count() + parameters["credential_offer_uri"].Count() != 1)
        {
            return new FormatFailure(FormatRule.Structure, "an offer has exactly one of credential_offer and credential_offer_uri");
        }

        return parameters["credential_offer"].FirstOrDefault() is { } json
            ? Parse(Encoding.UTF8.GetBytes(json))
            : Parse(await http.GetByteArrayAsync(new Uri(parameters["credential_offer_uri"].First()), ct));
    }

    /// <summary>Parses the offer's JSON. Unknown members are ignored (§4.1.1).</summary>
    public static Parsed<CredentialOffer> Parse(ReadOnlySpan<byte> utf8)
    {
        if (StrictJson.ParseObject(utf8).Failed(out var failure, out var json))
        {
            return failure;
        }

        return json.Element.StringMember("credential_issuer") is { } issuer
            && json.Element.StringsMember("credential_configuration_ids") is { Count: > 0 } configurations
            ? new CredentialOffer(issuer, configurations, json.Element.ObjectMember("grants") ?? default)
            : new FormatFailure(FormatRule.Member, "credential_issuer and credential_configuration_ids are required");
    }

    /// <summary>The same offer, of which the wallet takes this configuration: a card comes in the form that is taken.</summary>
    /// <exception cref="ArgumentException">It is not offered.</exception>
    public CredentialOffer Taking(string configuration) => Configurations.Contains(configuration)
        ? new(Issuer, [configuration], _grants)
        : throw new ArgumentException($"The offer has no {configuration}.", nameof(configuration));

    /// <summary>Redacted: a pre-authorized code is a secret.</summary>
    public override string ToString() => $"offer of {string.Join(", ", Configurations)} by {Issuer}";
}
