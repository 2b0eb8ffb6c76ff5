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
        var yes = new Option<bool>("--yes") { Description = "Shows without asking first." };
        var command = new Command("present", "Shows a card to a verifier.") { link, yes, WalletOptions.File, WalletOptions.Keys };
        command.SetAction(async (parsed, ct) =>
        {
            var output = parsed.InvocationConfiguration.Output;
            var anchors = new X509Certificate2Collection();
            anchors.ImportFromPemFile(Path.Combine(parsed.GetRequiredValue(WalletOptions.Keys).FullName, "pki", "access-root.pem"));
            using var http = new HttpClient();
            var fetched = await PresentationRequest.FetchAsync(parsed.GetRequiredValue(link), [.. anchors], http, TimeProvider.System.GetUtcNow(), ct);
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

            return parsed.GetValue(yes) || Agreed(output) ? await PresentAsync(new Presenter(http, wallet, TimeProvider.System), request, output, ct) : 1;
        });
        return command;
    }

    private static bool Agreed(TextWriter output)
    {
        output.Write("Show it? [y/N] ");
        return string.Equals(Console.ReadLine()?.Trim(), "y", StringComparison.OrdinalIgnoreCase);
    }

    private static async Task<int> PresentAsync(Presenter presenter, PresentationRequest request, TextWriter output, CancellationToken ct)
    {
        var answer = await presenter.PresentAsync(request, ct);
        var taken = answer is { Taken: true };
        await output.WriteLineAsync(taken ? $"Shown.{(answer!.RedirectUri is { } next ? $" Go on at {next}" : string.Empty)}" : $"Not accepted (status {answer?.Status}).");
        return taken ? 0 : 1;
    }
}
