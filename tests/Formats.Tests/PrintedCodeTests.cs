using System.Formats.Cbor;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using IdentityPlatform.Formats.Cose;
using IdentityPlatform.Formats.Printed;
using IdentityPlatform.Formats.Status;

namespace IdentityPlatform.Formats.Tests;

public sealed class PrintedCodeTests : IDisposable
{
    private static readonly Config Seeded = Config.QuickThrowOnFailure.WithMaxTest(2000).WithReplay(20261122, 3313);
    private static readonly byte[] Photo = [0xFF, 0xD8, 0xFF, 1, 2, 3];

    private readonly TestPki _pki = new();
    private readonly SigningKey _key;

    public PrintedCodeTests() => _key = SigningKey.From(_pki.LeafKey, chain: [_pki.Leaf.RawData]);

    public void Dispose() => _key.Dispose();

    [Fact]
    [Trait("Safeguard", "SG20")]
    public void A_code_reads_back_as_it_was_minted_and_says_that_the_face_is_to_be_compared()
    {
        var text = PrintedCode.Issue(_key, Content());
        Assert.Matches("^PC1:[0-9A-Z $%*+./:-]+$", text);
        Assert.InRange(text.Length, 500, 1500);
        var code = Expect.Accepted(Expect.Accepted(PrintedCode.Parse(text)).Verify(TestKeys.Public(_key), JwsAlgorithm.ES256));
        Assert.Equal(("https://patents.example", "org.example.workpatent.1"), (code.Issuer, code.Type));
        Assert.Equal((TestKeys.Now.ToUnixTimeSeconds(), TestKeys.Now.AddDays(30).ToUnixTimeSeconds()), (code.NotBefore, code.ExpiresAt));
        Assert.Equal("RU-SPE", code.Claims.Member("authorized_regions")!.Items![0].Text);
        Assert.Equal(9, StatusReference.Parse(code.Status!).OrThrow().Index);
        Assert.True(code.IsPhotograph(Photo));
        Assert.False(code.IsPhotograph([.. Photo, 0]));
        Assert.Single(code.Received.Message.RawCertificates()!);
        Assert.DoesNotContain("RU-SPE", code.ToString() + code.Received, StringComparison.Ordinal);
        var reader = new CborReader(code.Received.Message.UnverifiedPayload!.Value, CborConformanceMode.Canonical);
        reader.SkipValue();
        Assert.Equal("compare-face", StrictCbor.Parse(code.Received.Message.UnverifiedPayload!.Value).OrThrow().Member(-70004)?.Text);
    }

    [Fact]
    public void Another_key_or_a_changed_letter_is_refused()
    {
        using var other = TestKeys.Es256();
        var text = PrintedCode.Issue(_key, Content());
        Expect.Refused(FormatRule.Signature, PrintedCode.Parse(text).OrThrow().Verify(TestKeys.Public(other), JwsAlgorithm.ES256));
        Expect.Refused(FormatRule.Algorithm, PrintedCode.Parse(text).OrThrow().Verify(TestKeys.Public(_key), JwsAlgorithm.ES384));
        using var publicKey = TestKeys.Public(_key);
        for (var i = 0; i < text.Length; i += 7)
        {
            var changed = $"{text[..i]}{(text[i] == 'A' ? 'B' : 'A')}{text[(i + 1)..]}";
            Assert.False(PrintedCode.Parse(changed).Succeeded(out var code, out _) && IsUnprotected(code, text)
                && code.Verify(publicKey, JwsAlgorithm.ES256).Succeeded(out _, out _), $"letter {i}");
        }
    }

    [Theory]
    [InlineData("", FormatRule.Structure)]
    [InlineData("PC2:AB", FormatRule.Structure)]
    [InlineData("pc1:AB", FormatRule.Structure)]
    [InlineData("PC1:A", FormatRule.Structure)]
    [InlineData("PC1:ab", FormatRule.Structure)]
    [InlineData("PC1:GGW", FormatRule.Structure)]
    [InlineData("PC1:", FormatRule.Cbor)]
    public void Another_text_is_refused(string text, FormatRule rule) => Expect.Refused(rule, PrintedCode.Parse(text));

    [Theory]
    [InlineData(1L)]
    [InlineData(4L)]
    [InlineData(5L)]
    [InlineData(-70001L)]
    [InlineData(-70002L)]
    [InlineData(-70003L)]
    [InlineData(-70004L)]
    public void A_claim_that_is_missing_or_of_another_kind_is_refused(long label)
    {
        var claims = Claims();
        claims.Remove(label);
        Expect.Refused(FormatRule.Member, PrintedCode.Parse(Sign(claims)));
        claims[label] = CborValue.Of(true);
        Expect.Refused(FormatRule.Member, PrintedCode.Parse(Sign(claims)));
        Expect.Accepted(PrintedCode.Parse(Sign(Claims())));
    }

    [Fact]
    public void Nothing_else_passes_for_a_code()
    {
        var claims = Claims();
        claims[-70004] = CborValue.Of("holder-key");
        Expect.Refused(FormatRule.Member, PrintedCode.Parse(Sign(claims)));
        Expect.Refused(FormatRule.Type, PrintedCode.Parse(Sign(Claims(), "application/cwt")));
        Expect.Refused(FormatRule.Size, PrintedCode.Parse(new string('A', PrintedCode.MaxLetters + 1)));
        Assert.Throws<ArgumentException>(() => PrintedCode.Issue(_key, Content(new string('x', 3000))));
        Assert.Throws<ArgumentException>(() => PrintedCode.Issue(_key, Content(until: TestKeys.Now)));
    }

    [Theory]
    [InlineData(1L)]
    [InlineData(-70001L)]
    public void A_name_is_not_empty(long label)
    {
        var claims = Claims();
        claims[label] = CborValue.Of("");
        Expect.Refused(FormatRule.Member, PrintedCode.Parse(Sign(claims)));
        claims[label] = CborValue.Of("x");
        Expect.Accepted(PrintedCode.Parse(Sign(claims)));
    }

    [Fact]
    public void A_code_fills_the_largest_QR_code_to_the_last_letter()
    {
        // Base45 has three letters for two bytes, and two for one that is left over: 2861 bytes are 4292 letters.
        var size = 1000 + 2861 - Bytes(Content(new string('x', 1000)));
        var full = PrintedCode.Issue(_key, Content(new string('x', size)));
        Assert.Equal(PrintedCode.MaxLetters, full.Length);
        Expect.Accepted(PrintedCode.Parse(full));
        Assert.Throws<ArgumentException>(() => PrintedCode.Issue(_key, Content(new string('x', size + 1))));

        int Bytes(PrintedContent content) =>
            Base45Text.TryDecode(PrintedCode.Issue(_key, content).AsSpan(PrintedCode.Prefix.Length), out var bytes) ? bytes.Length : 0;
    }

    [Theory]
    [InlineData("AB", "BB8")]
    [InlineData("Hello!!", "%69 VD92EX0")]
    [InlineData("base-45", "UJCLQE7W581")]
    [InlineData("ietf!", "QED8WEX0")]
    public void The_examples_of_the_rfc_hold(string plain, string encoded)
    {
        Assert.Equal(encoded, Base45Text.Encode(Encoding.ASCII.GetBytes(plain)));
        Assert.True(Base45Text.TryDecode(encoded, out var bytes));
        Assert.Equal(plain, Encoding.ASCII.GetString(bytes));
    }

    [Fact]
    public void Bytes_come_back_and_what_decodes_encodes_to_the_same_text()
    {
        Check.One(Seeded, Prop.ForAll<byte[]>(bytes => Base45Text.TryDecode(Base45Text.Encode(bytes), out var again) && again.AsSpan().SequenceEqual(bytes)));
        var text = Gen.ArrayOf(Gen.Elements("09AZ $%:ab".ToCharArray())).Select(letters => new string(letters)).ToArbitrary();
        Check.One(Seeded, Prop.ForAll(text, value => !Base45Text.TryDecode(value, out var bytes) || Base45Text.Encode(bytes) == value));
        Check.One(Seeded, Prop.ForAll<byte[]>(bytes => _ = PrintedCode.Parse(PrintedCode.Prefix + Base45Text.Encode(bytes))));
    }

    // The chain stands in the unprotected header: nobody signed it, and what is not the same chain finds another signer.
    private static bool IsUnprotected(PrintedCode changed, string text) =>
        changed.Message.RawCertificates() is [var leaf] && leaf.Span.SequenceEqual(PrintedCode.Parse(text).OrThrow().Message.RawCertificates()![0].Span);

    private static PrintedContent Content(string region = "RU-SPE", DateTimeOffset? until = null) => new()
    {
        Issuer = "https://patents.example",
        Type = "org.example.workpatent.1",
        ValidFrom = TestKeys.Now,
        ValidUntil = until ?? TestKeys.Now.AddDays(30),
        Photograph = Photo,
        Claims = [("paid_until", CborValue.Of(new DateOnly(2026, 7, 1))), ("authorized_regions", CborValue.Array(CborValue.Of(region)))],
        Status = ("https://patents.example/status/3", 9),
    };

    private static Dictionary<long, CborValue> Claims() =>
        StrictCbor.Parse(Content().Write()).OrThrow().Members!.ToDictionary(member => member.Key.Number!.Value, member => member.Value);

    private string Sign(Dictionary<long, CborValue> claims, string type = PrintedCode.MediaType)
    {
        var writer = new CborWriter();
        writer.WriteStartMap(claims.Count);
        foreach (var (label, value) in claims)
        {
            writer.WriteInt64(label);
            writer.WriteEncodedValue(value.Encoded.Span);
        }

        writer.WriteEndMap();
        return PrintedCode.Prefix + Base45Text.Encode(CoseWriter.Sign(_key, writer.Encode(), type));
    }
}
