using System.Text.RegularExpressions;
using IdentityPlatform.Formats;
using IdentityPlatform.Playground.People;
using IdentityPlatform.Playground.Programs;

namespace IdentityPlatform.Playground.Story;

/// <summary>Two officers enrol passkeys at the issuer by invitation; a person opens an account at the IdP.</summary>
internal sealed partial class Step1Enrol(Cast cast, StoryTeller teller)
{
    public async Task PlayAsync(CancellationToken ct)
    {
        var invitation = await EnrolAsync(cast.Town.CardIssuer, cast.OfficerA, "operator", "yerevan", ct);
        await EnrolAsync(cast.Town.CardIssuer, cast.OfficerB, "supervisor", "yerevan", ct);
        teller.Check("two officers enrolled a passkey by invitation", true);

        using var stranger = new Person("stranger");
        var again = await stranger.Browser.PostAsync($"{cast.Town.CardIssuer.Url}/officers/enrol/options", json => json.WriteString("code", invitation), ct);
        teller.Check("a used invitation is refused", again.Status is >= 400 and < 500);

        var signedUp = await cast.Holder.Passkeys.RegisterAsync($"{cast.Town.Idp.Url}/signup", json => json.WriteString("display_name", cast.Holder.Name), ct);
        teller.Check("a person opened an account with a passkey, without e-mail, telephone or password", signedUp.Status == 200);

        cast.Holder.Browser.Forget();
        var signedIn = await cast.Holder.Passkeys.AssertAsync($"{cast.Town.Idp.Url}/signin", json => json.WriteString("return", "/"), ct);
        teller.Check("the passkey signs in again in a browser without cookies", signedIn.Status == 200 && signedIn.Json.StringMember("location") is not null);
    }

    /// <summary>Enrols an officer at an issuer by invitation, and gives the invitation.</summary>
    public static async Task<string> EnrolAsync(ChildProgram issuer, Person officer, string role, string centre, CancellationToken ct)
    {
        var printed = await issuer.RunVerbAsync(["officers", "invite", "--name", officer.Name, "--role", role, "--centre", centre], ct);
        var code = EnrolmentLink().Match(printed) is { Success: true } match ? match.Groups[1].Value : throw new StoryFailedException($"no invitation link was printed: {printed}");
        var answer = await officer.Passkeys.RegisterAsync($"{issuer.Url}/officers/enrol", json => json.WriteString("code", code), ct);
        return answer.Status == 200 ? code : throw new StoryFailedException($"officer {officer.Name} could not enrol: {answer.Status} {answer.Body}");
    }

    [GeneratedRegex(@"/officers/enrol/([A-Za-z0-9_.\-]+)", RegexOptions.None, 1000)]
    private static partial Regex EnrolmentLink();
}
