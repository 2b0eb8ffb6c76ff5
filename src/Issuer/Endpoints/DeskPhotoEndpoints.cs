using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using IdentityPlatform.Hosting.Web;
using IdentityPlatform.Issuer.Catalogue;
using IdentityPlatform.Issuer.Desk;
using IdentityPlatform.Issuer.Officers;
using static IdentityPlatform.Issuer.Endpoints.ApiDescriptions;

namespace IdentityPlatform.Issuer.Endpoints;

/// <summary>The photograph that is taken at the centre: with consent, checked and stripped, and part of what both officers decide about.</summary>
internal sealed class DeskPhotoEndpoints(Cases cases, Deployment deployment)
{
    public void Map(IEndpointRouteBuilder app) => app.MapPost("/desk/cases/{id}/photo", DeskEndpoints.ForAct(TakeAsync))
        .Says<Photo, Moved>("The applicant's photograph, or none; only while the applicant is there, and with consent.").RequireSameOrigin();

    private async Task<IResult> TakeAsync(HttpContext http, Officer officer, DeskCase found, DeskSubmission sent)
    {
        var field = deployment.TypeOf(found.Application.Type).Photograph;
        if (field is null || found.Claims is not { } before || Read(sent.Text("photo") ?? "") is not { } photo)
        {
            return DeskAnswers.Declined(http, sent, DeskRefusal.PhotoUnfit);
        }

        // With a new salt: the commitment does not tell that nothing but the photograph changed.
        var claims = JsonObject.Create(before.Claims)!;
        claims.Remove(field.Name);
        if (photo.Length > 0)
        {
            claims[field.Name] = JpegPhoto.DataUrl(photo);
        }

        var change = new CaseChange { Claims = PersonClaims.Of(claims.Deserialize<JsonElement>(), RandomNumberGenerator.Fill) };
        var transition = await cases.ApplyAsync(found, new ApplicationEvent.Photograph(photo.Length > 0, sent.Flag("consent")), officer.AsActor(), change, http.RequestAborted);
        return transition is Transition.Moved { To: { } to }
            ? DeskAnswers.Done(sent, $"/desk/cases/{to.Id}", ("id", to.Id), ("state", to.State.Word()))
            : DeskAnswers.Declined(http, sent, ((Transition.Declined)transition).Why);
    }

    // Base64; an empty text takes the photograph out again. Null for what is no photograph.
    private static byte[]? Read(string text)
    {
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out var length) ? length == 0 ? [] : JpegPhoto.Strip(bytes.AsSpan(0, length)) : null;
    }
}
