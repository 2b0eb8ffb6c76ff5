using System.Buffers.Binary;
using System.Text;
using IdentityPlatform.Issuer.Signing;

namespace IdentityPlatform.Issuer.Tests.Signing;

/// <summary>Messages between the web process and the signer, however a connection cuts them up.</summary>
public sealed class FramesTests
{
    private const int Bound = 1_000_000;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(1000)]
    [InlineData(int.MaxValue)]
    public async Task Messages_arrive_whole_and_in_order_however_they_are_cut(int atOnce)
    {
        string[] sent = ["a", new('b', 5), new('c', 70_000), "d", new('e', 600_000), "f"];
        using var frames = new Frames(new Trickle([.. sent.SelectMany(Framed)], atOnce));
        foreach (var text in sent)
        {
            var message = await frames.ReadAsync(Bound, Ct);
            Assert.Equal(text, Encoding.ASCII.GetString(message!.Value.Span));
            frames.Forget();
            Assert.DoesNotContain((byte)text[0], message.Value[..Math.Min(text.Length, 5)].ToArray());
        }

        Assert.Null(await frames.ReadAsync(Bound, Ct));
    }

    [Fact]
    public async Task What_is_written_is_read_again_and_the_next_one_does_not_hold_it()
    {
        using var stream = new MemoryStream();
        using (var frames = new Frames(stream))
        {
            foreach (var text in (string[])["Щеглова", new('x', 300_000), "z"])
            {
                await frames.WriteAsync(json => json.WriteString("name", text), Ct);
            }

            stream.Position = 0;
            foreach (var text in (string[])["Щеглова", new('x', 300_000), "z"])
            {
                Assert.Equal($$"""{"name":"{{text}}"}""", Encoding.UTF8.GetString((await frames.ReadAsync(Bound, Ct))!.Value.Span));
                frames.Forget();
            }

            Assert.Null(await frames.ReadAsync(Bound, Ct));
        }
    }

    [Theory]
    [InlineData("00000000")]
    [InlineData("ffffffff")]
    [InlineData("000f4241")]
    [InlineData("7fffffff")]
    [InlineData("000000")]
    [InlineData("0000000241")]
    public async Task What_is_no_message_is_refused_and_the_longest_one_is_read(string hex)
    {
        using var frames = new Frames(new MemoryStream(Convert.FromHexString(hex)));
        await Assert.ThrowsAsync<InvalidDataException>(() => frames.ReadAsync(Bound, Ct));
        using var longest = new Frames(new MemoryStream(Framed(new string('y', Bound))));
        Assert.Equal(Bound, (await longest.ReadAsync(Bound, Ct))!.Value.Length);
    }

    private static byte[] Framed(string text)
    {
        var frame = new byte[sizeof(int) + text.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame, text.Length);
        Encoding.ASCII.GetBytes(text, frame.AsSpan(sizeof(int)));
        return frame;
    }

    /// <summary>Gives no more than so many bytes at a time.</summary>
    private sealed class Trickle(byte[] bytes, int atOnce) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(buffer.Length, atOnce)], cancellationToken);
    }
}
