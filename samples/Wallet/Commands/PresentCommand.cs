using System.CommandLine;
using System.Security.Cryptography.X509Certificates;
using IdentityPlatform.Wallet.Cards;
using IdentityPlatform.Wallet.Presentation;

namespace IdentityPlatform.Wallet.Commands;

/// <summary><c>wallet present LINK</c>: answers a verifier's request.</summary>
internal static class PresentCommand
{
    public static Command Create()
    {
        var link = new Argument<string>("link") { Description = "The openid4vp:// link, or the text of its QR code." };
        var scanned = new Option<bool>("--scanned") { Description = "LINK is a file with the texts of the QR codes that the verifier shows in a loop, one a line: for a phone without a network." };
        var frames = new Option<FileInfo?>("--frames") { Description = "Sends nothing: writes a page that shows the answer as a loop of QR codes, to hold before the verifier's camera." };
        var yes = new Option<bool>("--yes") { Description = "Shows without asking first." };
        var command = new Command("present", "Shows a card to a verifier.") { link, scanned, frames, yes, WalletOptions.File, WalletOptions.Keys };
        command.SetAction(async (parsed, ct) =>
        {
            var output = parsed.InvocationConfiguration.Output;
            var anchors = new X509Certificate2Collection();
            anchors.ImportFromPemFile(Path.Combine(parsed.GetRequiredValue(WalletOptions.Keys).FullName, "pki", "access-root.pem"));
            using var http = new HttpClient();
            var (where, now) = (parsed.GetRequiredValue(link), TimeProvider.System.GetUtcNow());
            var fetched = parsed.GetValue(scanned)
                ? PresentationRequest.Read(await File.ReadAllLinesAsync(where, ct), [.. anchors], now)
                : await PresentationRequest.FetchAsync(where, [.. anchors], http, now, ct);
            if (fetched.Failed(out var failure, out var request))
            {
                await output.WriteLineAsync($"The request is not to be trusted: {failure.Fact}.");
                return 1;
            }

            var wallet = WalletFile.Open(parsed.GetRequiredValue(WalletOptions.File).FullName);
            if (DcqlMatch.Find(request.Query, wallet) is not { } chosen)
            {
                await output.WriteLineAsync("Nothing in this wallet serves the request.");
                return 1;
            }

            var asked = string.Join(", ", chosen.SelectMany(c => c.Disclose).Select(path => path.ToString()));
            await output.WriteLineAsync($"{request.VerifierName} asks for: {(asked.Length == 0 ? "a valid card, no details" : asked)}.");
            foreach (var reason in request.Reasons)
            {
                await output.WriteLineAsync($"It says why: {reason}.");
            }

            return parsed.GetValue(yes) || Agreed(output) ? await PresentAsync(new Presenter(http, wallet, TimeProvider.System), request, parsed.GetValue(frames), output, ct) : 1;
        });
        return command;
    }

    private static bool Agreed(TextWriter output)
    {
        output.Write("Show it? [y/N] ");
        return string.Equals(Console.ReadLine()?.Trim(), "y", StringComparison.OrdinalIgnoreCase);
    }

    private static async Task<int> PresentAsync(Presenter presenter, PresentationRequest request, FileInfo? page, TextWriter output, CancellationToken ct)
    {
        if (page is not null)
        {
            var frames = presenter.Frames(request)!;
            await File.WriteAllTextAsync(page.FullName, FramesPage.Write(frames), ct);
            await output.WriteLineAsync($"Open {page.FullName} and hold it before the camera: {frames.Count} codes.");
            return 0;
        }

        var answer = await presenter.PresentAsync(request, ct);
        var taken = answer is { Taken: true };
        await output.WriteLineAsync(taken ? $"Shown.{(answer!.RedirectUri is { } next ? $" Go on at {next}" : string.Empty)}" : $"Not accepted (status {answer?.Status}).");
        return taken ? 0 : 1;
    }
}
