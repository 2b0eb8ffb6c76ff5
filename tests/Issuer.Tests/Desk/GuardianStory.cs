using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Dapper;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Hosting.Storage;
using IdentityPlatform.Issuer.Catalogue;
using IdentityPlatform.Issuer.Desk;
using IdentityPlatform.Issuer.Issuance;

namespace IdentityPlatform.Issuer.Tests.Desk;

/// <summary>A parent with a card, and a child with one, over HTTP.</summary>
internal sealed class GuardianStory
{
    private const string ParentDocument = "AN 123 456";

    private GuardianStory(DeskHost host, string born) => (Host, Born) = (host, born);

    public DeskHost Host { get; }

    public string Born { get; }

    public DeskBrowser Parent { get; private init; } = null!;

    public string ParentCase { get; private init; } = "";

    public string ParentId { get; private init; } = "";

    public string ChildCase { get; private init; } = "";

    public DeskBrowser A { get; private init; } = null!;

    public DeskBrowser B { get; private init; } = null!;

    public static async Task<GuardianStory> StartAsync(DeskHost host, string born = "2014-05-26")
    {
        var (parentCase, parentId, a, b) = await CardLife.ActiveAsync(host);
        var child = await host.PersonAsync("misha");
        var form = JsonNode.Parse(DeskStory.Application("Щеглов"))!.AsObject();
        (form["given_name"], form["birthdate"]) = ("Миша", born);
        var childCase = (await child.PostAsync("/applications", form.ToJsonString())).Json.StringMember("id")!;
        await child.PostAsync($"/applications/{childCase}/book", DeskStory.Visit(host));
        await a.PostAsync($"/desk/cases/{childCase}/checkin");
        await a.PostAsync($"/desk/cases/{childCase}/proofing", Proofing("AN 777 777", heard: true));
        await a.DecideAsync(childCase, "recommend");
        var approved = await b.DecideAsync(childCase, "approve");
        return approved.Json.StringMember("state") != "approved" ? throw new InvalidOperationException(approved.Body) : new GuardianStory(host, born)
        {
            Parent = await host.PersonAsync("yulia"),
            ParentCase = parentCase,
            ParentId = parentId,
            ChildCase = childCase,
            A = a,
            B = b,
        };
    }

    /// <summary>The same people on another day.</summary>
    public async Task<GuardianStory> LaterAsync()
    {
        await A.SignInAsync();
        await B.SignInAsync();
        return new(Host, Born) { Parent = await Host.PersonAsync("yulia"), ParentCase = ParentCase, ParentId = ParentId, ChildCase = ChildCase, A = A, B = B };
    }

    public string Form(string until, string? child = null) => new JsonObject
    {
        ["type"] = "representation",
        ["child"] = child ?? ChildCase,
        ["nature_of_representation"] = "parent",
        ["powers"] = new JsonArray("services", "cards"),
        ["valid_until"] = until,
        ["represented"] = new JsonObject { ["family_name"] = "Щеглов", ["given_name"] = "Миша", ["birthdate"] = Born },
        ["consent"] = true,
    }.ToJsonString();

    public async Task<string> ApplyAsync(string until = "2027-05-25")
    {
        var sent = await Parent.PostAsync("/applications", Form(until));
        return sent.Json.StringMember("id") ?? throw new InvalidOperationException(sent.Body);
    }

    /// <summary>The visit, up to A's recommendation; the first answer that is no success.</summary>
    public async Task<DeskAnswer> ProofAsync(string number, bool heard = false, string document = ParentDocument)
    {
        await Parent.PostAsync($"/applications/{number}/book", DeskStory.Visit(Host));
        await A.PostAsync($"/desk/cases/{number}/checkin");
        var proofed = await A.PostAsync($"/desk/cases/{number}/proofing", Proofing(document, heard));
        return (int)proofed.Status == 200 ? await A.DecideAsync(number, "recommend") : proofed;
    }

    public async Task<string> ApproveAsync(string until = "2027-05-25", bool heard = false)
    {
        var number = await ApplyAsync(until);
        var recommended = await ProofAsync(number, heard);
        var approved = await B.DecideAsync(number, "approve");
        return approved.Json.StringMember("state") == "approved" ? number : throw new InvalidOperationException(recommended.Body + approved.Body);
    }

    /// <summary>Has it minted for a key of the parent's wallet, by the signer.</summary>
    public async Task<IReadOnlyList<string>> CollectAsync(string number, Jwk? key = null)
    {
        var offered = await Parent.PostAsync("/card/offer", $$"""{"number":"{{number}}"}""");
        Assert.Equal(200, (int)offered.Status);
        var card = (await Host.Get<Cards>().FindOfApplicationAsync(number, CancellationToken.None))!;
        var collectable = (await Host.Get<ICardRegister>().FindCollectableAsync(ParentId, card.Id, CancellationToken.None))!;
        var configuration = Host.Get<Deployment>().Find("representation")!;
        var minting = Host.Get<MintCopies>();
        var mintable = (await minting.PrepareAsync(collectable, configuration, CancellationToken.None)).Match(ready => ready, failure => throw new InvalidOperationException(failure.Description));
        using var own = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var outcome = await minting.RunAsync(mintable, [key ?? Jwk.Of(own)], null, CancellationToken.None);
        return ((MintOutcome.Minted)outcome.Match(minted => minted, failure => throw new InvalidOperationException(failure.Description))).Credentials;
    }

    public static Task<string?> StateOfAsync(DeskHost host, string number) => host.Get<Database>().ReadAsync(
        connection => connection.ExecuteScalarAsync<string?>("SELECT state FROM cards WHERE application_id = @number", new { number }), CancellationToken.None);

    private static string Proofing(string number, bool heard)
    {
        var proofing = JsonNode.Parse(DeskStory.Proofing(number))!.AsObject();
        proofing["steps"]![ProofingWords.Word(ProofingStep.Guardians)] = "pass";
        proofing["steps"]![ProofingWords.Word(ProofingStep.ChildHeard)] = heard ? "pass" : "na";
        return proofing.ToJsonString();
    }
}
