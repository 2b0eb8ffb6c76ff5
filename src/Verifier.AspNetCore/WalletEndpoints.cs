using System.Text.Json;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Verifier.Presentation;
using Microsoft.AspNetCore.Http;

namespace IdentityPlatform.Verifier.AspNetCore;

/// <summary>What wallets call (OpenID4VP §5.10, §8.2). No redirects, no cookies.</summary>
internal static class WalletEndpoints
{
    private const int MaxWalletNonce = 512;
    private const int MaxBody = Jwe.DefaultMaxBytes + 4096;

    public static Task<IResult> GetRequest(string handle, HttpContext http, Presentations presentations) => RequestObjectAsync(presentations, handle, null, http.RequestAborted);

    public static async Task<IResult> PostRequest(string handle, HttpContext http, Presentations presentations)
    {
        // OpenID4VP §5.10: wallet_metadata and unknown parameters change nothing here.
        if (await FormBody.ReadAsync(http.Request, MaxBody) is not { } form || form.Single("wallet_nonce") is { Length: > MaxWalletNonce })
        {
            return Error("the body is a form, and wallet_nonce has at most 512 characters");
        }

        return await RequestObjectAsync(presentations, handle, form.Single("wallet_nonce"), http.RequestAborted);
    }

    public static async Task<IResult> PostResponse(string handle, HttpContext http, Presentations presentations)
    {
        if (await FormBody.ReadAsync(http.Request, MaxBody) is not { } form)
        {
            return Error("the body is a form of bounded size without doubled parameters");
        }

        var (response, token, error, state) = (form.Single("response"), form.Single("vp_token"), form.Single("error"), form.Single("state"));
        if ((response is null ? 0 : 1) + (token is null ? 0 : 1) + (error is null ? 0 : 1) != 1)
        {
            return Error("one of response, vp_token and error is required");
        }

        var answered = await presentations.AnswerAsync(
            handle,
            request => response is not null ? PresentationResponses.Read(request, response)
                : token is not null ? PresentationResponses.ReadPlain(request, token, state)
                : PresentationResponses.ReadError(request, error!, state),
            http.RequestAborted);
        return answered switch
        {
            Answered.Taken taken => Json(StatusCodes.Status200OK, writer => WriteRedirect(writer, taken.RedirectUri)),
            Answered.Malformed malformed => Error(malformed.Failure.Fact),
            _ => NotOpen(),
        };
    }

    private static async Task<IResult> RequestObjectAsync(Presentations presentations, string handle, string? walletNonce, CancellationToken ct) =>
        await presentations.RequestObjectAsync(handle, walletNonce, ct) is { } jwt ? Results.Text(jwt, PresentationRequests.MediaType) : NotOpen();

    // OpenID4VP §8.2: a JSON object; across devices there is no browser to send anywhere.
    private static void WriteRedirect(Utf8JsonWriter writer, string? redirectUri)
    {
        if (redirectUri is not null)
        {
            writer.WriteString("redirect_uri", redirectUri);
        }
    }

    private static IResult NotOpen() => Json(StatusCodes.Status404NotFound, writer => WriteError(writer, "there is no such request, or it was answered"));

    private static IResult Error(string description) => Json(StatusCodes.Status400BadRequest, writer => WriteError(writer, description));

    private static void WriteError(Utf8JsonWriter writer, string description)
    {
        writer.WriteString("error", "invalid_request");
        writer.WriteString("error_description", description);
    }

    private static IResult Json(int status, Action<Utf8JsonWriter> members) => Results.Text(
        JsonText.Write(writer =>
        {
            writer.WriteStartObject();
            members(writer);
            writer.WriteEndObject();
        }),
        "application/json",
        status);
}
