using System.Security.Cryptography;
using System.Text;
using Dapper;
using IdentityPlatform.Formats;
using IdentityPlatform.Hosting.Storage;
using IdentityPlatform.Issuer.Catalogue;
using IdentityPlatform.Issuer.Protocol;
using IdentityPlatform.Issuer.Status;
using IdentityPlatform.OAuth.Storage;

namespace IdentityPlatform.Issuer.Issuance;

/// <summary>Offers a card to a wallet (OpenID4VCI 1.0 §4).</summary>
public sealed class OfferService(
    Database database, OneTimeStore store, PreAuthorizedCodes codes, IssuerUrls urls, TimeProvider time)
{
    private const string Kind = "offer";
    private const int SecretBytes = 32;
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);

    /// <summary>An offer for the authorization code flow: the person signs in again, and <c>issuer_state</c> must then be theirs.</summary>
    public async Task<CardOffer> OfferAsync(string personId, string cardId, CredentialType type, CancellationToken ct)
    {
        var state = Secret();
        var expiresAt = time.GetUtcNow() + Lifetime;
        await database.WriteAsync(
            (connection, transaction) => connection.ExecuteAsync(new CommandDefinition(
                "INSERT INTO card_offers (state_hash, person_id, card_id, expires_at) VALUES (@hash, @personId, @cardId, @expires)",
                new { hash = Hash(state), personId, cardId, expires = expiresAt.ToUnixTimeSeconds() },
                transaction,
                cancellationToken: ct)),
            ct);
        return await KeepAsync(CredentialOffer.ForCode(urls.Issuer, type.Configurations.Select(form => form.Id), state), null, expiresAt, ct);
    }

    /// <summary>An offer across the desk: a pre-authorised code with a transaction code of six digits to be spoken, ten minutes, three tries.</summary>
    public async Task<CardOffer> OfferAcrossTheDeskAsync(string personId, string cardId, CredentialType type, CancellationToken ct)
    {
        var offer = await codes.OfferAsync(
            new PreAuthorization
            {
                Subject = personId,
                Scopes = [.. type.Configurations.Select(form => form.Scope)],
                TxCodeDigits = CredentialOffer.TransactionCodeLength,
                OfferedDetails = CardTokens.DetailsOf(type.Configurations),
                Extra = Entitlements.Extra(cardId),
            },
            ct);
        return await KeepAsync(CredentialOffer.PreAuthorised(urls.Issuer, type.Configurations.Select(form => form.Id), offer.Code), offer.TxCode, offer.ExpiresAt, ct);
    }

    /// <summary>The offer behind a <c>credential_offer_uri</c>, or null.</summary>
    internal async Task<byte[]?> FindAsync(string id, CancellationToken ct)
    {
        if (!Base64UrlText.TryDecode(id, out var secret) || secret.Length != SecretBytes)
        {
            return null;
        }

        return await store.FindAsync(Kind, Hash(id), ct) is { } kept ? Open(secret, kept) : null;
    }

    /// <summary>The card for which an <c>issuer_state</c> was given out to this person, or null. Anybody may have put it into a request.</summary>
    internal Task<string?> CardOfAsync(string issuerState, string personId, CancellationToken ct) => database.ReadAsync(
        connection => connection.ExecuteScalarAsync<string?>(new CommandDefinition(
            "SELECT card_id FROM card_offers WHERE state_hash = @hash AND person_id = @personId AND expires_at > @now",
            new { hash = Hash(issuerState), personId, now = time.GetUtcNow().ToUnixTimeSeconds() }, cancellationToken: ct)),
        ct);

    /// <summary>Removes offers that have ended.</summary>
    internal Task<int> SweepAsync(CancellationToken ct) =>
        Sweep.DeleteAsync(database, "card_offers", "state_hash", "expires_at <= @now", new { now = time.GetUtcNow().ToUnixTimeSeconds() }, ct);

    private async Task<CardOffer> KeepAsync(string json, string? transactionCode, DateTimeOffset expiresAt, CancellationToken ct)
    {
        var id = Secret();
        await store.PutAsync(Kind, Hash(id), Seal(id, json), expiresAt - time.GetUtcNow(), ct);
        return new CardOffer(json, $"{urls.Issuer}{IssuerMetadata.OfferPath}/{id}", transactionCode, expiresAt);
    }

    private static string Secret() => Base64UrlText.Encode(RandomNumberGenerator.GetBytes(SecretBytes));

    private static string Hash(string secret) => Base64UrlText.Encode(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));

    // An offer holds a code that is kept as a hash everywhere else: the store gets it under the key that only the address holds.
    // The key is used once, so the nonce may be fixed.
    private static byte[] Seal(string id, string json)
    {
        var plain = Encoding.UTF8.GetBytes(json);
        var block = new byte[plain.Length + AesGcm.TagByteSizes.MaxSize];
        Base64UrlText.TryDecode(id, out var key);
        using var aes = new AesGcm(key!, AesGcm.TagByteSizes.MaxSize);
        aes.Encrypt(FixedNonce, plain, block.AsSpan(0, plain.Length), block.AsSpan(plain.Length));
        return block;
    }

    private static byte[] Open(byte[] key, byte[] block)
    {
        var plain = new byte[block.Length - AesGcm.TagByteSizes.MaxSize];
        using var aes = new AesGcm(key, AesGcm.TagByteSizes.MaxSize);
        aes.Decrypt(FixedNonce, block.AsSpan(0, plain.Length), block.AsSpan(plain.Length), plain);
        return plain;
    }

    private static ReadOnlySpan<byte> FixedNonce => "card-offer-1"u8;
}
