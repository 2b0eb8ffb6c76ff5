using System.Text.Json;

namespace IdentityPlatform.OAuth.Storage;

/// <summary>Pre-authorised codes (OpenID4VCI 1.0 §3.5): handed over at a desk, with a transaction code that is spoken.</summary>
public sealed class PreAuthorizedCodes
{
    /// <summary>Makes a code, and a transaction code where digits are asked for. Both are shown once and stored as hashes only.</summary>
    public Task<PreAuthorizedOffer> OfferAsync(PreAuthorization authorization, CancellationToken ct) => throw new NotImplementedException();
}

/// <summary>What the desk allows.</summary>
public sealed class PreAuthorization
{
    /// <summary>The account or case, opaque to the engine.</summary>
    public required string Subject { get; init; }

    public required IReadOnlyList<string> Scopes { get; init; }

    /// <summary>The one client that may redeem it, or null for any.</summary>
    public string? ClientId { get; init; }

    /// <summary>Digits of the transaction code, at least six; null for none.</summary>
    public int? TxCodeDigits { get; init; } = 6;

    public TimeSpan Lifetime { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Whatever the host wants back at <see cref="ITokenContent"/>.</summary>
    public JsonElement? Extra { get; init; }
}

/// <summary>The two secrets of an offer. Redacted.</summary>
public sealed class PreAuthorizedOffer(string code, string? txCode, string grantId, DateTimeOffset expiresAt)
{
    /// <summary>Goes into the offer.</summary>
    public string Code { get; } = code;

    /// <summary>Is spoken, never sent with the offer.</summary>
    public string? TxCode { get; } = txCode;

    /// <summary>The grant that redeeming brings to life; revoke it to withdraw the offer.</summary>
    public string GrantId { get; } = grantId;

    public DateTimeOffset ExpiresAt { get; } = expiresAt;

    public override string ToString() => "pre-authorised offer";
}
