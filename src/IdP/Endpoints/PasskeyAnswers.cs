using IdentityPlatform.Formats;
using IdentityPlatform.Hosting.Pages;
using IdentityPlatform.Hosting.Passkeys;
using IdentityPlatform.Hosting.Web;
using IdentityPlatform.IdP.SignIn;
using Microsoft.Extensions.Localization;

namespace IdentityPlatform.IdP.Endpoints;

/// <summary>The JSON that the pages' passkey script reads.</summary>
public sealed class PasskeyAnswers(IStringLocalizer<PageTexts> texts)
{
    /// <summary>A ceremony has begun: <c>{ceremony, options}</c>.</summary>
    public IResult Begun(CeremonyStart start) => Json(JsonText.Write(json =>
    {
        json.WriteStartObject();
        json.WriteString("ceremony", start.CeremonyId);
        json.WritePropertyName("options");
        json.WriteRawValue(start.OptionsJson);
        json.WriteEndObject();
    }));

    /// <summary>It is done: <c>{location}</c>.</summary>
    public IResult Location(LocalPath path) => Json(JsonText.Write(json =>
    {
        json.WriteStartObject();
        json.WriteString("location", path.Value);
        json.WriteEndObject();
    }));

    /// <summary>Nothing has happened yet: an empty object.</summary>
    public IResult Waiting() => Json("{}"u8.ToArray());

    /// <summary>It was refused, with words for the person.</summary>
    public IResult Refused(PasskeyRefusal reason) => JsonError.Result(
        StatusCodes.Status400BadRequest, reason.ToString(), $"The passkey ceremony was refused: {reason}.", texts[$"passkey.refused.{reason}"]);

    private static NoStoreJson Json(byte[] body) => new(body);

    private sealed class NoStoreJson(byte[] body) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.ContentType = "application/json";
            httpContext.Response.Headers.CacheControl = "no-store";
            return httpContext.Response.Body.WriteAsync(body, httpContext.RequestAborted).AsTask();
        }
    }
}
