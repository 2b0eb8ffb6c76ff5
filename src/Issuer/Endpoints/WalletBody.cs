using System.Buffers;
using IdentityPlatform.Hosting.Keys;
using IdentityPlatform.Issuer.Protocol;
using Microsoft.Net.Http.Headers;

namespace IdentityPlatform.Issuer.Endpoints;

/// <summary>Reads what a wallet posts: <c>application/json</c>, or <c>application/jwt</c> encrypted to a key of this issuer (OpenID4VCI 1.0 §10).</summary>
internal static class WalletBody
{
    /// <summary>The message, or the failure.</summary>
    public static async Task<Checked<WalletMessage>> ReadAsync(HttpContext http, Signer signer, CancellationToken ct) => MediaType(http) switch
    {
        Plain => await ReadAsync(http.Request, WalletMessage.MaxBytes, body => WalletMessage.Parse(body), ct),
        "application/jwt" => await ReadAsync(
            http.Request,
            WalletMessage.MaxEncryptedBytes,
            body => WalletMessage.Decrypt(body, keyId => signer.FindDecryption(KeyRole.RequestEncryption, keyId)),
            ct),
        _ => WrongType("the content type is application/json, or application/jwt"),
    };

    /// <summary>The message of an endpoint that takes nothing encrypted.</summary>
    public static async Task<Checked<WalletMessage>> ReadJsonAsync(HttpContext http, CancellationToken ct) => MediaType(http) == Plain
        ? await ReadAsync(http.Request, WalletMessage.MaxBytes, body => WalletMessage.Parse(body), ct)
        : WrongType("the content type is application/json");

    private const string Plain = "application/json";

    private static string? MediaType(HttpContext http) => MediaTypeHeaderValue.TryParse(http.Request.ContentType, out var type) ? type.MediaType.Value : null;

    private static CredentialFailure WrongType(string description) => new(CredentialError.InvalidCredentialRequest, CredentialRule.Json, description);

    private delegate Checked<WalletMessage> Parse(ReadOnlySpan<byte> body);

    private static async Task<Checked<WalletMessage>> ReadAsync(HttpRequest request, int maxBytes, Parse parse, CancellationToken ct)
    {
        // One byte more than a message may have tells "full" from "too much".
        var wanted = (int)Math.Min(request.ContentLength ?? maxBytes, maxBytes) + 1;
        var buffer = ArrayPool<byte>.Shared.Rent(wanted);
        try
        {
            var length = await request.Body.ReadAtLeastAsync(buffer.AsMemory(0, wanted), wanted, throwOnEndOfStream: false, ct);
            return parse(buffer.AsSpan(0, length));
        }
        catch (BadHttpRequestException e) when (e.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            return new CredentialFailure(CredentialError.InvalidCredentialRequest, CredentialRule.Json, "the request is too large");
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
