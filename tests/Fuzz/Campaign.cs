using System.Globalization;
using System.Text;
using IdentityPlatform.Fuzz.Mutations;
using IdentityPlatform.OAuth.Tests.Server;

namespace IdentityPlatform.Fuzz;

/// <summary>One kind of request, mutated again and again against a server. Every case has its own seed, which a failure names.</summary>
internal abstract class Campaign(string address)
{
    private const int Workers = 4;

    private static readonly HttpClient Http = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        RequestHeaderEncodingSelector = (_, _) => Encoding.Latin1,
    });

    private int _accepted;

    /// <summary>What is mutated.</summary>
    protected abstract string Name { get; }

    /// <summary>How many campaigns share the requests of one server. <c>FUZZ_REQUESTS</c> is set by <c>./test --long</c>.</summary>
    protected abstract int Campaigns { get; }

    private int Count => int.Parse(Environment.GetEnvironmentVariable("FUZZ_REQUESTS") ?? "20000", NumberStyles.None, CultureInfo.InvariantCulture) / Campaigns;

    /// <summary>Runs all cases; the first that breaks a promise ends it.</summary>
    public async Task RunAsync(int firstSeed, CancellationToken ct)
    {
        var seed = firstSeed - 1;
        await Task.WhenAll(Enumerable.Range(0, Workers).Select(_ => Task.Run(WorkAsync, ct)));
        await ReportAsync(firstSeed, ct);

        // A server that refuses everything would keep every promise.
        Assert.InRange(_accepted, Count / 1000, Count / 2);

        async Task WorkAsync()
        {
            var worker = await StartWorkerAsync();
            while (Interlocked.Increment(ref seed) is var own && own < firstSeed + Count)
            {
                ct.ThrowIfCancellationRequested();
                await RunCaseAsync(worker, own);
            }
        }
    }

    /// <summary>What one worker keeps between its cases.</summary>
    protected abstract Task<Worker> StartWorkerAsync();

    /// <summary>Breaks a request; the same seed breaks the same things.</summary>
    protected virtual WireRequest Mutate(WireRequest request, Random random) => RequestMutator.Mutate(request, random);

    /// <summary>True when the mutation left a request that the server takes.</summary>
    protected abstract bool IsAccepted(Answer answer);

    /// <summary>Null when the answer keeps what the server promises; else the promise.</summary>
    protected abstract Task<string?> BrokenPromiseAsync(Worker worker, WireRequest original, WireRequest mutated, Answer answer);

    private async Task RunCaseAsync(Worker worker, int seed)
    {
        var original = await worker.NextAsync();
        var mutated = Mutate(original, new Random(seed));
        using var message = mutated.ToMessage(address);
        using var response = await Http.SendAsync(message);
        var answer = new Answer(response, await response.Content.ReadAsStringAsync());
        if (IsAccepted(answer))
        {
            Interlocked.Increment(ref _accepted);
        }

        var broken = answer.Status >= 500 ? "a server error" : await BrokenPromiseAsync(worker, original, mutated, answer);
        if (broken is not null)
        {
            Assert.Fail($"{broken}, seed {seed}: {mutated.Method} {mutated.Path}\n{mutated.ContentType}\n{string.Join('\n', mutated.Headers)}\n\n{mutated.Body}\n\n{answer.Status} {answer.Header("Location")}\n{answer.Body}");
        }
    }

    private async Task ReportAsync(int firstSeed, CancellationToken ct)
    {
        if (Environment.GetEnvironmentVariable("RESULTS_FOLDER") is { Length: > 0 } folder)
        {
            var text = string.Create(
                CultureInfo.InvariantCulture,
                $"{Name}: {Count} mutated, {_accepted} of them still taken, {Count - _accepted} refused, no promise broken. Seeds from {firstSeed}.\n");
            await File.WriteAllTextAsync(Path.Combine(folder, $"fuzz-{Name.ToLowerInvariant().Replace(' ', '-')}.md"), text, ct);
        }
    }

    /// <summary>Makes right requests, one after another.</summary>
    protected sealed class Worker(Func<Task<WireRequest>> next)
    {
        public Worker(Func<Task<Request>> next)
            : this(async () => WireRequest.Of(await next()))
        {
        }

        public Func<Task<WireRequest>> NextAsync { get; } = next;

        /// <summary>True when the next request needs a new code or token.</summary>
        public bool Spent { get; set; } = true;
    }
}
