using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using IdentityPlatform.Issuer.Issuance;
using IdentityPlatform.Issuer.Officers;
using IdentityPlatform.Issuer.Signing;
using IdentityPlatform.Issuer.Status;
using IdentityPlatform.Issuer.Tests.Desk;

namespace IdentityPlatform.Issuer.Tests.Minting;

/// <summary>A captured web process stretches what officers really decided, or asks the signer for something else than copies.</summary>
public sealed class CapturedWebTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task More_copies_keys_twice_or_of_another_curve_and_strange_entries_mint_nothing()
    {
        await using var scene = await AttackScene.StartAsync();
        var two = AttackScene.Copies(2);
        await scene.RefusedAsync("CopiesOutOfBounds", scene.Order(copies: []));
        await scene.RefusedAsync("CopiesOutOfBounds", scene.Order(copies: AttackScene.Copies(11)));
        await scene.RefusedAsync("HolderKeysUnfit", scene.Order(copies: [two[0], two[1] with { Key = two[0].Key }]));
        await scene.RefusedAsync("HolderKeysUnfit", scene.Order(copies: [two[0], two[1] with { Key = AttackScene.NewKey(ECCurve.NamedCurves.nistP384) }]));
        await scene.RefusedAsync("StatusEntriesUnfit", scene.Order(copies: [two[0], two[1] with { Status = two[0].Status }]));
        await scene.RefusedAsync("StatusEntriesUnfit", scene.Order(copies: [two[0], two[1] with { Status = new StatusIndex(0, 1 << 20) }]));
        await scene.RefusedAsync("StatusEntriesUnfit", scene.Order(copies: [two[0], two[1] with { Status = new StatusIndex(-1, 1) }]));
        await scene.MintedAsync(scene.Order(copies: AttackScene.Copies(10)));
    }

    [Fact]
    public async Task Days_beyond_the_decision_mint_nothing()
    {
        await using var scene = await AttackScene.StartAsync();
        var (number, day) = (DocumentNumber.WithCheckDigits("1234567890123"), Days.Of(scene.Clock.Now));
        var today = Days.Date(day);
        CardDetails Card(DateOnly issued, DateOnly expires) => new(number, issued, expires);
        var last = today.AddMonths(scene.Signer.Type.CardValidityMonths);
        await scene.RefusedAsync("DetailsOutsideDecision", scene.Order(details: Card(today, last.AddDays(1))));
        await scene.RefusedAsync("DetailsOutsideDecision", scene.Order(details: Card(today.AddDays(-1), last.AddDays(-1))));
        await scene.RefusedAsync("DetailsOutsideDecision", scene.Order(details: Card(today.AddDays(1), last)));
        await scene.RefusedAsync("DetailsOutsideDecision", scene.Order(details: new("000000000000000", today, last)));
        await scene.MintedAsync(scene.Order(details: Card(today, last)));

        var most = scene.Signer.Type.CopyValidityDays;
        await scene.RefusedAsync("ValidityOutsideDecision", scene.Order(details: Card(today, last), validity: new(day, day + most + 1)));
        await scene.RefusedAsync("ValidityOutsideDecision", scene.Order(details: Card(today, last), validity: new(day, day + most, -60)));
        await scene.RefusedAsync("ValidityOutsideDecision", scene.Order(details: Card(today, today.AddDays(5)), validity: new(day, day + 7)));
        await scene.RefusedAsync("ValidityOutsideDecision", scene.Order(details: Card(today, last), validity: new(day + 1, day + 2)));
        await scene.RefusedAsync("ValidityOutsideDecision", scene.Order(details: Card(today, last), validity: new(day - 1, day + 2)));
        await scene.MintedAsync(scene.Order(details: Card(today, last), validity: new(day, day + most)));
        await scene.MintedAsync(scene.Order(details: Card(today, today.AddDays(5)), validity: new(day, day + 6)));
    }

    [Fact]
    public async Task One_approval_carries_a_card_and_its_renewal_and_then_no_more()
    {
        await using var scene = await AttackScene.StartAsync();
        var order = scene.Order();
        var months = scene.Signer.Type.CardValidityMonths;
        CardDetails Today() => new(order.Details.Number, DateOnly.FromDateTime(scene.Clock.Now.UtcDateTime), DateOnly.FromDateTime(scene.Clock.Now.UtcDateTime).AddMonths(months));
        scene.Clock.Now = TestCase.Now.AddMonths(months - 1);
        await scene.MintedAsync(scene.Order(order.Decisions, details: Today()));
        scene.Clock.Now = TestCase.Now.AddMonths(months + 4);
        await scene.RefusedAsync("DetailsOutsideDecision", scene.Order(order.Decisions, details: Today()));
    }

    [Fact]
    public async Task One_approval_gives_so_many_copies_a_day()
    {
        await using var scene = await AttackScene.StartAsync(copiesADay: 5);
        var order = scene.Order();
        await scene.MintedAsync(scene.Order(order.Decisions, copies: AttackScene.Copies(4)));
        await scene.RefusedAsync("CopiesSpent", scene.Order(order.Decisions, copies: AttackScene.Copies(2)));
        await scene.MintedAsync(scene.Order(order.Decisions, copies: AttackScene.Copies(1)));
        await scene.RefusedAsync("CopiesSpent", scene.Order(order.Decisions, copies: AttackScene.Copies(1)));
        await scene.MintedAsync(scene.Order(scene.Decisions("second-case"), "second-case", copies: AttackScene.Copies(5)));
        scene.Clock.Now += TimeSpan.FromDays(1);
        await scene.MintedAsync(scene.Order(order.Decisions, copies: AttackScene.Copies(5)));
    }

    [Fact]
    public async Task Of_many_orders_at_once_no_more_copies_are_minted_than_the_day_allows()
    {
        await using var scene = await AttackScene.StartAsync(copiesADay: 9);
        var order = scene.Order();
        var answers = await Task.WhenAll(Enumerable.Range(0, 24).Select(_ => scene.Link.AskAsync(scene.Order(order.Decisions, copies: AttackScene.Copies(2)), Ct)));
        Assert.Equal(4, answers.Count(answer => answer is SignerAnswer.Minted));
        Assert.Equal(20, (await scene.Signer.AuditAsync()).Count(entry => entry == ("mint.refused", "CopiesSpent")));
    }

    [Theory]
    [InlineData("""{"op":"sign","bytes":"AAAA"}""")]
    [InlineData("""{"op":"sign_digest","digest":"AAAA","role":"credentials"}""")]
    [InlineData("""{"op":"invite","name":"Mallory","role":"supervisor","centre":"yerevan"}""")]
    [InlineData("""{"op":"keys","private":true}""")]
    [InlineData("""{"op":"hash","text":"x","secret":"invitations"}""")]
    [InlineData("""{"op":"mint","op":"keys"}""")]
    [InlineData("""[]""")]
    [InlineData("not json")]
    public async Task What_is_no_request_ends_the_connection_and_is_written_down(string request)
    {
        await using var scene = await AttackScene.StartAsync();
        Assert.Null(await scene.SendAsync(Framed(Encoding.UTF8.GetBytes(request))));
        Assert.Equal(("request.refused", "Malformed"), (await scene.Signer.AuditAsync())[^1]);
        Assert.NotNull(await scene.SendAsync(Framed("""{"op":"keys"}"""u8.ToArray())));
    }

    [Fact]
    public async Task A_message_that_is_too_long_empty_or_cut_off_is_not_read()
    {
        await using var scene = await AttackScene.StartAsync();
        foreach (var bytes in new byte[][] { [0x7f, 0xff, 0xff, 0xff], [0xff, 0xff, 0xff, 0xff], [0, 0, 0, 0], [0, 0, 0, 9, 1, 2], [0, 0] })
        {
            Assert.Null(await scene.SendAsync(bytes));
            Assert.Equal(("request.refused", "Malformed"), (await scene.Signer.AuditAsync())[^1]);
        }

        await scene.MintedAsync(scene.Order());
    }

    [Fact]
    public async Task An_order_with_a_member_more_or_less_is_none()
    {
        await using var scene = await AttackScene.StartAsync();
        var order = Encoding.UTF8.GetString(scene.Order().ToBytes());
        Assert.True(SignerRequest.Parse(Encoding.UTF8.GetBytes(order)).Succeeded(out _, out _));
        foreach (var (before, after) in new[] { ("\"offset\":0,", ""), ("\"offset\":0,", "\"offset\":0,\"digest\":\"AA\","), ("\"offset\":0,", "\"offset\":9000,"), ("\"copies\":[", "\"copies\":[1,") })
        {
            Assert.True(SignerRequest.Parse(Encoding.UTF8.GetBytes(order.Replace(before, after, StringComparison.Ordinal))).Failed(out _, out _), after);
        }
    }

    [Fact]
    public async Task An_invitation_enrols_one_officer_and_none_can_be_made_over_the_socket()
    {
        await using var scene = await AttackScene.StartAsync();
        var code = scene.Signer.Roster.Invite("Anna", OfficerRole.Supervisor, "yerevan");
        var forged = Invitation.Of("my-id", "card", "Mallory", OfficerRole.Supervisor, "yerevan", scene.Clock.Now.AddDays(1)).Seal(RandomNumberGenerator.GetBytes(32));
        Assert.Equal("Invitation", Assert.IsType<SignerAnswer.Refused>(await scene.Link.AskAsync(new Enrol(forged, "AAAA", [1]), Ct)).Rule);
        Assert.Equal(("enrolment.refused", "Invitation"), (await scene.Signer.AuditAsync())[^1]);

        var entry = Assert.IsType<SignerAnswer.Enrolled>(await scene.Link.AskAsync(new Enrol(code, "AAAA", [1]), Ct)).Entry;
        Assert.Equal(OfficerRole.Supervisor, RosterEntry.Verify(entry, scene.Signer.Roster.Keys).OrThrow().Role);
        Assert.Equal("InvitationRedeemed", Assert.IsType<SignerAnswer.Refused>(await scene.Link.AskAsync(new Enrol(code, "BBBB", [2]), Ct)).Rule);
        Assert.Equal(("enrolment.refused", "InvitationRedeemed"), (await scene.Signer.AuditAsync())[^1]);
        Assert.IsType<SignerAnswer.Refused>(await scene.Link.AskAsync(new LookAt(code), Ct));
    }

    [Fact]
    public async Task Numbers_cannot_be_tried_against_the_hashes_by_the_million()
    {
        await using var scene = await AttackScene.StartAsync();
        var hash = Assert.IsType<SignerAnswer.Hashed>(await scene.Link.AskAsync(new HashDocument("card|passport|AM|AN1"), Ct)).Hash;
        for (var i = 1; i < 600; i++)
        {
            Assert.IsType<SignerAnswer.Hashed>(await scene.Link.AskAsync(new HashDocument($"card|passport|AM|{i}"), Ct));
        }

        Assert.Equal("TooManyHashes", Assert.IsType<SignerAnswer.Refused>(await scene.Link.AskAsync(new HashDocument("card|passport|AM|AN1"), Ct)).Rule);
        Assert.IsType<SignerAnswer.Refused>(await scene.Link.AskAsync(new HashDocument("card|passport|AM|AN1"), Ct));
        Assert.Equal(("hash.refused", "TooManyHashes"), Assert.Single(await scene.Signer.AuditAsync()));
        scene.Clock.Now += TimeSpan.FromMinutes(1);
        Assert.Equal(hash, Assert.IsType<SignerAnswer.Hashed>(await scene.Link.AskAsync(new HashDocument("card|passport|AM|AN1"), Ct)).Hash);
    }

    private static byte[] Framed(byte[] message)
    {
        var frame = new byte[4 + message.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame, message.Length);
        message.CopyTo(frame, 4);
        return frame;
    }
}
