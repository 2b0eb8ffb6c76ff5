using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Frames;
using IdentityPlatform.Kiosk;

namespace IdentityPlatform.EventDoor;

/// <summary>The way without a network: <c>GET /challenges/{id}/frames</c> gives the request as QR codes, <c>POST</c> takes the text of each code that the camera saw.</summary>
internal static class FrameEndpoints
{
    private const int MaxBytes = 8 * 1024;

    public static void MapFrames(this WebApplication app)
    {
        app.MapGet("/challenges/{id}/frames", ReadAsync);
        app.MapPost("/challenges/{id}/frames", SeeAsync).FromOwnPages();
    }

    private static async Task<IResult> ReadAsync(string id, Door door, CancellationToken ct) => await door.FramesOfAsync(id, ct) is not { } frames
        ? NoChallenge()
        : Kiosks.Json(StatusCodes.Status200OK, writer =>
        {
            writer.WriteStartArray("frames");
            foreach (var frame in frames)
            {
                writer.WriteStartObject();
                writer.WriteString("text", frame.ToText());
                writer.WriteString("qr", FrameCodes.Svg(frame));
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        });

    private static async Task<IResult> SeeAsync(string id, HttpRequest request, Door door)
    {
        var body = new byte[MaxBytes + 1];
        var length = await request.Body.ReadAtLeastAsync(body, body.Length, throwOnEndOfStream: false, request.HttpContext.RequestAborted);
        if (StrictJson.ParseObject(body.AsSpan(0, length), MaxBytes).Failed(out _, out var json)
            || json.Element.StringMember("frame") is not { } text || Frame.Parse(text).Failed(out _, out var frame))
        {
            return Kiosks.Json(StatusCodes.Status400BadRequest, writer => writer.WriteString("error", "no_frame"));
        }

        return await door.SeeAsync(id, frame, request.HttpContext.RequestAborted) is not { } seen ? NoChallenge() : Kiosks.Json(StatusCodes.Status200OK, writer =>
        {
            writer.WriteNumber("have", seen.Have);
            writer.WriteNumber("count", seen.Count);
            writer.WriteBoolean("taken", seen.Taken);
        });
    }

    private static IResult NoChallenge() => Kiosks.Json(StatusCodes.Status404NotFound, writer => writer.WriteString("error", "no_such_challenge"));
}
