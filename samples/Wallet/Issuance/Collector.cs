using System.Security.Cryptography;
using System.Text;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Wallet.Cards;

namespace IdentityPlatform.Wallet.Issuance;

/// <summary>How a collection ended.</summary>
public abstract class CollectionOutcome
{
    private CollectionOutcome()
    {
    }

    /// <summary>The issuer gave a batch, and every copy is bound to its own fresh key.</summary>
    public sealed class Collected(IReadOnlyList<CardCopy> copies) : CollectionOutcome
    {
        /// <summary>The batch.</summary>
        public IReadOnlyList<CardCopy> Copies { get; } = copies;
    }

    /// <summary>A step was refused.</summary>
    public sealed class Refused(string step, string error) : CollectionOutcome
    {
        /// <summary>The step: <c>par</c>, <c>authorization</c>, <c>token</c>, <c>nonce</c>, <c>credential</c> or <c>card</c>.</summary>
        public string Step { get; } = step;

        /// <summary>The issuer's error code, or the rule that the card broke.</summary>
        public string Error { get; } = error;
    }
}

/// <summary>An authorization that waits for the browser to come back.</summary>
public sealed class PendingAuthorization
{
    internal PendingAuthorization(CredentialOffer offer, IssuerMetadata metadata, SigningKey dpopKey, string verifier, string state, string url) =>
        (Offer, Metadata, DpopKey, Verifier, State, Url) = (offer, metadata, dpopKey, verifier, state, url);

    /// <summary>Where the browser goes.</summary>
    public string Url { get; }

    internal CredentialOffer Offer { get; }

    internal IssuerMetadata Metadata { get; }

    internal SigningKey DpopKey { get; }

    internal string Verifier { get; }

    internal string State { get; }
}

/// <summary>Collects cards over OpenID4VCI 1.0 as HAIP profiles it: PAR, PKCE, DPoP, client attestation, one key per copy.</summary>
public sealed class Collector(HttpClient http, WalletInstance instance, string redirectUri, TimeProvider time)
{
    /// <summary>Pushes the authorization request; the person then signs in at the issuer in a browser.</summary>
    public async Task<(PendingAuthorization? Pending, CollectionOutcome.Refused? Refused)> AuthorizeAsync(CredentialOffer offer, CancellationToken ct)
    {
        var metadata = await IssuerMetadata.FetchAsync(offer.Issuer, http, ct);
        var dpopKey = NewKey();
        var (verifier, state) = (WalletInstance.Unique() + WalletInstance.Unique() + WalletInstance.Unique(), WalletInstance.Unique());
        var form = new Dictionary<string, string>
        {
            ["client_id"] = instance.ClientId,
            ["response_type"] = "code",
            ["redirect_uri"] = redirectUri,
            ["scope"] = metadata.ScopeOf(offer.Configurations[0]),
            ["state"] = state,
            ["code_challenge"] = Base64UrlText.Encode(SHA256.HashData(Encoding.ASCII.GetBytes(verifier))),
            ["code_challenge_method"] = "S256",
        };
        if (offer.IssuerState is not null)
        {
            form["issuer_state"] = offer.IssuerState;
        }

        var answer = await Calls(dpopKey).PostFormAsync(metadata.PushedAuthorizationRequestEndpoint, metadata.AuthorizationServer, form, ct);
        return answer.Succeeded && answer.Json.StringMember("request_uri") is { } requestUri
            ? (new(offer, metadata, dpopKey, verifier, state, $"{metadata.AuthorizationEndpoint}?client_id={Uri.EscapeDataString(instance.ClientId)}&request_uri={Uri.EscapeDataString(requestUri)}"), null)
            : (null, new("par", answer.Error));
    }

    /// <summary>Goes on when the browser came back with the authorization response.</summary>
    public async Task<CollectionOutcome> CollectAsync(PendingAuthorization pending, Func<string, string?> response, CancellationToken ct)
    {
        if (response("state") != pending.State || response("iss") != pending.Metadata.AuthorizationServer)
        {
            return new CollectionOutcome.Refused("authorization", "state or iss of another request");
        }

        if (response("code") is not { } code)
        {
            return new CollectionOutcome.Refused("authorization", response("error") ?? "no code");
        }

        var form = new Dictionary<string, string>
        {
            ["client_id"] = instance.ClientId,
            ["grant_type"] = "authorization_code",
            ["code"] = code,
            ["redirect_uri"] = redirectUri,
            ["code_verifier"] = pending.Verifier,
        };
        return await RedeemAsync(pending.Offer, pending.Metadata, pending.DpopKey, form, ct);
    }

    /// <summary>Collects across the desk: a pre-authorized code and the transaction code that the officer spoke.</summary>
    public async Task<CollectionOutcome> CollectAsync(CredentialOffer offer, string? transactionCode, CancellationToken ct)
    {
        var metadata = await IssuerMetadata.FetchAsync(offer.Issuer, http, ct);
        var form = new Dictionary<string, string>
        {
            ["client_id"] = instance.ClientId,
            ["grant_type"] = "urn:ietf:params:oauth:grant-type:pre-authorized_code",
            ["pre-authorized_code"] = offer.PreAuthorizedCode ?? string.Empty,
        };
        if (transactionCode is not null)
        {
            form["tx_code"] = transactionCode;
        }

        return await RedeemAsync(offer, metadata, NewKey(), form, ct);
    }

    private async Task<CollectionOutcome> RedeemAsync(
        CredentialOffer offer, IssuerMetadata metadata, SigningKey dpopKey, Dictionary<string, string> form, CancellationToken ct)
    {
        var calls = Calls(dpopKey);
        var token = await calls.PostFormAsync(metadata.TokenEndpoint, metadata.AuthorizationServer, form, ct);
        if (!token.Succeeded || token.Json.StringMember("access_token") is not { } accessToken)
        {
            return new CollectionOutcome.Refused("token", token.Error);
        }

        var nonce = await calls.PostEmptyAsync(metadata.NonceEndpoint, ct);
        if (!nonce.Succeeded || nonce.Json.StringMember("c_nonce") is not { } cNonce)
        {
            return new CollectionOutcome.Refused("nonce", nonce.Error);
        }

        var keys = Enumerable.Range(0, metadata.BatchSize).Select(_ => ECDsa.Create(ECCurve.NamedCurves.nistP256)).ToList();
        var answer = await calls.PostJsonAsync(metadata.CredentialEndpoint, accessToken, CredentialRequest.Write(offer, token.Json, metadata.Issuer, instance.ClientId, keys, cNonce, time.GetUtcNow()), ct);
        return answer.Succeeded ? Take(answer, keys) : new CollectionOutcome.Refused("credential", answer.Error);
    }

    // OpenID4VCI 1.0 §8.3: the copies come in no promised order, so each finds its key by cnf.
    private static CollectionOutcome Take(IssuerAnswer answer, List<ECDsa> keys)
    {
        var copies = new List<CardCopy>();
        foreach (var credential in answer.Json.ArrayMember("credentials")?.EnumerateArray() ?? default)
        {
            var issued = credential.StringMember("credential") ?? string.Empty;
            var copy = keys.Select(key => CardCopy.Take(issued, key)).FirstOrDefault(taken => taken.Succeeded(out _, out _));
            if (copy.Failed(out var failure, out var value))
            {
                return new CollectionOutcome.Refused("card", failure.Rule.ToString());
            }

            copies.Add(value);
        }

        return new CollectionOutcome.Collected(copies);
    }

    private IssuerCalls Calls(SigningKey dpopKey) => new(http, instance, dpopKey, time);

    private static SigningKey NewKey() => SigningKey.From(ECDsa.Create(ECCurve.NamedCurves.nistP256));
}
