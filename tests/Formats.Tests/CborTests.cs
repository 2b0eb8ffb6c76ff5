using System.Formats.Cbor;
using FsCheck;
using FsCheck.Fluent;
using IdentityPlatform.Formats.Cose;

namespace IdentityPlatform.Formats.Tests;

public sealed class CborTests
{
    private static readonly Config Seeded = Config.QuickThrowOnFailure.WithMaxTest(2000).WithReplay(20261122, 6133);

    [Theory]
    [InlineData("f6", CborKind.Null)]
    [InlineData("00", CborKind.Number)]
    [InlineData("3b7fffffffffffffff", CborKind.Number)]
    [InlineData("4101", CborKind.Bytes)]
    [InlineData("6161", CborKind.Text)]
    [InlineData("8100", CborKind.Array)]
    [InlineData("a10000", CborKind.Map)]
    [InlineData("c074323032362d30312d30315430303a30303a30305a", CborKind.Tagged)]
    [InlineData("f5", CborKind.Boolean)]
    [InlineData("f93c00", CborKind.Real)]
    [InlineData("b900010000", CborKind.Map)]
    public void An_item_is_read_and_keeps_its_bytes(string hex, CborKind kind)
    {
        var value = Expect.Accepted(StrictCbor.Parse(Convert.FromHexString(hex)));
        Assert.Equal(kind, value.Kind);
        Assert.Equal(hex, Convert.ToHexStringLower(value.Encoded.Span));
    }

    [Theory]
    [InlineData("")]
    [InlineData("0000")]
    [InlineData("9fff")]
    [InlineData("bfff")]
    [InlineData("5f4101ff")]
    [InlineData("7f6161ff")]
    [InlineData("a200000001")]
    [InlineData("a2000018000a")]
    [InlineData("a2616100616101")]
    [InlineData("62c328")]
    [InlineData("f7")]
    [InlineData("e0")]
    [InlineData("1bffffffffffffffff")]
    [InlineData("3bffffffffffffffff")]
    [InlineData("9bffffffffffffffff")]
    [InlineData("5affffffff")]
    [InlineData("ff")]
    [InlineData("1c")]
    public void What_is_not_strict_is_refused(string hex) => Expect.Refused(FormatRule.Cbor, StrictCbor.Parse(Convert.FromHexString(hex)));

    [Theory]
    [InlineData(15)]
    [InlineData(16)]
    [InlineData(17)]
    [InlineData(200)]
    public void A_doubled_key_is_seen_in_small_and_in_large_maps(int count)
    {
        byte[] Map(bool doubled)
        {
            var writer = new CborWriter(CborConformanceMode.Lax);
            writer.WriteStartMap(count);
            for (var i = 0; i < count; i++)
            {
                writer.WriteTextString($"k{(doubled && i == count - 1 ? 3 : i)}");
                writer.WriteInt32(i);
            }

            writer.WriteEndMap();
            return writer.Encode();
        }

        Expect.Accepted(StrictCbor.Parse(Map(false)));
        Expect.Refused(FormatRule.Cbor, StrictCbor.Parse(Map(true)));
    }

    [Theory]
    [InlineData(0x81)]
    [InlineData(0xC1)]
    public void Nesting_and_size_are_bounded(byte head)
    {
        byte[] deepest = [.. Enumerable.Repeat(head, StrictCbor.MaxDepth), 0];
        Expect.Accepted(StrictCbor.Parse(deepest));
        Expect.Accepted(StrictCbor.Parse(deepest, deepest.Length));
        Expect.Refused(FormatRule.Cbor, StrictCbor.Parse(new[] { head }.Concat(deepest).ToArray()));
        Expect.Refused(FormatRule.Size, StrictCbor.Parse(deepest, deepest.Length - 1));
    }

    [Fact]
    public void Values_that_are_made_have_their_deterministic_bytes()
    {
        Assert.Equal("d903ec6a323032362d30332d3031", Hex(CborValue.Of(new DateOnly(2026, 3, 1))));
        Assert.Equal("c074323032362d30332d30315430343a30353a30365a", Hex(CborValue.Of(new DateTimeOffset(2026, 3, 1, 6, 5, 6, 7, TimeSpan.FromHours(2)))));
        Assert.Equal("a361620163616161026363616103", Hex(CborValue.Map(("caa", CborValue.Of(3)), ("b", CborValue.Of(1)), ("aaa", CborValue.Of(2)))));
        Assert.Equal("82f5f6", Hex(CborValue.Array(CborValue.Of(true), CborValue.Null)));
        Assert.Equal("d81841f5", Hex(CborValue.Embed(CborValue.Of(true))));
        Assert.Throws<ArgumentException>(() => CborValue.Map(("a", CborValue.Null), ("a", CborValue.Null)));
    }

    [Fact]
    public void Dates_are_read_in_one_form_alone()
    {
        Assert.Equal(new DateOnly(2024, 2, 29), Tagged(1004, "2024-02-29").FullDate());
        Assert.Null(Tagged(1004, "2023-02-29").FullDate());
        Assert.Null(Tagged(1004, "2024-02-29T00:00:00Z").FullDate());
        Assert.Null(Tagged(0, "2024-02-29").FullDate());
        Assert.Null(CborValue.Of("2024-02-29").FullDate());
        Assert.Equal(new DateTimeOffset(2024, 2, 29, 1, 2, 3, TimeSpan.Zero), Tagged(0, "2024-02-29T01:02:03Z").Time());
        Assert.Null(Tagged(0, "2024-02-29T01:02:03.5Z").Time());
        Assert.Null(Tagged(0, "2024-02-29T01:02:03+01:00").Time());
        Assert.Null(Tagged(0, "2024-02-29t01:02:03z").Time());
        Assert.Null(Tagged(1, "2024-02-29T01:02:03Z").Time());
    }

    [Fact]
    public void A_value_is_not_shown() => Assert.DoesNotContain("secret", CborValue.Of("secret").ToString(), StringComparison.Ordinal);

    [Fact]
    public void What_is_accepted_writes_the_same_bytes_again() => Check.One(Seeded, Prop.ForAll<byte[]>(bytes =>
        !StrictCbor.Parse(bytes).Succeeded(out var value, out _) || value.Encoded.Span.SequenceEqual(bytes)));

    [Fact]
    public void What_is_made_is_read_again_whole() => Check.One(Seeded, Prop.ForAll<int[]>(tape =>
    {
        var at = 0;
        var value = Make(tape, ref at, 0);
        var read = StrictCbor.Parse(value.Encoded).OrThrow();

        // The framework's own reader finds nothing against it in its strictest mode.
        new CborReader(value.Encoded, CborConformanceMode.Canonical).SkipValue();
        return Same(value, read);
    }));

    private static CborValue Make(int[] tape, ref int at, int depth)
    {
        var next = at < tape.Length ? tape[at++] & 0xFFFF : 0;
        if (next % 8 < 6 || depth > 5)
        {
            return (next % 6) switch
            {
                0 => CborValue.Of((long)next - 30000),
                1 => CborValue.Of($"т{next}"),
                2 => CborValue.Of(BitConverter.GetBytes(next)),
                3 => CborValue.Of(next % 4 == 0),
                4 => CborValue.Of(DateOnly.FromDayNumber(next + 700000)),
                _ => CborValue.Null,
            };
        }

        var items = new List<CborValue>();
        for (var i = 0; i < next % 5; i++)
        {
            items.Add(Make(tape, ref at, depth + 1));
        }

        return next % 8 == 6 ? CborValue.Array(items) : CborValue.Map(items.Select((item, i) => ($"k{new string('x', (next + i) % 3)}{i}", item)));
    }

    private static bool Same(CborValue left, CborValue right) =>
        left.Kind == right.Kind && left.Encoded.Span.SequenceEqual(right.Encoded.Span) && left.Number == right.Number && left.Text == right.Text
        && left.Items?.Count == right.Items?.Count && left.Members?.Count == right.Members?.Count;

    private static CborValue Tagged(ulong tag, string text)
    {
        var writer = new CborWriter();
        writer.WriteTag((CborTag)tag);
        writer.WriteTextString(text);
        return StrictCbor.Parse(writer.Encode()).OrThrow();
    }

    private static string Hex(CborValue value) => Convert.ToHexStringLower(value.Encoded.Span);
}
