using System.CommandLine;
using IdentityPlatform.Wallet.Cards;
using IdentityPlatform.Wallet.Issuance;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace IdentityPlatform.Wallet.Commands;

/// <summary><c>wallet collect LINK</c>: takes a card from an offer into the wallet.</summary>
internal static class CollectCommand
{
    private const string RedirectUri = "http://localhost:5110/callback";

    public static Command Create()
    {
        var link = new Argument<string>("link") { Description = "The openid-credential-offer:// link, or the text of its QR code." };
        var transactionCode = new Option<string?>("--tx-code") { Description = "The code that the officer spoke." };
        var configuration = new Option<string?>("--configuration") { Description = "Which of the offered forms is taken, by its name: the first without this." };
        var command = new Command("collect", "Collects a card from an offer.") { link, transactionCode, configuration, WalletOptions.File, WalletOptions.Keys };
        command.SetAction(async (parsed, ct) =>
        {
            var keys = parsed.GetRequiredValue(WalletOptions.Keys).FullName;
            using var http = new HttpClient();
            using var provider = KeyFile.Read(Path.Combine(keys, "wallet-provider", "wallet-provider.json"));
            using var instance = new WalletInstance(provider, "playground-wallet", TimeProvider.System);
            var collector = new Collector(http, instance, RedirectUri, TimeProvider.System);
            var offer = await CredentialOffer.ReadAsync(parsed.GetRequiredValue(link), http, ct);
            var output = parsed.InvocationConfiguration.Output;
            if (offer.Failed(out var failure, out var value))
            {
                await output.WriteLineAsync($"This is no credential offer: {failure.Fact}.");
                return 1;
            }

            if (parsed.GetValue(configuration) is { } wanted)
            {
                if (!value.Configurations.Contains(wanted))
                {
                    await output.WriteLineAsync($"Offered are: {string.Join(", ", value.Configurations)}.");
                    return 1;
                }

                value = value.Taking(wanted);
            }

            var outcome = value.PreAuthorizedCode is not null
                ? await collector.CollectAsync(value, parsed.GetValue(transactionCode), ct)
                : await CollectInBrowserAsync(collector, value, output, ct);
            return await ReportAsync(outcome, parsed.GetRequiredValue(WalletOptions.File), output);
        });
        return command;
    }

    // The browser ends at this address of the wallet (RFC 8252 §7.3: a loopback redirect URI).
    private static async Task<CollectionOutcome> CollectInBrowserAsync(Collector collector, CredentialOffer offer, TextWriter output, CancellationToken ct)
    {
        var (pending, refused) = await collector.AuthorizeAsync(offer, ct);
        if (pending is null)
        {
            return refused!;
        }

        await output.WriteLineAsync($"Open this address in your browser and sign in:\n{pending.Url}");
        var arrived = new TaskCompletionSource<IQueryCollection>(TaskCreationOptions.RunContinuationsAsynchronously);
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://localhost:5110");
        builder.Logging.ClearProviders();
        await using var app = builder.Build();
        app.MapGet("/callback", (HttpRequest request) =>
        {
            arrived.TrySetResult(request.Query);
            return "You can go back to your wallet.";
        });
        await app.StartAsync(ct);
        var query = await arrived.Task.WaitAsync(ct);
        return await collector.CollectAsync(pending, name => query[name] is [var only] ? only : null, ct);
    }

    private static async Task<int> ReportAsync(CollectionOutcome outcome, FileInfo file, TextWriter output)
    {
        if (outcome is CollectionOutcome.Collected collected)
        {
            WalletFile.Open(file.FullName).Add(collected.Copies);
            await output.WriteLineAsync($"Collected {collected.Copies.Count} copies.");
            return 0;
        }

        var refused = (CollectionOutcome.Refused)outcome;
        await output.WriteLineAsync($"Refused at the step '{refused.Step}': {refused.Error}.");
        return 1;
    }
}
