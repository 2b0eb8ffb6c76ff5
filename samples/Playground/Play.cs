using IdentityPlatform.Playground.People;
using IdentityPlatform.Playground.Programs;
using IdentityPlatform.Playground.Story;

namespace IdentityPlatform.Playground;

/// <summary>How the play is played.</summary>
/// <param name="Once">Ends after the story.</param>
/// <param name="Fresh">Forgets earlier data first.</param>
/// <param name="Break">The step whose ground is damaged, or null.</param>
/// <param name="Data">Where the files go, or null for the repository's own place.</param>
internal sealed record PlayOptions(bool Once, bool Fresh, int? Break, string? Data);

/// <summary>The whole play: start, story, and serving until the person at the keyboard ends it.</summary>
internal static class Play
{
    public static async Task<int> RunAsync(TextWriter output, PlayOptions options, CancellationToken ct)
    {
        var places = Places.Find(options.Data);
        if (options.Fresh && Directory.Exists(places.Data))
        {
            Directory.Delete(places.Data, recursive: true);
        }

        Directory.CreateDirectory(places.Data);
        await using var town = new Neighbourhood(places);
        await using var mirror = new Mirror(town.Http, town.CardIssuer.Url);
        using var cast = new Cast(town, mirror);
        var teller = new StoryTeller(output);
        if (!await teller.PlayAsync(0, "The programs start", () => StartAsync(town, mirror, ct)))
        {
            return 1;
        }

        var held = await TellAsync(cast, teller, options.Break, ct);
        await output.WriteLineAsync(held ? "\nEvery step held." : "\nThe story ended early.");
        if (options.Once || !held)
        {
            return held ? 0 : 1;
        }

        await ServeAsync(output, ct);
        return 0;
    }

    private static async Task StartAsync(Neighbourhood town, Mirror mirror, CancellationToken ct)
    {
        await mirror.StartAsync(ct);
        await town.StartAsync(ct);
    }

    private static async Task<bool> TellAsync(Cast cast, StoryTeller teller, int? damage, CancellationToken ct)
    {
        (string Title, Func<Task> Step)[] steps =
        [
            ("Two officers and a person enrol passkeys", () => new Step1Enrol(cast, teller).PlayAsync(ct)),
            ("The person signs in at two services", () => new Step2SignIn(cast, teller).PlayAsync(ct)),
            ("The person applies; two officers decide", () => new Step3Decide(cast, teller).PlayAsync(ct)),
            ("The wallet collects the card, at home and across the desk", () => new Step4Collect(cast, teller).PlayAsync(ct)),
            ("With the issuer stopped, the door checks the card", () => new Step5Door(cast, teller).PlayAsync(ct)),
            ("What the door refuses, and by which check", () => new Step6Refusals(cast, teller).PlayAsync(ct)),
            ("The card is lost, and the door learns of it", () => new Step7Lost(cast, teller).PlayAsync(ct)),
            ("A new card signs the person in", () => new Step8CardSignIn(cast, teller).PlayAsync(ct)),
            ("A work patent is issued for two regions, prolonged, lapses at midnight, and is refused elsewhere", () => new Step9Patent(cast, teller).PlayAsync(ct)),
            ("Two officers decide an event; a shown age gives a ticket, and the ticket lets in once at two doors", () => new Step10Ticket(cast, teller).PlayAsync(ct)),
        ];
        for (var number = 1; number <= steps.Length; number++)
        {
            if (number == damage)
            {
                await Damage.DoAsync(number, cast);
            }

            if (!await teller.PlayAsync(number, steps[number - 1].Title, steps[number - 1].Step))
            {
                return false;
            }
        }

        return true;
    }

    private static async Task ServeAsync(TextWriter output, CancellationToken ct)
    {
        await output.WriteLineAsync(
            """

            Now by hand, in a browser:
              http://localhost:5101              your account: sign up with a passkey, sign in, see what was shared
              http://localhost:5105, :5106       two services to sign in at
              http://localhost:5102              apply for the card, collect it, report it lost
              http://localhost:5102/desk         the officers' desk; make officers with
                                                 dotnet run --project src/Issuer -- officers invite --name NAME --role operator --centre yerevan
              http://localhost:5103              apply for a work patent, see until when it is paid
              http://localhost:5104              get a ticket to an event, for a shown card
              http://localhost:5107              the event door
              http://localhost:5108              the check of patents: employer, inspector
            A wallet for the command line:       dotnet run --project samples/Wallet -- --help
            Ctrl+C ends everything.
            """);
        try
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, ct);
        }
        catch (OperationCanceledException)
        {
            // Ctrl+C: the programs end with this one.
        }
    }
}
