using System.Text.Json;
using System.Text.Json.Nodes;
using IdentityPlatform.Formats;
using IdentityPlatform.Fuzz.Mutations;
using IdentityPlatform.Issuer.Tests.Issuance;
using IdentityPlatform.OAuth.Tests.Server;

namespace IdentityPlatform.Fuzz;

/// <summary>
/// Mutated credential, deferred and notification requests, plain and encrypted: never a server error, and something is given only
/// for a request that still says the same to a decoder that is not ours.
/// </summary>
public sealed class IssuerFuzz
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Credential_requests()
    {
        await using var host = await StartAsync();
        await new CredentialRequests(host).RunAsync(40_000_001, Ct);
    }

    [Fact]
    public async Task Deferred_requests()
    {
        await using var host = await StartAsync();
        host.Register.UnderReview.Add("card-of-ann");
        await new DeferredRequests(host).RunAsync(50_000_001, Ct);
    }

    [Fact]
    public async Task Notifications()
    {
        await using var host = await StartAsync();
        await new NotificationRequests(host).RunAsync(60_000_001, Ct);
    }

    private static async Task<IssuerHost> StartAsync()
    {
        var host = await IssuerHost.StartAsync(overTheWire: true);
        await host.Register.AddAsync("ann");
        return host;
    }

    private abstract class IssuerCampaign(IssuerHost host, string path) : Campaign(host.Address)
    {
        protected IssuerHost Host { get; } = host;

        protected string Path { get; } = path;

        protected override int Campaigns => 3;

        /// <summary>What may not change where something is given.</summary>
        protected abstract bool SaysTheSame(JsonObject original, JsonObject mutated);

        // The body as JSON, mostly; else as any other text, with method and headers.
        protected override WireRequest Mutate(WireRequest request, Random random) => request.ContentType == "application/json" && random.Next(4) > 0
            ? request with { Body = JsonMutator.Mutate(request.Body, random) }
            : RequestMutator.Mutate(request, random);

        protected override Task<string?> BrokenPromiseAsync(Worker worker, WireRequest original, WireRequest mutated, Answer answer)
        {
            worker.Spent |= IsAccepted(answer);
            var same = mutated.Header("DPoP") == original.Header("DPoP") && mutated.Authorization() == original.Authorization()
                && (original.ContentType == "application/json" ? IsSame(original.Body, mutated.Body) : mutated.Body == original.Body);
            return Task.FromResult(!IsAccepted(answer) || same ? null : "something was given for a request that says something else");
        }

        /// <summary>Makes right requests of one wallet, whose token is renewed before it ends.</summary>
        protected Worker WorkerOf(Func<TestWallet, Task> prepare, Func<TestWallet, Task<string>> body)
        {
            TestWallet? wallet = null;
            var (renewal, turn) = (DateTimeOffset.MinValue, 0);
            return new(async () =>
            {
                Host.Time.Now += TimeSpan.FromMilliseconds(20);
                if (Host.Time.Now >= renewal)
                {
                    wallet = await new TestWallet(Host).RedeemAsync("ann");
                    renewal = Host.Time.Now + TimeSpan.FromMinutes(4);
                    await prepare(wallet);
                }

                var text = await body(wallet!);
                var encrypted = turn++ % 4 == 0 && Path != "/notification";
                return new("POST", Path, encrypted ? await wallet!.EncryptAsync(text) : text, encrypted ? "application/jwt" : "application/json", wallet!.Headers(Path));
            });
        }

        private bool IsSame(string original, string mutated)
        {
            try
            {
                return JsonNode.Parse(mutated) is JsonObject json && SaysTheSame(JsonNode.Parse(original)!.AsObject(), json);
            }
            catch (Exception e) when (e is JsonException or ArgumentException or InvalidOperationException)
            {
                return false;
            }
        }
    }

    private sealed class CredentialRequests(IssuerHost host) : IssuerCampaign(host, "/credential")
    {
        protected override string Name => "Credential requests";

        protected override bool IsAccepted(Answer answer) => answer.Status == 200;

        protected override bool SaysTheSame(JsonObject original, JsonObject mutated) =>
            JsonNode.DeepEquals(original["proofs"], mutated["proofs"]) && JsonNode.DeepEquals(original["credential_configuration_id"], mutated["credential_configuration_id"]);

        protected override Task<Worker> StartWorkerAsync() => Task.FromResult(WorkerOf(
            _ => Task.CompletedTask,
            async wallet => JsonSerializer.Serialize(new { credential_configuration_id = "compatriot-card", proofs = new { jwt = new[] { wallet.Proof(await wallet.NonceAsync()) } } })));
    }

    private sealed class DeferredRequests(IssuerHost host) : IssuerCampaign(host, "/deferred-credential")
    {
        protected override string Name => "Deferred requests";

        protected override bool IsAccepted(Answer answer) => answer.Status is 200 or 202;

        protected override bool SaysTheSame(JsonObject original, JsonObject mutated) => JsonNode.DeepEquals(original["transaction_id"], mutated["transaction_id"]);

        protected override Task<Worker> StartWorkerAsync()
        {
            var id = "";
            return Task.FromResult(WorkerOf(
                async wallet => id = (await wallet.RequestAsync(wallet.Proof(await wallet.NonceAsync()))).Body.StringMember("transaction_id")!,
                _ => Task.FromResult(JsonSerializer.Serialize(new { transaction_id = id }))));
        }
    }

    private sealed class NotificationRequests(IssuerHost host) : IssuerCampaign(host, "/notification")
    {
        private static readonly string[] Events = ["credential_accepted", "credential_failure", "credential_deleted"];

        protected override string Name => "Notifications";

        protected override bool IsAccepted(Answer answer) => answer.Status == 204;

        protected override bool SaysTheSame(JsonObject original, JsonObject mutated) =>
            JsonNode.DeepEquals(original["notification_id"], mutated["notification_id"]) && Events.Contains((string?)mutated["event"]);

        protected override Task<Worker> StartWorkerAsync()
        {
            var id = "";
            return Task.FromResult(WorkerOf(
                async wallet => id = (await wallet.RequestAsync(wallet.Proof(await wallet.NonceAsync()))).Body.StringMember("notification_id")!,
                _ => Task.FromResult(JsonSerializer.Serialize(new { notification_id = id, @event = "credential_accepted", event_description = "stored" }))));
        }
    }
}
