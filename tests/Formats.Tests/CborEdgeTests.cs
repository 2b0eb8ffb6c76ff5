using System.Formats.Cbor;
using IdentityPlatform.Formats.Cose;

namespace IdentityPlatform.Formats.Tests;

/// <summary>The last head of each length and the first of the next, what a value of another kind answers, and headers that wallets seldom write.</summary>
public sealed class CborEdgeTests
{
    private const string Signed = "43a10126";
    private const string Hmac256 = "05";

    private static readonly (FormatRule, string) NoLabel = (FormatRule.Structure, "a header label is neither a number nor a text");

    [Theory]
    [InlineData(0)]
    [InlineData(23)]
    [InlineData(24)]
    [InlineData(255)]
    [InlineData(256)]
    [InlineData(65535)]
    [InlineData(65536)]
    [InlineData(int.MaxValue)]
    public void A_head_is_the_shortest_there_is(int argument)
    {
        var writer = new CborWriter(CborConformanceMode.Canonical);
        writer.WriteInt32(argument);
        Span<byte> head = stackalloc byte[CborHead.MaxLength];
        var length = CborHead.Write(CborHead.Unsigned, argument, head);
        Assert.Equal(Convert.ToHexString(writer.Encode()), Convert.ToHexString(head[..length]));
        Assert.Equal(argument, CborHead.Of(head[..length]).Number());
    }

    [Fact]
    public void A_head_has_no_negative_argument() =>
        Assert.Throws<ArgumentOutOfRangeException>("argument", () => CborHead.Write(CborHead.Bytes, -1, new byte[CborHead.MaxLength]));

    // RFC 8949 §3: 28 to 30 are reserved, 31 is of indefinite length; what follows does not matter.
    [Theory]
    [InlineData("1c0000")]
    [InlineData("1e0000")]
    [InlineData("5f0000")]
    [InlineData("9c00")]
    public void A_head_that_is_none_is_refused_whatever_follows(string hex)
    {
        Assert.Equal("not strict CBOR", StrictCbor.Parse(Convert.FromHexString(hex)).Failed(out var failure, out _) ? failure.Fact : null);
        Assert.Equal("bytes stand behind the CBOR item", StrictCbor.Parse(new byte[2]).Failed(out failure, out _) ? failure.Fact : null);
    }

    [Fact]
    public void A_value_answers_as_what_it_is_and_no_other()
    {
        var (number, text, array) = (CborValue.Of(7), CborValue.Of("a"), CborValue.Array(CborValue.Of(1), CborValue.Of(2)));
        Assert.Equal((true, false), (CborValue.Of(true).Boolean, CborValue.Of(false).Boolean));
        Assert.Equal((null, null, null), (number.Boolean, number.Real, number.Text));
        Assert.Equal((null, null, null), (text.Number, text.Items, text.Untagged()));
        Assert.Equal((0, 2, 0), (text.Count, array.Count, number.Count));
        Assert.False(text.Parts.TryNext(out _));
        Assert.Null(array.Member(1));
        Assert.Null(array.Member("a"));
        Assert.Equal(("CBOR Text", "CBOR Number"), (text.ToString(), number.ToString()));
    }

    [Theory]
    [InlineData("f93e00", 1.5)]
    [InlineData("fa3fc00000", 1.5)]
    [InlineData("fb3ff8000000000000", 1.5)]
    [InlineData("fbc000000000000000", -2.0)]
    public void A_real_number_has_three_lengths(string hex, double expected) => Assert.Equal(expected, StrictCbor.Parse(Convert.FromHexString(hex)).OrThrow().Real);

    [Fact]
    public void What_was_made_of_the_bytes_is_made_once()
    {
        var map = CborValue.Map(("a", CborValue.Array(CborValue.Of("b"))));
        var items = map.Members![0].Value;
        Assert.Same(map.Members, map.Members);
        Assert.Same(items.Items, items.Items);
        Assert.Same(items.Items![0].Text, items.Items[0].Text);
    }

    [Theory]
    [InlineData(255)]
    [InlineData(256)]
    [InlineData(257)]
    [InlineData(1000)]
    public void A_member_is_found_by_a_name_of_any_length(int length)
    {
        var name = new string('n', length);
        var map = CborValue.Map((name, CborValue.Of(1)), (name[1..], CborValue.Of(2)));
        Assert.Equal((1, 2), (map.Member(name)!.Number, map.Member(name[1..])!.Number));
        Assert.Null(map.Member(name + "n"));
    }

    // RFC 9052 §3: labels are numbers or texts.
    [Fact]
    public void A_key_is_found_however_its_head_is_written()
    {
        var map = StrictCbor.Parse(Convert.FromHexString("a3" + "0701" + "616102" + "416103")).OrThrow();
        Assert.True(map.HasKey([0x07]));
        Assert.True(map.HasKey([0x18, 0x07]));
        Assert.True(map.HasKey([0x61, 0x61]));
        Assert.True(map.HasKey([0x78, 0x01, 0x61]));
        Assert.False(map.HasKey([0x26]));
        Assert.False(map.HasKey([0x61, 0x62]));
        Assert.False(map.HasKey([0x41, 0x61]));
    }

    [Theory]
    [InlineData(Signed, "a0", null)]
    [InlineData(Signed, "a12601", null)]
    [InlineData(Signed, "a10126", FormatRule.Structure)]
    [InlineData("46a20126616101", "a10401", null)]
    [InlineData("46a20126616101", "a1616102", FormatRule.Structure)]
    [InlineData("46a20126616101", "a178016102", FormatRule.Structure)]
    [InlineData(Signed, "a10201", FormatRule.Structure)]
    public void A_label_stands_in_one_header(string inside, string beside, FormatRule? rule)
    {
        var parsed = CoseSign1.Parse(Convert.FromHexString($"84{inside}{beside}4040"));
        if (rule is { } expected)
        {
            Expect.Refused(expected, parsed);
        }
        else
        {
            Assert.Equal("ES256 COSE_Sign1", Expect.Accepted(parsed).ToString());
        }
    }

    // RFC 9052 §1.4: a label is a number or a text.
    [Theory]
    [InlineData("05")]
    [InlineData("1affffffff")]
    [InlineData("25")]
    [InlineData("3affffffff")]
    [InlineData("60")]
    [InlineData("6161")]
    public void A_number_or_a_text_is_a_label(string label)
    {
        Expect.Accepted(CoseSign1.Parse(Labelled(label, inside: true)));
        Expect.Accepted(CoseSign1.Parse(Labelled(label, inside: false)));
        Expect.Accepted(Mac(Labelled(label, inside: false, Hmac256)));
    }

    [Theory]
    [InlineData("40")]
    [InlineData("4161")]
    [InlineData("80")]
    [InlineData("8105")]
    [InlineData("a0")]
    [InlineData("c105")]
    [InlineData("d8184105")]
    [InlineData("f4")]
    [InlineData("f6")]
    [InlineData("f94500")]
    public void Nothing_else_is_a_label(string label)
    {
        Assert.Equal(NoLabel, CoseSign1.Parse(Labelled(label, inside: true)).Failed(out var failure, out _) ? (failure.Rule, failure.Fact) : default);
        Assert.Equal(NoLabel, CoseSign1.Parse(Labelled(label, inside: false)).Failed(out failure, out _) ? (failure.Rule, failure.Fact) : default);
        Assert.Equal(NoLabel, Mac(Labelled(label, inside: false, Hmac256)).Failed(out failure, out _) ? (failure.Rule, failure.Fact) : default);
    }

    // A message with one more header.
    private static byte[] Labelled(string label, bool inside, string algorithm = "26")
    {
        var header = inside ? $"a201{algorithm}{label}01" : $"a101{algorithm}";
        return Convert.FromHexString($"84{0x40 + (header.Length / 2):x}{header}{(inside ? "a0" : $"a1{label}01")}{(algorithm == Hmac256 ? "f6" : "40")}40");
    }

    private static Parsed<CoseMac0> Mac(byte[] encoded) => CoseMac0.Parse(StrictCbor.Parse(encoded).OrThrow());

    [Fact]
    public void A_chain_is_taken_from_the_header_that_was_signed_first()
    {
        Assert.Equal("01", Chain("47a2012618214101", "a0"));
        Assert.Equal("02", Chain(Signed, "a118214102"));
        Assert.Equal("0203", Chain(Signed, "a118218241024103"));
        Assert.Null(Chain(Signed, "a118218241026161"));
        Assert.Null(Chain(Signed, "a1182180"));
        Assert.Null(Chain(Signed, "a118216161"));

        static string? Chain(string inside, string beside)
        {
            var raw = Expect.Accepted(CoseSign1.Parse(Convert.FromHexString($"84{inside}{beside}4040"))).RawCertificates();
            return raw is null ? null : string.Concat(raw.Select(one => Convert.ToHexString(one.Span)));
        }
    }

    [Fact]
    public void A_MAC_stands_behind_its_tag_or_alone_and_covers_an_empty_payload()
    {
        var writer = new CborWriter();
        CoseMac0.Write(writer, "key"u8, []);
        var alone = writer.Encode();
        foreach (var bytes in new[] { alone, [0xD1, .. alone] })
        {
            var mac = Expect.Accepted(CoseMac0.Parse(StrictCbor.Parse(bytes).OrThrow()));
            Assert.True(mac.Verify("key"u8, []));
            Assert.False(mac.Verify("key"u8, [0]));
            Assert.False(mac.Verify("yek"u8, []));
            Assert.Equal("COSE_Mac0", mac.ToString());
        }

        Expect.Refused(FormatRule.Structure, CoseMac0.Parse(StrictCbor.Parse((byte[])[0xD2, .. alone]).OrThrow()));
    }

    [Fact]
    public void Each_number_of_an_algorithm_is_known_by_itself()
    {
        Assert.Equal([-7, -9, -35, -51, -36, -52], CoseAlgorithms.Known);
        Assert.Equal(
            [JwsAlgorithm.ES256, JwsAlgorithm.ES256, JwsAlgorithm.ES384, JwsAlgorithm.ES384, JwsAlgorithm.ES512, JwsAlgorithm.ES512],
            CoseAlgorithms.Known.Select(number => CoseAlgorithms.Find(number)!.Value));
        Assert.All(CoseAlgorithms.Known, number => Assert.Null(CoseAlgorithms.Find(-number)));
    }
}
