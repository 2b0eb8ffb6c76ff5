using System.Security.Cryptography;
using System.Text.Json;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Jose;

namespace IdentityPlatform.Wallet.Issuance;

/// <summary>The credential request of OpenID4VCI 1.0 §8.2, with one <c>jwt</c> proof per key (Appendix F.1).</summary>
internal static class CredentialRequest
{
    public static byte[] Write(
        CredentialOffer offer, JsonElement tokenResponse, string issuer, string clientId, IEnumerable<ECDsa> keys, string cNonce, DateTimeOffset now) =>
        JsonText.Write(writer =>
        {
            writer.WriteStartObject();

            // §8.2: credential_identifier where the token response gave identifiers, the configuration id otherwise.
            if (FindIdentifier(tokenResponse, offer.Configurations[0]) is { } identifier)
            {
                writer.WriteString("credential_identifier", identifier);
            }
            else
            {
                writer.WriteString("credential_configuration_id", offer.Configurations[0]);
            }

            writer.WriteStartObject("proofs");
            writer.WriteStartArray("jwt");
            foreach (var key in keys)
            {
                writer.WriteStringValue(Proof(SigningKey.From(key), issuer, clientId, cNonce, now));
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
            writer.WriteEndObject();
        });

    private static string Proof(SigningKey key, string issuer, string clientId, string cNonce, DateTimeOffset now) =>
        JwtWriter.Sign(key, "openid4vci-proof+jwt", claims =>
        {
            claims.WriteString("iss", clientId);
            claims.WriteString("aud", issuer);
            claims.WriteNumber("iat", now.ToUnixTimeSeconds());
            claims.WriteString("nonce", cNonce);
        }, KeyReference.Jwk);

    private static string? FindIdentifier(JsonElement tokenResponse, string configuration) =>
        tokenResponse.ArrayMember("authorization_details") is { } details
            ? details.EnumerateArray().Where(detail => detail.StringMember("credential_configuration_id") is null || detail.StringMember("credential_configuration_id") == configuration).SelectMany(detail => detail.StringsMember("credential_identifiers") ?? []).FirstOrDefault()
            : null;
}
