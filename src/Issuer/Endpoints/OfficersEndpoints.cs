using System.Text;
using IdentityPlatform.Formats;
using IdentityPlatform.Hosting.Pages;
using IdentityPlatform.Hosting.Passkeys;
using IdentityPlatform.Hosting.Storage;
using IdentityPlatform.Hosting.Web;
using IdentityPlatform.Issuer.Desk;
using IdentityPlatform.Issuer.Officers;
using IdentityPlatform.Issuer.Pages;
using static IdentityPlatform.Issuer.Endpoints.ApiDescriptions;

namespace IdentityPlatform.Issuer.Endpoints;

/// <summary>Officers enrol with an invitation and sign in, by passkey both times.</summary>
internal sealed class OfficersEndpoints(
    PasskeyCeremonies ceremonies, Roster roster, OfficerSessions sessions, OneTimeStore store, Centres centres)
{
    private const string Kind = "enrolment";
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    public void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/officers/enrol/{code}", ShowEnrolmentAsync)
            .Says<Nothing>("The page of an invitation.");
        app.MapPost("/officers/enrol/options", (Delegate)BeginEnrolmentAsync)
            .Says<EnrolmentCode, PasskeyQuestion>("Asks for a new passkey.").RequireSameOrigin();
        app.MapPost("/officers/enrol", (Delegate)EnrolAsync)
            .Says<PasskeyAnswer, Entered>("Enrols the officer, once an invitation.").RequireSameOrigin();
        app.MapGet("/officers/signin", (string? @return) => DeskAnswers.Page<OfficerSignInPage>(
            (nameof(OfficerSignInPage.Return), SignInEndpoints.IsLocal(@return) ? @return : "/desk")));
        app.MapPost("/officers/signin/options", (Delegate)BeginSignInAsync)
            .Says<Nothing, PasskeyQuestion>("Asks for a passkey.").RequireSameOrigin();
        app.MapPost("/officers/signin", (Delegate)SignInAsync)
            .Says<PasskeyAnswer, Entered>("Signs the officer in.").RequireSameOrigin();
        app.MapPost("/officers/signout", (Delegate)SignOutAsync)
            .Says<Nothing, Nothing>("Signs the officer out.").RequireSameOrigin();
    }

    private async Task<IResult> ShowEnrolmentAsync(HttpContext http, string code) =>
        await roster.OpenAsync(code, http.RequestAborted) is { } invitation && centres.Find(invitation.Centre) is { } centre
            ? DeskAnswers.Page<EnrolPage>((nameof(EnrolPage.Invitation), invitation), (nameof(EnrolPage.Code), code), (nameof(EnrolPage.Centre), centre))
            : ErrorPages.Refuse(http, StatusCodes.Status404NotFound, "gone");

    private async Task<IResult> BeginEnrolmentAsync(HttpContext http)
    {
        var body = await JsonBody.ReadAsync(http);
        if (body.Refused(out var refusal, out var json))
        {
            return refusal;
        }

        if (json.StringMember("code") is not { } code || await roster.OpenAsync(code, http.RequestAborted) is not { } invitation)
        {
            return ErrorPages.Refuse(http, StatusCodes.Status404NotFound, "gone");
        }

        var start = await ceremonies.BeginRegistrationAsync(http, invitation.Id, invitation.Name, invitation.Name);
        await store.PutAsync(Kind, start.CeremonyId, Encoding.UTF8.GetBytes(code), Lifetime, http.RequestAborted);
        return Ceremony(start);
    }

    private async Task<IResult> EnrolAsync(HttpContext http)
    {
        var body = await JsonBody.ReadAsync(http);
        if (body.Refused(out var refusal, out var json))
        {
            return refusal;
        }

        if (ReadAnswer(json) is not { } answer || await store.TakeAsync(Kind, answer.Ceremony, http.RequestAborted) is not { } code)
        {
            return DeskAnswers.Declined(http, asPage: false, DeskRefusal.AskAgain);
        }

        var result = await ceremonies.CompleteRegistrationAsync(http, answer.Ceremony, answer.Credential);
        return await result.Match(
            async registered => await roster.EnrolAsync(Encoding.UTF8.GetString(code), registered.Passkey, http.RequestAborted)
                && await roster.FindAsync(registered.UserId, http.RequestAborted) is { } officer
                ? await EnterAsync(http, officer, HomeOf(officer))
                : ErrorPages.Refuse(http, StatusCodes.Status410Gone, "gone"),
            refused => Task.FromResult(PasskeyRefused(http, refused.Reason)));
    }

    private async Task<IResult> BeginSignInAsync(HttpContext http)
    {
        var body = await JsonBody.ReadAsync(http);
        return body.Refused(out var refusal, out _) ? refusal : Ceremony(await ceremonies.BeginSignInAsync(http));
    }

    private async Task<IResult> SignInAsync(HttpContext http)
    {
        var body = await JsonBody.ReadAsync(http);
        if (body.Refused(out var refusal, out var json))
        {
            return refusal;
        }

        if (ReadAnswer(json) is not { } answer)
        {
            return DeskAnswers.Declined(http, asPage: false, DeskRefusal.BadRequest);
        }

        var result = await ceremonies.CompleteSignInAsync(http, answer.Ceremony, answer.Credential);
        return await result.Match(
            async signedIn => await roster.FindAsync(signedIn.UserId, http.RequestAborted) is { } officer && officer.Entry.CredentialId == signedIn.CredentialId
                ? await EnterAsync(http, officer, SignInEndpoints.IsLocal(json.StringMember("return")) && json.StringMember("return") != "/desk" ? json.StringMember("return")! : HomeOf(officer))
                : DeskAnswers.Declined(http, asPage: false, DeskRefusal.NotYourRole),
            refused => Task.FromResult(PasskeyRefused(http, refused.Reason)));
    }

    private async Task<IResult> SignOutAsync(HttpContext http)
    {
        await sessions.EndAsync(http);
        return DeskAnswers.SeeOther("/officers/signin");
    }

    private static string HomeOf(Officer officer) => officer.Role == OfficerRole.Administrator ? "/operator" : "/desk";

    private async Task<IResult> EnterAsync(HttpContext http, Officer officer, string location)
    {
        await sessions.StartAsync(http, officer);
        return DeskAnswers.Json(StatusCodes.Status200OK, ("location", location), ("officer", officer.Id));
    }

    private static (string Ceremony, string Credential)? ReadAnswer(System.Text.Json.JsonElement json) =>
        json.StringMember("ceremony") is { } ceremony && json.ObjectMember("credential") is { } credential ? (ceremony, credential.GetRawText()) : null;

    private static IResult Ceremony(CeremonyStart start) => DeskAnswers.Json(StatusCodes.Status200OK, writer =>
    {
        writer.WriteString("ceremony", start.CeremonyId);
        writer.WritePropertyName("options");
        writer.WriteRawValue(start.OptionsJson);
    });

    private static IResult PasskeyRefused(HttpContext http, PasskeyRefusal reason) => DeskAnswers.Declined(
        http, asPage: false, reason is PasskeyRefusal.UnknownCeremony or PasskeyRefusal.OtherBrowser ? DeskRefusal.AskAgain : DeskRefusal.AssertionInvalid);
}
