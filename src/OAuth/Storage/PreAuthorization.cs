using System.Text.Json;

namespace IdentityPlatform.OAuth.Storage;

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

    /// <summary><c>authorization_details</c> that the token request may name (OpenID4VCI 1.0 §6.1.1), an array; or null.</summary>
    public JsonElement? OfferedDetails { get; init; }

    /// <summary>Whatever the host wants back at <see cref="ITokenContent"/>.</summary>
    public JsonElement? Extra { get; init; }

    public override string ToString() => "pre-authorisation";
}

/// <summary>The two secrets of an offer. Redacted.</summary>
public sealed class PreAuthorizedOffer
{
    internal PreAuthorizedOffer(string code, string? txCode, GrantRow grant, DateTimeOffset expiresAt) =>
        (Code, TxCode, Grant, ExpiresAt) = (code, txCode, grant, expiresAt);

    /// <summary>Goes into the offer.</summary>
    public string Code { get; }

    /// <summary>Is spoken, never sent with the offer.</summary>
    public string? TxCode { get; }

    /// <summary>The grant that redeeming brings to life; revoke it to withdraw the offer.</summary>
    public string GrantId => Grant.Id;

    public DateTimeOffset ExpiresAt { get; }

    internal GrantRow Grant { get; }

    public override string ToString() => "pre-authorised offer";
}
