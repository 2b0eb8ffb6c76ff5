using System.Globalization;
using System.Text.Json.Nodes;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Formats.Mdoc;
using IdentityPlatform.Formats.SdJwt;
using IdentityPlatform.Interop.Node;
using IdentityPlatform.Verifier;

namespace IdentityPlatform.Interop.Cards;

/// <summary>The same broken presentations before our verifier and before theirs: where the verdicts differ, it is known why.</summary>
public sealed class DifferentialTests : IDisposable
{
    private const int Batch = 100;
    private const int FirstSeed = 90_000_001;

    private static readonly int Count = int.Parse(Environment.GetEnvironmentVariable("DIFFERENTIAL_INPUTS") ?? "3000", NumberStyles.None, CultureInfo.InvariantCulture);

    private readonly CardWorld _cards = new();
    private readonly MdocWorld _mdocs = new();
    private readonly DateTimeOffset _now = DateTimeOffset.UtcNow;

    public void Dispose()
    {
        _cards.Dispose();
        _mdocs.Dispose();
    }

    [Fact]
    public async Task Sd_jwts_before_sd_jwt_js()
    {
        var held = HeldSdJwt.Parse(_cards.IssueHere(_now)).OrThrow();
        using var holder = SigningKey.From(_cards.Holder);
        var right = HeldSdJwt.Bind(held.Present([ClaimPath.Of("age_equal_or_over", "18")]), holder, CardWorld.Audience, CardWorld.Nonce, _now);
        var list = _cards.StatusHere(0, _now);
        await using var theirs = NodeClient.Start("verdicts");
        await CompareAsync(
            theirs,
            new() { ["format"] = "dc+sd-jwt", ["authority"] = _cards.Authority.Pem, ["statusList"] = list, ["nonce"] = CardWorld.Nonce },
            random => random is null ? right : BrokenCards.SdJwt(_cards, right, _now, random),
            presentation => _cards.Verify(presentation, _now, list),
            Differences.OfSdJwts);
    }

    [Fact]
    public async Task Mdocs_before_owf_mdoc()
    {
        var issued = _mdocs.IssueHere(_now);
        using var holder = SigningKey.From(_mdocs.Holder);
        var right = HeldMdoc.Parse(issued).OrThrow().Present([(MdocWorld.Iso, "family_name"), (MdocWorld.Iso, "birth_date")], holder, MdocWorld.Transcript);
        await using var theirs = NodeClient.Start("verdicts");
        await CompareAsync(
            theirs,
            new() { ["format"] = "mso_mdoc", ["authority"] = _mdocs.Authority.Pem, ["clientId"] = MdocWorld.ClientId, ["nonce"] = MdocWorld.Nonce, ["responseUri"] = MdocWorld.ResponseUri },
            random => Base64UrlText.Encode(random is null ? right : BrokenCards.Mdoc(_mdocs, issued, right, random)),
            presentation => _mdocs.Verify(Base64UrlText.Parse(presentation, "mdoc").OrThrow(), _now, "family_name", "birth_date"),
            Differences.OfMdocs);
    }

    private static async Task CompareAsync(NodeClient theirs, JsonObject setting, Func<Random?, string> presentations, Func<string, VerificationResult> ours, IReadOnlyList<Difference> known)
    {
        await theirs.TellAsync(setting);
        var unknown = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var (agreed, accepted) = (0, 0);
        for (var first = FirstSeed; first < FirstSeed + Count; first += Batch)
        {
            string[] batch = [presentations(null), .. Enumerable.Range(first, Batch).Select(seed => presentations(new Random(seed)))];
            var answer = await theirs.AskAsync(new() { ["presentations"] = new JsonArray([.. batch.Select(text => (JsonNode)text)]) });
            var verdicts = answer.GetProperty("verdicts").EnumerateArray().Select(verdict => verdict.GetString()).ToList();
            foreach (var (text, refused) in batch.Zip(verdicts))
            {
                var failure = (ours(text) as VerificationResult.Rejected)?.Failure;
                accepted += failure is null && refused is null ? 1 : 0;
                if (failure is null == refused is null)
                {
                    agreed++;
                }
                else if (!known.Any(difference => difference.Explains(failure, refused)))
                {
                    unknown.TryAdd(failure is null ? $"they refuse: {refused}" : $"we refuse: {failure}", text);
                }
            }
        }

        Assert.True(unknown.Count == 0, string.Join("\n\n", unknown.Select(difference => $"{difference.Key}\n{difference.Value}")));
        Assert.True(accepted > Count / Batch && agreed > Count / 2, $"{agreed} agreed, {accepted} accepted");
    }
}
