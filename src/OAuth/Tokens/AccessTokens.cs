using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Hosting.Keys;

namespace IdentityPlatform.OAuth.Tokens;

/// <summary>
/// Writes access tokens: JWTs (RFC 9068), bound as the client registered. Nothing is stored for one. This is the hottest path
/// of the server: one signature, and what is the same in every token is prepared once a key.
/// </summary>
internal sealed class AccessTokens(AuthorizationServerOptions options, Signer signer)
{
    public const string MediaType = "at+jwt";

    /// <summary>The claim with the id of the grant, by which a token dies when its grant is revoked.</summary>
    public const string GrantClaim = "grant_id";

    /// <summary>The claim with the grants of those who act in an exchanged token, which end it too.</summary>
    public const string ActorGrantsClaim = "actor_grant_ids";

    private const int TokenIdBytes = 16;

    private PreparedHeader? _header;

    /// <summary>The compact JWT in ASCII.</summary>
    public byte[] Create(AccessTokenBody body)
    {
        var header = HeaderOf(signer.Active(KeyRole.AccessTokens));
        using var json = PooledJson.Rent();
        json.Writer.WriteStartObject();
        json.Writer.WriteString("iss"u8, options.Issuer);
        body.WriteTo(json.Writer);
        WriteTokenId(json);
        json.Writer.WriteEndObject();
        return Sign(header, json.Written());
    }

    // Two threads may meet here: both prepare the same bytes.
    private PreparedHeader HeaderOf(SigningKey key)
    {
        if (_header is { } header && ReferenceEquals(header.Key, key))
        {
            return header;
        }

        return _header = new(key, Base64Url.EncodeToUtf8(JsonText.Write(writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("alg", key.Algorithm.Name());
            writer.WriteString("typ", MediaType);
            writer.WriteString("kid", key.KeyId);
            writer.WriteEndObject();
        })));
    }

    private static void WriteTokenId(PooledJson json)
    {
        Span<byte> random = stackalloc byte[TokenIdBytes];
        Span<byte> text = stackalloc byte[Base64Url.GetEncodedLength(TokenIdBytes)];
        RandomNumberGenerator.Fill(random);
        Base64Url.EncodeToUtf8(random, text);
        json.Writer.WriteString("jti"u8, text);
    }

    // RFC 7515 §3.1: header, payload and signature, each in base64url.
    private static byte[] Sign(PreparedHeader header, ReadOnlySpan<byte> payload)
    {
        var length = header.Encoded.Length + 1 + Base64Url.GetEncodedLength(payload.Length);
        var rented = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            header.Encoded.CopyTo(rented, 0);
            rented[header.Encoded.Length] = (byte)'.';
            Base64Url.EncodeToUtf8(payload, rented.AsSpan(header.Encoded.Length + 1));
            var signature = header.Key.Sign(rented.AsSpan(0, length));
            var token = new byte[length + 1 + Base64Url.GetEncodedLength(signature.Length)];
            rented.AsSpan(0, length).CopyTo(token);
            token[length] = (byte)'.';
            Base64Url.EncodeToUtf8(signature, token.AsSpan(length + 1));
            return token;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    private sealed record PreparedHeader(SigningKey Key, byte[] Encoded);
}
