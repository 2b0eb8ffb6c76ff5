using System.Net.Sockets;
using System.Text;
using Dapper;
using IdentityPlatform.Issuer.Signing;
using IdentityPlatform.Issuer.Tests.Issuance;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;

namespace IdentityPlatform.Issuer.Tests.Signing;

/// <summary>The signer's door: whatever a connection does or leaves undone, the next well-behaved request is served as soon as there is room.</summary>
public sealed class SignerServerTests : IAsyncLifetime
{
    private const int Limit = 64;
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly GatedTime _time = new();
    private TestSigner _signer = null!;
    private SignerPlace _place = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _signer = await TestSigner.StartAsync(_time);
        _place = SignerPlace.Read(new ConfigurationManager { ["Signer:Socket"] = _signer.Socket }, development: false);
    }

    public async ValueTask DisposeAsync()
    {
        _time.Open();
        _place.Dispose();
        await _signer.DisposeAsync();
        _time.Dispose();
    }

    [Fact]
    public async Task Who_says_nothing_or_half_a_message_keeps_nobody_waiting()
    {
        using var silent = await ConnectAsync();
        using var begun = await ConnectAsync();
        await begun.SendAsync(new byte[] { 0, 0, 0 }, Ct);
        using var half = await ConnectAsync();
        await half.SendAsync("\0\0\0\x10{\"op"u8.ToArray(), Ct);
        await ServedAsync();

        // Half a message that ends is written down; silence that ends is nothing.
        foreach (var cutOff in new[] { begun, half })
        {
            cutOff.Shutdown(SocketShutdown.Send);
            Assert.True(await IsEndedAsync(cutOff));
            Assert.Equal(("request.refused", "Malformed"), (await _signer.AuditAsync())[^1]);
        }

        silent.Shutdown(SocketShutdown.Send);
        Assert.True(await IsEndedAsync(silent));
        Assert.Equal(2, (await _signer.AuditAsync()).Count(one => one.Name == "request.refused"));
        await ServedAsync();
    }

    [Theory]
    [InlineData("\x7f\xff\xff\xff")]
    [InlineData("\xff\xff\xff\xff")]
    [InlineData("\0\0\0\0")]
    [InlineData("\0\0\0\x3{{{")]
    [InlineData("\0\0\0\x2{}")]
    [InlineData("\0\0\0\xb{\"op\":\"no\"}")]
    [InlineData("GET / HTTP/1.1\r\n\r\n")]
    public async Task What_is_no_request_ends_its_connection_and_no_other(string sent)
    {
        using var other = await ConnectAsync();
        await AskAsync(other);
        using var connection = await ConnectAsync();
        await connection.SendAsync(Encoding.Latin1.GetBytes(sent), Ct);
        Assert.True(await IsEndedAsync(connection));
        Assert.Equal(("request.refused", "Malformed"), (await _signer.AuditAsync())[^1]);
        await AskAsync(other);
        await ServedAsync();
    }

    [Fact]
    public async Task A_fault_in_one_connection_gives_its_place_back_and_stops_nothing()
    {
        // What is refused cannot be written down any more: each of these connections ends by an exception.
        await _signer.State.Database.WriteAsync((connection, transaction) => connection.ExecuteAsync("DROP TABLE audit_entries", transaction: transaction), Ct);
        for (var i = 0; i < 2 * Limit; i++)
        {
            using var connection = await ConnectAsync();
            await connection.SendAsync("\0\0\0\x2{}"u8.ToArray(), Ct);
            Assert.True(await IsEndedAsync(connection));
        }

        await ServedAsync();
    }

    [Fact]
    public async Task Who_asks_and_does_not_wait_for_the_answer_takes_no_place_along()
    {
        var request = Framed(new TellKeys());
        for (var i = 0; i < 2 * Limit; i++)
        {
            using var connection = await _place.ConnectAsync(Ct);
            await connection.WriteAsync(request, Ct);
        }

        await ServedAsync();
    }

    [Fact]
    public async Task While_every_place_is_taken_the_next_one_waits_and_is_served_when_one_is_given_back()
    {
        var taken = await TakeAllAsync();
        var answered = ServedAsync();
        await Task.Delay(Moment, Ct);
        Assert.False(answered.IsCompleted, "more connections are served than there is room for");

        // Those that have a place keep it, and are served meanwhile.
        await AskAsync(taken[1]);
        taken[0].Dispose();
        await answered;
        taken.ForEach(one => one.Dispose());
        await ServedAsync();
    }

    [Fact]
    public async Task Those_who_find_no_room_at_the_door_either_come_again_and_are_served()
    {
        var taken = await TakeAllAsync();
        using var link = new SignerLink(_place, TimeProvider.System, NullLogger<SignerLink>.Instance);
        var answers = Enumerable.Range(0, 4 * Limit).Select(_ => link.AskAsync(new TellKeys(), Ct)).ToList();
        await Task.Delay(Moment, Ct);
        Assert.DoesNotContain(answers, answer => answer.IsCompleted);
        taken.ForEach(one => one.Dispose());
        Assert.All(await Task.WhenAll(answers), answer => Assert.IsType<SignerAnswer.Keys>(answer));
    }

    [Fact]
    public async Task A_request_that_takes_long_holds_up_nobody_else()
    {
        // Both come while there is no room, so that the first is read the moment that it is accepted.
        var taken = await TakeAllAsync();
        using var slow = await ConnectAsync();
        await slow.SendAsync(Framed(new HashDocument("passport am an123456")), Ct);
        var answered = ServedAsync();
        _time.Close();
        taken.ForEach(one => one.Dispose());
        await answered;

        _time.Open();
        using var frames = new Frames(new NetworkStream(slow, ownsSocket: false));
        Assert.IsType<SignerAnswer.Hashed>(SignerAnswer.Parse((await frames.ReadAsync(SignerAnswer.MaxBytes, Ct))!.Value).OrThrow());
    }

    [Fact]
    public async Task It_ends_while_connections_are_open()
    {
        var signer = await TestSigner.StartAsync(new SettableTime());
        using var silent = await ConnectAsync(signer);
        using var half = await ConnectAsync(signer);
        await half.SendAsync("\0\0\0\x10{"u8.ToArray(), Ct);
        await AskAsync(silent);
        await signer.DisposeAsync().AsTask().WaitAsync(Patience, Ct);
        Assert.False(File.Exists(signer.Socket));
    }

    private async Task<List<Socket>> TakeAllAsync()
    {
        var taken = new List<Socket>();
        for (var i = 0; i < Limit; i++)
        {
            taken.Add(await ConnectAsync());
            await AskAsync(taken[i]);
        }

        return taken;
    }

    private async Task ServedAsync()
    {
        using var connection = await ConnectAsync();
        await AskAsync(connection).WaitAsync(Patience, Ct);
    }

    private Task<Socket> ConnectAsync() => ConnectAsync(_signer);

    private static async Task<Socket> ConnectAsync(TestSigner signer)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(signer.Socket), Ct);
        return socket;
    }

    private static async Task AskAsync(Socket connection)
    {
        using var frames = new Frames(new NetworkStream(connection, ownsSocket: false));
        await frames.WriteAsync(new TellKeys().WriteMembers, Ct);
        Assert.IsType<SignerAnswer.Keys>(SignerAnswer.Parse((await frames.ReadAsync(SignerAnswer.MaxBytes, Ct))!.Value).OrThrow());
    }

    private static async Task<bool> IsEndedAsync(Socket connection)
    {
        try
        {
            return await connection.ReceiveAsync(new byte[1], Ct).AsTask().WaitAsync(Patience, Ct) == 0;
        }
        catch (SocketException)
        {
            return true;
        }
    }

    private static byte[] Framed(SignerRequest request)
    {
        var message = request.ToBytes();
        var frame = new byte[sizeof(int) + message.Length];
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(frame, message.Length);
        message.CopyTo(frame, sizeof(int));
        return frame;
    }

    /// <summary>A clock that can be made to keep whoever asks for the time.</summary>
    private sealed class GatedTime : TimeProvider, IDisposable
    {
        private readonly ManualResetEventSlim _gate = new(true);

        public void Close() => _gate.Reset();

        public void Open() => _gate.Set();

        public override DateTimeOffset GetUtcNow()
        {
            _gate.Wait(Patience);
            return Desk.TestCase.Now;
        }

        public void Dispose() => _gate.Dispose();
    }
}
