namespace IdentityPlatform.Issuer.Issuance;

/// <summary>An offer, as a page shows it.</summary>
/// <param name="json">The offer itself.</param>
/// <param name="uri">Where a wallet fetches it (<c>credential_offer_uri</c>).</param>
/// <param name="transactionCode">To be spoken, never shown beside the link; null in the authorization code flow.</param>
/// <param name="expiresAt">When it ends.</param>
public sealed class CardOffer(string json, string uri, string? transactionCode, DateTimeOffset expiresAt)
{
    /// <summary>The offer itself.</summary>
    public string Json { get; } = json;

    /// <summary>Where a wallet fetches the offer.</summary>
    public string Uri { get; } = uri;

    /// <summary>The six digits to speak, or null.</summary>
    public string? TransactionCode { get; } = transactionCode;

    /// <summary>When the offer ends.</summary>
    public DateTimeOffset ExpiresAt { get; } = expiresAt;

    /// <summary>The link that carries the offer itself: <c>openid-credential-offer://?credential_offer=…</c>.</summary>
    public string LinkByValue => $"openid-credential-offer://?credential_offer={System.Uri.EscapeDataString(Json)}";

    /// <summary>The short link, good for a QR code: <c>openid-credential-offer://?credential_offer_uri=…</c>.</summary>
    public string LinkByReference => $"openid-credential-offer://?credential_offer_uri={System.Uri.EscapeDataString(Uri)}";

    /// <summary>Redacted: whoever holds a pre-authorised offer may collect.</summary>
    public override string ToString() => $"offer until {ExpiresAt:O}";
}
