using FsCheck;
using FsCheck.Fluent;
using IdentityPlatform.Formats.Frames;
using IdentityPlatform.Formats.Printed;

namespace IdentityPlatform.Formats.Tests;

/// <summary>Messages in several QR codes: split and gathered, and every way in which a frame can be wrong.</summary>
public sealed class FrameTests
{
    private static readonly Config Seeded = Config.QuickThrowOnFailure.WithMaxTest(300).WithReplay(20261122, 9973);

    [Fact]
    public void A_message_comes_back_from_its_frames_in_any_order_and_however_often_each_is_seen() => Check.One(Seeded, Prop.ForAll<byte[], byte, int>((bytes, part, order) =>
    {
        byte[] message = [.. bytes, 1];
        var frames = Frame.Split(message, (message.Length / Frame.MaxFrames) + 1 + part);
        var seen = Enumerable.Range(0, frames.Count * 2).OrderBy(at => (uint)((at + 1) * 7919) * (uint)((order * 2) + 1)).Select(at => at % frames.Count);
        return Gather(seen.Select(index => frames[index])) is { } gathered && gathered.AsSpan().SequenceEqual(message);
    }));

    [Fact]
    public void What_is_accepted_encodes_to_the_same_text() => Check.One(Seeded, Prop.ForAll<byte[]>(bytes =>
        Frame.Split([.. bytes, 1], 50).Select(frame => frame.ToText()).All(text => Frame.Parse(text).OrThrow().ToText() == text)));

    [Theory]
    [InlineData(1, 280, 1)]
    [InlineData(280, 280, 1)]
    [InlineData(281, 280, 2)]
    [InlineData(9, 4, 3)]
    [InlineData(Frame.MaxMessageBytes, 280, 118)]
    [InlineData(128, 1, 128)]
    public void A_message_has_as_few_frames_as_hold_it_and_they_are_equally_long(int length, int part, int count)
    {
        var frames = Frame.Split(Bytes(length), part);
        Assert.Equal(count, frames.Count);
        Assert.Single(frames.SkipLast(1).Select(frame => frame.ToText().Length).Append(frames[0].ToText().Length).Distinct());
        Assert.Equal(Bytes(length), Gather(frames));
    }

    [Theory]
    [InlineData(0, 280)]
    [InlineData(Frame.MaxMessageBytes + 1, 1000)]
    [InlineData(129, 1)]
    public void What_no_frames_hold_is_misuse(int length, int part) => Assert.Throws<ArgumentException>(() => Frame.Split(Bytes(length), part));

    [Fact]
    public void A_frame_is_of_the_letters_that_a_QR_code_packs_densely() =>
        Assert.All(Frame.Split(Bytes(3000)), frame => Assert.DoesNotContain(frame.ToText(), letter => !"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:".Contains(letter, StringComparison.Ordinal)));

    [Fact]
    public void A_frame_says_where_it_belongs_and_nothing_of_what_it_holds() => Assert.Equal("frame 2 of 3", Frame.Split(Bytes(700))[1].ToString());

    [Theory]
    [InlineData(10, 9, FormatRule.Structure)] // A number beyond the count.
    [InlineData(11, 0, FormatRule.Structure)] // A count that is no count.
    [InlineData(11, 200, FormatRule.Size)] // More frames than a message may have.
    [InlineData(9, 0, FormatRule.Structure)] // Another length: the part is then too long.
    [InlineData(8, 0xff, FormatRule.Size)] // A length beyond the bound.
    [InlineData(10, 2, FormatRule.Structure)] // The last number with a part that is not the last.
    public void A_header_that_does_not_fit_is_refused(int at, byte value, FormatRule rule)
    {
        var bytes = Decode(Frame.Split(Bytes(700))[0].ToText());
        Assert.True(Frame.Parse(Encode(bytes)).Succeeded(out _, out _));
        bytes[at] = value;
        Assert.Equal(rule, Rule(Encode(bytes)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("MF1:")]
    [InlineData("MF2:00000000000000000000")]
    [InlineData("mf1:00000000000000000000")]
    [InlineData("MF1:a")]
    [InlineData("MF1:000000000000000000")] // A header alone.
    public void What_is_no_frame_is_refused(string text) => Assert.Equal(FormatRule.Structure, Rule(text));

    [Fact]
    public void A_text_that_no_QR_code_holds_is_not_even_decoded() => Assert.Equal(FormatRule.Size, Rule(Frame.Prefix + new string('0', 4293)));

    [Fact]
    public void A_longer_and_a_shorter_part_are_refused()
    {
        var bytes = Decode(Frame.Split(Bytes(700))[2].ToText());
        Assert.Equal(FormatRule.Structure, Rule(Encode([.. bytes, 0])));
        Assert.Equal(FormatRule.Structure, Rule(Encode(bytes[..^1])));
    }

    // Two bytes in each of three frames would leave nothing for the third of a message of four.
    [Theory]
    [InlineData(5, 0, 3, 2, true)]
    [InlineData(4, 0, 3, 2, false)]
    [InlineData(4, 0, 2, 2, true)]
    public void No_frame_of_a_message_is_empty(byte length, byte index, byte count, int part, bool accepted)
    {
        byte[] bytes = [.. new byte[8], 0, length, index, count, .. new byte[part]];
        Assert.Equal(accepted, Frame.Parse(Frame.Prefix + Base45Text.Encode(bytes)).Succeeded(out _, out var failure));
        Assert.Equal(accepted ? null : FormatRule.Structure, failure?.Rule);
    }

    [Fact]
    public void A_frame_fills_a_QR_code()
    {
        var frame = Assert.Single(Frame.Split(Bytes(2849), 2849));
        Assert.Equal(PrintedCode.MaxLetters, frame.ToText().Length);
        var read = Expect.Accepted(Frame.Parse(frame.ToText()));
        Assert.True(read.Equals(frame) && read.GetHashCode() == frame.GetHashCode());
        Assert.False(read.Equals(null));
        Assert.False(read.Equals(Frame.Split(Bytes(2848), 2849)[0]));
        Assert.Throws<ArgumentOutOfRangeException>("partBytes", () => Frame.Split(Bytes(1), 0));
    }

    [Fact]
    public void A_token_fills_a_message()
    {
        Assert.Equal(Frame.MaxMessageBytes, PackedToken.Pack(Token(Frame.MaxMessageBytes - 6)).Length);
        Assert.Equal(Token(Frame.MaxMessageBytes - 6), Expect.Accepted(PackedToken.Parse(PackedToken.Pack(Token(Frame.MaxMessageBytes - 6)))));
        Assert.Throws<ArgumentException>("token", () => PackedToken.Pack(Token(Frame.MaxMessageBytes - 5)));
        Assert.Throws<ArgumentException>("token", () => PackedToken.Pack(Token(70_000)));

        static string Token(int bytes) => $"{Base64UrlText.Encode(Bytes(bytes))}..";
    }

    [Fact]
    public void A_frame_of_another_message_begins_anew()
    {
        var (one, other) = (Frame.Split(Bytes(700)), Frame.Split(Bytes(701)));
        var collector = new FrameCollector();
        Assert.Null(collector.Add(one[0]));
        Assert.Null(collector.Add(one[1]));
        Assert.Equal((2, 3), (collector.Have, collector.Count));
        Assert.Null(collector.Add(other[2]));
        Assert.Equal((1, 3), (collector.Have, collector.Count));
        Assert.Null(collector.Add(other[0]));
        Assert.Equal(Bytes(701), collector.Add(other[1]));
    }

    [Fact]
    public void A_damaged_message_is_forgotten_and_gathered_anew()
    {
        var frames = Frame.Split(Bytes(700));
        var bytes = Decode(frames[1].ToText());
        bytes[^1] ^= 1;
        var collector = new FrameCollector();
        Assert.Null(collector.Add(frames[0]));
        Assert.Null(collector.Add(Frame.Parse(Encode(bytes)).OrThrow()));
        Assert.Null(collector.Add(frames[2]));
        Assert.Equal(0, collector.Have);
        Assert.Equal(Bytes(700), frames.Select(collector.Add).ToList()[^1]);
    }

    [Theory]
    [InlineData("YQ.YmI.Y2Nj")]
    [InlineData("YQ..YmI.Y2Nj.ZA")]
    [InlineData("..")]
    public void A_token_comes_back_to_the_letter(string token)
    {
        var packed = PackedToken.Pack(token);
        Assert.Equal(token, PackedToken.Parse(packed).OrThrow());
        Assert.True(packed.Length < token.Length + 5);
    }

    [Theory]
    [InlineData("YQ.YmI")]
    [InlineData("YQ.YmI.Y2Nj.ZA")]
    [InlineData("YQ.YmI.Y2Nj=")]
    [InlineData("YQ.Ym I.Y2Nj")]
    public void What_is_no_token_is_not_packed(string token) => Assert.Throws<ArgumentException>(() => PackedToken.Pack(token));

    [Theory]
    [InlineData("")]
    [InlineData("00016100")]
    [InlineData("0001610002")]
    [InlineData("00016100016200016300016400016500016600")]
    [InlineData("000161000162")]
    [InlineData("000161000162000163000164000165000166")]
    public void What_no_token_packs_to_is_refused(string hex) => Assert.Equal(FormatRule.Structure, PackedToken.Parse(Convert.FromHexString(hex)).Failed(out var failure, out _) ? failure.Rule : FormatRule.Unread);

    [Fact]
    public void A_message_beyond_the_bound_is_no_token() => Assert.Equal(FormatRule.Size, PackedToken.Parse(new byte[Frame.MaxMessageBytes + 1]).Failed(out var failure, out _) ? failure.Rule : FormatRule.Unread);

    private static byte[] Bytes(int length) => [.. Enumerable.Range(0, length).Select(i => (byte)(i * 7))];

    private static byte[]? Gather(IEnumerable<Frame> frames)
    {
        var collector = new FrameCollector();
        byte[]? whole = null;
        foreach (var frame in frames)
        {
            whole = collector.Add(Frame.Parse(frame.ToText()).OrThrow()) ?? whole;
        }

        return whole;
    }

    private static FormatRule Rule(string text) => Frame.Parse(text).Failed(out var failure, out _) ? failure.Rule : FormatRule.Unread;

    private static byte[] Decode(string text) => Base45Text.TryDecode(text.AsSpan(Frame.Prefix.Length), out var bytes) ? bytes : [];

    private static string Encode(byte[] bytes) => Frame.Prefix + Base45Text.Encode(bytes);
}
