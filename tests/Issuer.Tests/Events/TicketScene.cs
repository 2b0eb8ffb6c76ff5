using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Hosting.Keys;
using IdentityPlatform.Issuer.Desk;
using IdentityPlatform.Issuer.Events;
using IdentityPlatform.Issuer.Issuance;
using IdentityPlatform.Issuer.Officers;
using IdentityPlatform.Issuer.Signing;
using IdentityPlatform.Issuer.Tests.Desk;
using IdentityPlatform.Issuer.Tests.Minting;
using IdentityPlatform.Issuer.Tests.Signing;
using Microsoft.Extensions.Logging.Abstractions;

namespace IdentityPlatform.Issuer.Tests.Events;

/// <summary>What an attacker has who owns the web process of the events office: a decided event with its words, the socket, and keys of own wallets.</summary>
internal sealed class TicketScene : IAsyncDisposable
{
    private readonly SignerPlace _place;

    private TicketScene(TestSigner signer, SignerPlace place, DeskClock clock) =>
        (Signer, _place, Clock, Link) = (signer, place, clock, new SignerLink(place, clock, NullLogger<SignerLink>.Instance));

    public TestSigner Signer { get; }

    public DeskClock Clock { get; }

    public SignerLink Link { get; }

    public DecidingOfficer A { get; } = new("a", OfficerRole.Operator);

    public DecidingOfficer B { get; } = new("b", OfficerRole.Supervisor);

    /// <summary>Two places without numbers, and three with.</summary>
    public AdmissionFacts Concert { get; } = Event("concert");

    public SigningKey Roster => Signer.Keys.Active(KeyRole.Roster);

    public static AdmissionFacts Event(string id) => new(
        id,
        "Концерт",
        new Venue("Дом культуры", "Ереван", "AM"),
        new DateTimeOffset(2026, 12, 5, 18, 0, 0, TimeSpan.FromHours(4)),
        new DateTimeOffset(2026, 12, 5, 21, 0, 0, TimeSpan.FromHours(4)),
        14,
        [new AdmissionClass("general", 2, false), new AdmissionClass("seated", 3, true)]);

    /// <summary>A camp of three days that began yesterday, for two participants and one escort.</summary>
    public static ProgrammeFacts Camp(string id = "camp")
    {
        var today = DateOnly.FromDateTime(TestCase.Now.UtcDateTime);
        return new(id, "Смена", today.AddDays(-1), today.AddDays(1), 14, true, [new AdmissionClass("participant", 2, false), new AdmissionClass("escort", 1, false)]);
    }

    /// <summary>An order of a proof of taking part, rested on the two decisions about it.</summary>
    public TicketOrder Proof(string name, ProgrammeFacts facts, string role = "participant", IReadOnlyList<StoredDecision>? decisions = null, string configuration = "programme-participation") =>
        Order(name, facts, decisions ?? Decisions(facts), role, configuration: configuration);

    public static async Task<TicketScene> StartAsync()
    {
        var clock = new DeskClock { Now = TestCase.Now.AddHours(1) };
        var signer = await TestSigner.StartAsync(clock, events: true);
        var configuration = new Microsoft.Extensions.Configuration.ConfigurationManager { ["Signer:Socket"] = signer.Socket };
        return new TicketScene(signer, SignerPlace.Read(configuration, development: false), clock);
    }

    /// <summary>The two decisions that are really there.</summary>
    public StoredDecision[] Decisions(EventFacts? facts = null) =>
    [
        A.DecideEvent(DecisionKind.RecommendIssue, facts ?? Concert, TestCase.Now, Roster, type: TypeOf(facts)),
        B.DecideEvent(DecisionKind.Approve, facts ?? Concert, TestCase.Now.AddMinutes(1), Roster, type: TypeOf(facts)),
    ];

    private static string TypeOf(EventFacts? facts) => facts is ProgrammeFacts ? "programme-participation" : "event-admission";

    /// <summary>An order as the honest web process makes it.</summary>
    public TicketOrder Order(
        string ticket, EventFacts? facts = null, IReadOnlyList<StoredDecision>? decisions = null, string kind = "general", string? seat = null, CopyOrder? copy = null, string? id = null,
        string configuration = "event-admission") => new()
        {
            ConfigurationId = configuration,
            KeyId = Signer.Keys.Active(KeyRole.Credentials).KeyId,
            EventId = id ?? (facts ?? Concert).Id,
            Facts = (facts ?? Concert).ToBytes(),
            Decisions = decisions ?? Decisions(),
            Ticket = ticket,
            AdmissionClass = kind,
            Seat = seat,
            Copy = copy ?? AttackScene.Copies(1)[0],
        };

    /// <summary>Nothing is minted, and the signer's audit log names the rule.</summary>
    public async Task RefusedAsync(string rule, TicketOrder order)
    {
        Assert.Equal(rule, Assert.IsType<SignerAnswer.Refused>(await Link.AskAsync(order, CancellationToken.None)).Rule);
        Assert.Equal(("mint.refused", rule), (await Signer.AuditAsync())[^1]);
    }

    /// <summary>The twin: what is in order is minted, and written down.</summary>
    public async Task<string> MintedAsync(TicketOrder order)
    {
        var answer = await Link.AskAsync(order, CancellationToken.None);
        Assert.Null((answer as SignerAnswer.Refused)?.Rule);
        Assert.Equal(("mint.granted", null), (await Signer.AuditAsync())[^1]);
        return Assert.Single(Assert.IsType<SignerAnswer.Minted>(answer).Credentials);
    }

    public async ValueTask DisposeAsync()
    {
        Link.Dispose();
        _place.Dispose();
        await Signer.DisposeAsync();
    }
}
