using System.Text;
using System.Text.Json;
using IdentityPlatform.Hosting;
using IdentityPlatform.Issuer.Catalogue;
using IdentityPlatform.Issuer.Patents;
using Microsoft.Net.Http.Headers;

namespace IdentityPlatform.Issuer.Endpoints;

/// <summary>
/// <c>POST /payments</c>: the treasury tells what was paid, one signed fact a request (<c>application/jwt</c>). The signature is the
/// sign-in: whoever brings a fact, it says what the treasury said. Telling it again gives the same answer.
/// </summary>
internal sealed class PaymentEndpoints(PatentRegister patents, Treasury treasury, Deployment deployment, ServerSettings settings)
{
    private const string Path = "/payments";

    public void Map(WebApplication app)
    {
        // Where nothing is paid for there is nobody to hear.
        if (deployment.Types.Any(type => type.IsPaid))
        {
            app.MapOnly(HttpMethods.Post, Path, TakeAsync);
        }
    }

    private async Task<IResult> TakeAsync(HttpContext http, CancellationToken ct)
    {
        if (await ReadAsync(http, ct) is not { } token)
        {
            return Refuse(StatusCodes.Status415UnsupportedMediaType, "unsupported_media_type", $"one fact of at most {PaymentFact.MaxLength} bytes, as application/jwt");
        }

        if (PaymentFact.Verify(token, treasury, settings.PublicUrl).Failed(out var failure, out var fact))
        {
            return Refuse(StatusCodes.Status400BadRequest, "invalid_fact", failure.Fact);
        }

        return await patents.PayAsync(fact, ct) switch
        {
            PaymentAnswer.Counted => DeskAnswers.Json(StatusCodes.Status200OK, ("outcome", "counted")),
            PaymentAnswer.Held held => DeskAnswers.Json(
                StatusCodes.Status200OK,
                ("outcome", "held"),
                ("reason", JsonNamingPolicy.SnakeCaseLower.ConvertName(held.Reason.ToString())),
                ("message", "This payment pays for nothing: return it to the payer.")),
            PaymentAnswer.UnknownPatent => Refuse(StatusCodes.Status404NotFound, "unknown_patent", "no patent that was decided has this number: return the payment to the payer"),
            PaymentAnswer.NotYet => Refuse(StatusCodes.Status400BadRequest, "invalid_fact", "paid_on is a day that has not come in the region"),
            _ => Refuse(StatusCodes.Status409Conflict, "reference_reused", "another payment had this reference"),
        };
    }

    private static IResult Refuse(int status, string error, string description) =>
        DeskAnswers.Json(status, ("error", error), ("error_description", description));

    private static async Task<string?> ReadAsync(HttpContext http, CancellationToken ct)
    {
        if (!MediaTypeHeaderValue.TryParse(http.Request.ContentType, out var type) || type.MediaType != "application/jwt")
        {
            return null;
        }

        var buffer = new byte[PaymentFact.MaxLength + 1];
        var length = await http.Request.Body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, ct);
        return length <= PaymentFact.MaxLength ? Encoding.UTF8.GetString(buffer, 0, length) : null;
    }
}
