using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using IdentityPlatform.Formats;
using IdentityPlatform.Verifier.Presentation;

namespace IdentityPlatform.Verifier.AspNetCore;

/// <summary>A request that waits for its answer, under the handle that the wallet knows. Holds secrets.</summary>
/// <param name="id">The id that its browser knows.</param>
/// <param name="request">The request.</param>
/// <param name="visitor">Who may have the result.</param>
/// <param name="returnUrl">Where a wallet on the same device sends the browser back to, response code included; null elsewhere.</param>
internal sealed class PendingPresentation(string id, PresentationRequest request, PresentationVisitor visitor, string? returnUrl) : IDisposable
{
    public string Id => id;

    public PresentationRequest Request => request;

    public PresentationVisitor Visitor => visitor;

    public string? ReturnUrl => returnUrl;

    public byte[] ToBytes() => JsonText.Write(writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("id", id);
        if (returnUrl is not null)
        {
            writer.WriteString("return_url", returnUrl);
        }

        writer.WritePropertyName("visitor");
        visitor.WriteTo(writer);
        writer.WritePropertyName("request");
        KeptRequest.Write(writer, request, withKey: true);
        writer.WriteEndObject();
    });

    public static PendingPresentation Read(byte[] kept)
    {
        var json = JsonElement.Parse(kept);
        return new(
            json.StringMember("id")!, KeptRequest.Read(json.GetProperty("request")).OrThrow(), PresentationVisitor.Read(json.GetProperty("visitor")), json.StringMember("return_url"));
    }

    public void Dispose() => request.Dispose();
}

/// <summary>Who started a request and may have its result, under the id that the browser knows; and the answer, once there is one.</summary>
/// <param name="handle">The handle that the wallet knows.</param>
/// <param name="session">The hash of the session's secret.</param>
/// <param name="code">On the same device, the hash of the response code; null elsewhere.</param>
internal sealed class PresentationVisitor(string handle, byte[] session, byte[]? code)
{
    public string Handle => handle;

    public bool Is(string givenSession) => CryptographicOperations.FixedTimeEquals(session, Hash(givenSession));

    /// <summary>On the same device a result needs the code that the wallet brought back (OpenID4VP §13.3).</summary>
    public bool HasCode(string? givenCode) => code is null || CryptographicOperations.FixedTimeEquals(code, Hash(givenCode ?? ""));

    public void WriteTo(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("handle", handle);
        writer.WriteBase64String("session", session);
        if (code is not null)
        {
            writer.WriteBase64String("code", code);
        }

        writer.WriteEndObject();
    }

    public static PresentationVisitor Read(JsonElement json) => new(
        json.StringMember("handle")!, json.GetProperty("session").GetBytesFromBase64(), json.Member("code")?.GetBytesFromBase64());

    public static byte[] Hash(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));
}

/// <summary>What the browser's id stands for: the visitor, and the answer once there is one. It holds claims then.</summary>
/// <param name="visitor">Who may have the result.</param>
/// <param name="answer">The answer; null while there is none.</param>
internal sealed class VisitorRecord(PresentationVisitor visitor, JsonElement? answer)
{
    public PresentationVisitor Visitor => visitor;

    public bool IsAnswered => answer is not null;

    /// <summary>The record of a visitor whose wallet has answered. The key is not kept: nothing is decrypted any more.</summary>
    public static byte[] Answered(PresentationVisitor visitor, PresentationRequest request, PresentationResponse response, DateTimeOffset now) => ToBytes(visitor, writer =>
    {
        writer.WriteStartObject("answer");
        if (response is PresentationResponse.Presented presented)
        {
            writer.WriteNumber("at", now.ToUnixTimeMilliseconds());
            writer.WritePropertyName("request");
            KeptRequest.Write(writer, request, withKey: false);
            writer.WritePropertyName("vp_token");
            presented.Token.WriteTo(writer);
        }
        else
        {
            writer.WriteString("error", ((PresentationResponse.Declined)response).Error);
        }

        writer.WriteEndObject();
    });

    public static byte[] Waiting(PresentationVisitor visitor) => ToBytes(visitor, _ => { });

    public static VisitorRecord Read(byte[] kept)
    {
        var json = JsonElement.Parse(kept);
        return new(PresentationVisitor.Read(json.GetProperty("visitor")), json.ObjectMember("answer"));
    }

    /// <summary>What came of the answer.</summary>
    /// <param name="verify">Verifies a token as of the time at which it came.</param>
    public PresentationOutcome Outcome(Func<PresentationRequest, VpToken, DateTimeOffset, PresentationOutcome> verify)
    {
        if (answer!.Value.StringMember("error") is { } error)
        {
            return new PresentationOutcome.Declined(error);
        }

        using var request = KeptRequest.Read(answer.Value.GetProperty("request")).OrThrow();
        var token = VpToken.Parse(answer.Value.GetProperty("vp_token"), request.Query).OrThrow();
        return verify(request, token, DateTimeOffset.FromUnixTimeMilliseconds(answer.Value.LongMember("at")!.Value));
    }

    private static byte[] ToBytes(PresentationVisitor visitor, Action<Utf8JsonWriter> more) => JsonText.Write(writer =>
    {
        writer.WriteStartObject();
        writer.WritePropertyName("visitor");
        visitor.WriteTo(writer);
        more(writer);
        writer.WriteEndObject();
    });
}
