using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text.Json;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Hosting.Audit;
using IdentityPlatform.Hosting.Keys;
using IdentityPlatform.Issuer.Desk;
using IdentityPlatform.Issuer.Issuance;
using IdentityPlatform.Issuer.Officers;
using IdentityPlatform.Issuer.Signing;
using IdentityPlatform.Issuer.Status;
using IdentityPlatform.Issuer.Tests.Desk;
using IdentityPlatform.Issuer.Tests.Issuance;
using IdentityPlatform.Issuer.Tests.Signing;
using Microsoft.Extensions.Logging.Abstractions;

namespace IdentityPlatform.Issuer.Tests.Minting;

/// <summary>
/// What an attacker has who owns the database and the web process: every decided case with its claims, salts, assertions and roster
/// entries, the socket, and keys of an own wallet. What is missing is what no process but the signer has, and two officers' passkeys.
/// </summary>
internal sealed class AttackScene : IAsyncDisposable
{
    public const string Case = "case";

    private readonly SignerPlace _place;

    private AttackScene(TestSigner signer, SignerPlace place, DeskClock clock) =>
        (Signer, _place, Clock, Link) = (signer, place, clock, new SignerLink(place, clock, NullLogger<SignerLink>.Instance));

    public TestSigner Signer { get; }

    public DeskClock Clock { get; }

    public SignerLink Link { get; }

    /// <summary>The officers, with their passkeys.</summary>
    public DecidingOfficer A { get; } = new("a", OfficerRole.Operator);

    public DecidingOfficer B { get; } = new("b", OfficerRole.Supervisor);

    public PersonClaims Claims { get; } = Of(TestRegister.Claims);

    public SigningKey Roster => Signer.Keys.Active(KeyRole.Roster);

    public static async Task<AttackScene> StartAsync(int? copiesADay = null)
    {
        var clock = new DeskClock { Now = TestCase.Now.AddHours(1) };
        var signer = await TestSigner.StartAsync(clock, copiesADay: copiesADay);
        var configuration = new Microsoft.Extensions.Configuration.ConfigurationManager { ["Signer:Socket"] = signer.Socket };
        return new AttackScene(signer, SignerPlace.Read(configuration, development: false), clock);
    }

    public static PersonClaims Of(string claims) => PersonClaims.Of(JsonElement.Parse(claims), RandomNumberGenerator.Fill);

    /// <summary>The two decisions that are really there.</summary>
    public StoredDecision[] Decisions(string application = Case, PersonClaims? claims = null) =>
    [
        A.Decide(DecisionKind.RecommendIssue, claims ?? Claims, TestCase.Now, Roster, application: application),
        B.Decide(DecisionKind.Approve, claims ?? Claims, TestCase.Now.AddMinutes(1), Roster, application: application),
    ];

    /// <summary>An order as the honest web process makes it.</summary>
    public MintOrder Order(
        IReadOnlyList<StoredDecision>? decisions = null,
        string application = Case,
        PersonClaims? claims = null,
        string configuration = "compatriot-card",
        CardDetails? details = null,
        CopyValidity? validity = null,
        IReadOnlyList<CopyOrder>? copies = null)
    {
        var today = Days.Of(Clock.Now);
        return new MintOrder
        {
            ConfigurationId = configuration,
            KeyId = Signer.Keys.Active(KeyRole.Credentials).KeyId,
            ApplicationId = application,
            Decisions = decisions ?? Decisions(),
            Payments = [],
            Claims = claims ?? Claims,
            Details = details ?? new CardDetails(DocumentNumber.WithCheckDigits("1234567890123"), Days.Date(today), Days.Date(today).AddYears(1)),
            Validity = validity ?? new CopyValidity(today, today + 10),
            Copies = copies ?? Copies(2),
        };
    }

    /// <summary>Keys of the attacker's wallet, each with an entry.</summary>
    public static CopyOrder[] Copies(int count) => [.. Enumerable.Range(0, count).Select(index => new CopyOrder(NewKey(), new StatusIndex(0, index)))];

    public static Jwk NewKey(ECCurve? curve = null)
    {
        using var key = ECDsa.Create(curve ?? ECCurve.NamedCurves.nistP256);
        return Jwk.Of(key);
    }

    /// <summary>Nothing is minted, and the signer's audit log names the rule.</summary>
    public async Task RefusedAsync(string rule, MintOrder order)
    {
        Assert.Equal(rule, Assert.IsType<SignerAnswer.Refused>(await Link.AskAsync(order, CancellationToken.None)).Rule);
        Assert.Equal(("mint.refused", rule), (await Signer.AuditAsync())[^1]);

        // Days are sealed by a timer, which no test waits for.
        var verdict = await Signer.State.Audit.VerifyAsync(CancellationToken.None);
        Assert.Empty(verdict.Match(_ => [], broken => broken.Faults.Where(fault => fault.Rule != AuditRule.HeadMissing)));
    }

    /// <summary>The twin: what is in order is minted, and written down.</summary>
    public async Task<IReadOnlyList<string>> MintedAsync(MintOrder order)
    {
        var minted = Assert.IsType<SignerAnswer.Minted>(await Link.AskAsync(order, CancellationToken.None));
        Assert.Equal(order.Copies.Count, minted.Credentials.Count);
        Assert.Equal(("mint.granted", null), (await Signer.AuditAsync())[^1]);
        return minted.Credentials;
    }

    /// <summary>Sends bytes past the client, and gives what comes back; null when the signer ends the connection.</summary>
    public async Task<byte[]?> SendAsync(byte[] bytes)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(Signer.Socket));
        await socket.SendAsync(bytes);
        socket.Shutdown(SocketShutdown.Send);
        var answer = new byte[64 * 1024];
        var read = await socket.ReceiveAsync(answer);
        return read == 0 ? null : answer[..read];
    }

    public async ValueTask DisposeAsync()
    {
        Link.Dispose();
        _place.Dispose();
        await Signer.DisposeAsync();
    }
}
