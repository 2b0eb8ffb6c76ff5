using System.Formats.Cbor;
using System.Security.Cryptography;
using IdentityPlatform.Formats.Cose;
using IdentityPlatform.Formats.Status;

namespace IdentityPlatform.Formats.Tests;

public sealed class CwtStatusListTests
{
    private static readonly int[] FirstStatuses = [1, 0, 0, 1, 1, 1, 0, 1, 1, 1, 0, 0, 0, 1, 0, 1];

    [Fact]
    public void The_published_token_is_read()
    {
        var token = Expect.Accepted(CwtStatusListToken.Parse(Hex("status-list-cwt", "token_hex")));
        Assert.Equal("https://example.com/statuslists/1", token.Subject);
        Assert.Equal((1686920170, 2291720170, 43200), (token.IssuedAt, token.ExpiresAt, token.TimeToLive));
        Assert.Equal(FirstStatuses, Enumerable.Range(0, 16).Select(index => token.List[index]));
    }

    [Fact]
    public void The_published_reference_is_read()
    {
        var message = Expect.Accepted(CoseSign1.Parse(Hex("referenced-token", "token_hex")));
        var reference = Expect.Accepted(StatusReference.Parse(StrictCbor.Parse(message.UnverifiedPayload!.Value).OrThrow().Member(65535)!));
        Assert.Equal((0L, "https://example.com/statuslists/1"), (reference.Index, reference.Uri));
        Expect.Refused(FormatRule.Type, CwtStatusListToken.Parse(Hex("referenced-token", "token_hex")));
    }

    [Theory]
    [InlineData("status-list")]
    [InlineData("2-bit-status-list")]
    public void A_published_list_has_its_bytes(string name) => Assert.Equal(
        Hex(name, "bytes_hex"), Expect.Accepted(StatusList.Parse(StrictCbor.Parse(Hex(name, "status_list_hex")).OrThrow())).AsSpan());

    [Fact]
    public void A_token_reads_back_as_it_was_written()
    {
        using var ecdsa = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var key = SigningKey.From(ecdsa, "status", [[1, 2, 3]]);
        var list = StatusList.Empty(100, 2).With(7, 2);
        var bytes = CwtStatusListToken.Write(key, "https://s.example/1", list, TestKeys.Now, TestKeys.Now.AddDays(1), TimeSpan.FromMinutes(15));
        var token = Expect.Accepted(CwtStatusListToken.Parse(bytes));
        var payload = Expect.Accepted(token.Message.Verify(TestKeys.Public(key), JwsAlgorithm.ES256)).Payload;
        new CborReader(payload, CborConformanceMode.Canonical).SkipValue();
        new CborReader(bytes, CborConformanceMode.Canonical).SkipValue();
        Assert.Equal(2, token.List[7]);
        Assert.Equal(("https://s.example/1", 900L, TestKeys.Now.AddDays(1).ToUnixTimeSeconds()), (token.Subject, token.TimeToLive, token.ExpiresAt));
        Assert.Equal([1, 2, 3], token.Message.RawCertificates()![0].ToArray());

        Assert.Equal("status list token for https://s.example/1", token.ToString());

        // The same list goes out as JWT, in the same compression.
        var jwt = StatusListToken.Parse(StatusListToken.Write(key, "u", list, TestKeys.Now, TestKeys.Now, TimeSpan.FromSeconds(1))).OrThrow();
        Assert.True(jwt.List.AsSpan().SequenceEqual(token.List.AsSpan()));
        Assert.Throws<ArgumentOutOfRangeException>(() => CwtStatusListToken.Write(key, "u", list, TestKeys.Now, TestKeys.Now, TimeSpan.Zero));
    }

    [Theory]
    [InlineData(null, null, null)]
    [InlineData(2L, "", FormatRule.Member)]
    [InlineData(2L, null, FormatRule.Member)]
    [InlineData(6L, null, FormatRule.Member)]
    [InlineData(6L, "1", FormatRule.Member)]
    [InlineData(4L, "2", FormatRule.Member)]
    [InlineData(65534L, "60", FormatRule.Member)]
    [InlineData(65534L, 0, FormatRule.Member)]
    [InlineData(65534L, -5, FormatRule.Member)]
    [InlineData(65534L, 60, null)]
    [InlineData(4L, 2, null)]
    [InlineData(65533L, null, FormatRule.Member)]
    [InlineData(65533L, "x", FormatRule.Member)]
    public void A_token_is_checked_by_its_rules(long? claim, object? value, FormatRule? rule)
    {
        using var key = TestKeys.Es256();
        var claims = Claims();
        if (claim is { } changed)
        {
            claims.Remove(changed);
            if (value is not null)
            {
                claims[changed] = value is string text ? CborValue.Of(text) : CborValue.Of((int)value);
            }
        }

        var parsed = CwtStatusListToken.Parse(CoseWriter.Sign(key, Payload(claims), CwtStatusListToken.MediaType, withCertificates: false));
        if (rule is { } expected)
        {
            Expect.Refused(expected, parsed);
            Assert.Contains($"({claim}) is ", parsed.Failed(out var failure, out _) ? failure.Fact : "", StringComparison.Ordinal);
        }
        else
        {
            Expect.Accepted(parsed);
        }
    }

    [Fact]
    public void Its_frame_is_checked_too()
    {
        using var key = TestKeys.Es256();
        var payload = Payload(Claims());
        Expect.Accepted(CwtStatusListToken.Parse(CoseWriter.Sign(key, payload, CwtStatusListToken.MediaType, withCertificates: false)));
        Expect.Refused(FormatRule.Type, CwtStatusListToken.Parse(CoseWriter.Sign(key, payload, "application/statuslist+jwt", withCertificates: false)));
        Expect.Refused(FormatRule.Type, CwtStatusListToken.Parse(CoseWriter.Sign(key, payload, withCertificates: false)));
        Expect.Refused(FormatRule.Structure, CwtStatusListToken.Parse(CoseWriter.Sign(key, [0x80], CwtStatusListToken.MediaType, withCertificates: false)));
        Expect.Refused(FormatRule.Cbor, CwtStatusListToken.Parse(new byte[] { 0xFF }));
        var writer = new CborWriter();
        CoseWriter.Write(writer, key, payload, CwtStatusListToken.MediaType);
        Expect.Refused(FormatRule.Structure, CwtStatusListToken.Parse(writer.Encode()));
    }

    [Fact]
    public void A_list_is_inflated_within_its_bound()
    {
        using var key = TestKeys.Es256();
        var claims = Claims();
        claims[65533] = CborValue.Map(("bits", CborValue.Of(1)), ("lst", CborValue.Of(Base64UrlText.Parse(StatusList.Empty(8000).Compress(), "lst").OrThrow())));
        var token = CoseWriter.Sign(key, Payload(claims), CwtStatusListToken.MediaType, withCertificates: false);
        Expect.Accepted(CwtStatusListToken.Parse(token, 1000));
        Expect.Refused(FormatRule.Compression, CwtStatusListToken.Parse(token, 999));
        claims[65533] = CborValue.Map(("bits", CborValue.Of(3)), ("lst", CborValue.Of(new byte[8])));
        Expect.Refused(FormatRule.Member, CwtStatusListToken.Parse(CoseWriter.Sign(key, Payload(claims), CwtStatusListToken.MediaType, withCertificates: false)));
        claims[65533] = CborValue.Map(("bits", CborValue.Of(1)), ("lst", CborValue.Of(new byte[8])));
        Expect.Refused(FormatRule.Compression, CwtStatusListToken.Parse(CoseWriter.Sign(key, Payload(claims), CwtStatusListToken.MediaType, withCertificates: false)));
    }

    private static SortedDictionary<long, CborValue> Claims() => new()
    {
        [2] = CborValue.Of("https://s.example/1"),
        [6] = CborValue.Of(1),
        [65533] = StrictCbor.Parse(Hex("status-list", "status_list_hex")).OrThrow(),
    };

    private static byte[] Payload(SortedDictionary<long, CborValue> claims)
    {
        var writer = new CborWriter();
        writer.WriteStartMap(claims.Count);
        foreach (var (label, value) in claims)
        {
            writer.WriteInt64(label);
            writer.WriteEncodedValue(value.Encoded.Span);
        }

        writer.WriteEndMap();
        return writer.Encode();
    }

    private static byte[] Hex(string name, string member) => Convert.FromHexString(Vectors.Read("token-status-list-cwt", name).StringMember(member)!);
}
