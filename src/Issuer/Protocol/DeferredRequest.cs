using IdentityPlatform.Formats;

namespace IdentityPlatform.Issuer.Protocol;

/// <summary>A deferred credential request (OpenID4VCI 1.0 §9.1): well formed, nothing more.</summary>
public sealed class DeferredRequest
{
    private DeferredRequest(string transactionId, ResponseEncryption? responseEncryption) =>
        (TransactionId, ResponseEncryption) = (transactionId, responseEncryption);

    public string TransactionId { get; }

    /// <summary>How this answer is to be encrypted, whatever the first request said; or null.</summary>
    public ResponseEncryption? ResponseEncryption { get; }

    /// <summary>Parses a request; members that we do not know are ignored.</summary>
    public static Checked<DeferredRequest> Parse(WalletMessage message)
    {
        if (message.Json.StringMember("transaction_id") is not { } id)
        {
            return new CredentialFailure(CredentialError.InvalidCredentialRequest, CredentialRule.TransactionId, "transaction_id is missing, or no string");
        }

        return ResponseEncryption.IsWrong(message, out var failure, out var encryption) ? failure : new DeferredRequest(id, encryption);
    }

    /// <summary>Redacted: whoever has the id and the token collects.</summary>
    public override string ToString() => "deferred request";
}
