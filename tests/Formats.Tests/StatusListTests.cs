using System.Security.Cryptography;
using IdentityPlatform.Formats.Status;

namespace IdentityPlatform.Formats.Tests;

public sealed class StatusListTests
{
    [Theory]
    [InlineData("1-bit-example")]
    [InlineData("2-bit-example")]
    [InlineData("1-bit-test-vector")]
    [InlineData("2-bit-test-vector")]
    [InlineData("4-bit-test-vector")]
    [InlineData("8-bit-test-vector")]
    public void A_published_list_is_read_index_by_index_and_encodes_again(string name)
    {
        var vector = Vectors.Read("token-status-list", name);
        var (bits, entries) = ((int)vector.LongMember("bits")!, (int)vector.LongMember("entries")!);
        var list = Expect.Accepted(StatusList.Parse(Object(bits, vector.StringMember("lst")!)));
        var expected = vector.GetProperty("statuses").EnumerateObject()
            .ToDictionary(member => int.Parse(member.Name, System.Globalization.CultureInfo.InvariantCulture), member => member.Value.GetInt32());
        Assert.Equal((bits, entries), (list.Bits, list.Count));
        Assert.DoesNotContain(Enumerable.Range(0, entries), index => list[index] != expected.GetValueOrDefault(index));

        // The same list built from nothing has the same bytes; what it compresses to reads back as the same.
        var built = StatusList.Empty(entries, bits).With(expected.Select(entry => (entry.Key, entry.Value)));
        Assert.True(list.AsSpan().SequenceEqual(built.AsSpan()));
        Assert.True(Expect.Accepted(StatusList.Parse(Object(bits, list.Compress()))).AsSpan().SequenceEqual(list.AsSpan()));
        if (vector.StringMember("bytes_hex") is { } hex)
        {
            Assert.Equal(hex, Convert.ToHexStringLower(list.AsSpan()));
        }
    }

    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(8, 1, 1)]
    [InlineData(9, 1, 2)]
    [InlineData(3, 2, 1)]
    [InlineData(5, 2, 2)]
    [InlineData(3, 4, 2)]
    [InlineData(3, 8, 3)]
    public void A_list_has_exactly_the_bytes_that_its_entries_need(int entries, int bits, int bytes)
    {
        var list = StatusList.Empty(entries, bits);
        Assert.Equal(bytes, list.AsSpan().Length);
        Assert.Equal(entries, list.Count);
        Assert.Equal((1 << bits) - 1, list.With(entries - 1, (1 << bits) - 1)[entries - 1]);
        Assert.Equal(0, list[entries - 1]);
    }

    [Fact]
    public void A_change_replaces_what_was_there_and_its_neighbours_stay()
    {
        var list = StatusList.Empty(8, 2).With([(0, 3), (1, 3), (2, 3)]).With(1, 1);
        Assert.Equal([3, 1, 3, 0], Enumerable.Range(0, 4).Select(index => list[index]));
        Assert.Throws<ArgumentOutOfRangeException>("index", () => list.With(-1, 1));
        Assert.Throws<ArgumentOutOfRangeException>("status", () => list.With(0, -1));
    }

    [Fact]
    public void An_index_out_of_range_is_no_status()
    {
        var list = StatusList.Empty(16).With(15, 1);
        Assert.True(list.TryGet(15, out var status));
        Assert.Equal(1, status);
        Assert.False(list.TryGet(16, out _));
        Assert.False(list.TryGet(-1, out _));
        Assert.False(list.TryGet(long.MaxValue, out _));
        Assert.Throws<ArgumentOutOfRangeException>(() => list[16]);
        Assert.Throws<ArgumentOutOfRangeException>(() => list.With(16, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => list.With(0, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => StatusList.Empty(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => StatusList.Empty(8, 3));
    }

    [Theory]
    [InlineData("""{"lst":"eNrbuRgAAhcBXQ"}""", FormatRule.Member)]
    [InlineData("""{"bits":3,"lst":"eNrbuRgAAhcBXQ"}""", FormatRule.Member)]
    [InlineData("""{"bits":0,"lst":"eNrbuRgAAhcBXQ"}""", FormatRule.Member)]
    [InlineData("""{"bits":"1","lst":"eNrbuRgAAhcBXQ"}""", FormatRule.Member)]
    [InlineData("""{"bits":1}""", FormatRule.Member)]
    [InlineData("""{"bits":1,"lst":""}""", FormatRule.Compression)]
    [InlineData("""{"bits":1,"lst":"eJwDAAAAAAE"}""", FormatRule.Compression)]
    [InlineData("""{"bits":1,"lst":"eNrbuRgAAhcBXQ=="}""", FormatRule.Base64Url)]
    [InlineData("""{"bits":1,"lst":"eNrbuRgAAhcB"}""", FormatRule.Compression)]
    [InlineData("""{"bits":1,"lst":"eNrbuRg"}""", FormatRule.Compression)]
    [InlineData("""{"bits":1,"lst":"eNrbuRgAAhcBXQA"}""", FormatRule.Compression)]
    [InlineData("""{"bits":1,"lst":"eNrbuRgAAhcBXg"}""", FormatRule.Compression)]
    [InlineData("""{"bits":1,"lst":"eNrbuRgAAhcBXXja27kYAAIXAV0"}""", FormatRule.Compression)]
    [InlineData("""{"bits":1,"lst":"27kYAA"}""", FormatRule.Compression)]
    [InlineData("""{"bits":1,"lst":"AAAAAAAAAAAAAA"}""", FormatRule.Compression)]
    [InlineData("""[]""", FormatRule.Member)]
    public void A_damaged_list_is_refused(string json, FormatRule rule)
    {
        Expect.Refused(rule, StatusList.Parse(TestKeys.Json(json)));
        Expect.Accepted(StatusList.Parse(TestKeys.Json("""{"bits":1,"lst":"eNrbuRgAAhcBXQ"}""")));
        Expect.Accepted(StatusList.Parse(TestKeys.Json("""{"bits":1,"lst":"eNrbuRgAAhcB\u0058Q"}""")));
    }

    [Fact]
    public void A_list_that_inflates_too_far_is_refused()
    {
        var list = StatusList.Empty(8 * 1024);
        Expect.Accepted(StatusList.Parse(Object(1, list.Compress()), 1024));
        Expect.Refused(FormatRule.Compression, StatusList.Parse(Object(1, list.Compress()), 1023));
        var bomb = StatusList.Empty(8 * 32 * 1024 * 1024).Compress();
        Expect.Refused(FormatRule.Compression, StatusList.Parse(Object(1, bomb)));
    }

    // What stands behind its end repeats the checksum, so that this holds for the whole as well.
    [Theory]
    [InlineData(100)]
    [InlineData(10_000)]
    [InlineData(30_000)]
    public void A_list_ends_where_its_stream_ends(int bytes)
    {
        var random = new byte[bytes];
        TestKeys.Seeded(1)(random);
        var list = StatusList.Empty(bytes, 8).With(random.Select((status, index) => (index, (int)status)));
        var stream = Base64UrlText.Parse(list.Compress(), "lst").OrThrow();
        Assert.True(Expect.Accepted(StatusList.Parse(Object(8, Base64UrlText.Encode(stream)))).AsSpan().SequenceEqual(random));
        Expect.Refused(FormatRule.Compression, StatusList.Parse(Object(8, Base64UrlText.Encode([.. stream, .. stream[^4..]]))));
    }

    [Fact]
    public void The_published_token_is_read()
    {
        var token = Expect.Accepted(StatusListToken.Parse(Vectors.Read("token-status-list", "token").StringMember("jwt")!));
        Assert.Equal("https://example.com/statuslists/1", token.Subject);
        Assert.Equal((1686920170, 2291720170, 43200), (token.IssuedAt, token.ExpiresAt, token.TimeToLive));
        Assert.Equal([1, 0, 0, 1, 1, 1, 0, 1, 1, 1, 0, 0, 0, 1, 0, 1], Enumerable.Range(0, 16).Select(index => token.List[index]));
    }

    [Fact]
    public void A_token_reads_back_as_it_was_written()
    {
        using var ecdsa = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var key = SigningKey.From(ecdsa, "status", [[1, 2, 3]]);
        var text = StatusListToken.Write(key, "https://s.example/1", StatusList.Empty(100, 2).With(7, 2), TestKeys.Now, TestKeys.Now.AddDays(1), TimeSpan.FromMinutes(15));
        var token = Expect.Accepted(StatusListToken.Parse(text));
        Expect.Accepted(token.Jwt.Verify(TestKeys.Public(key), StatusListToken.MediaType, JwsAlgorithm.ES256));
        Assert.Equal(2, token.List[7]);
        Assert.Equal(("https://s.example/1", 900L), (token.Subject, token.TimeToLive));
        Assert.Equal(["AQID"], token.Jwt.Header.StringsMember("x5c"));
        Assert.Equal("status list token for https://s.example/1", token.ToString());
    }

    [Fact]
    public void A_token_lives_a_second_or_more()
    {
        using var ecdsa = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var key = SigningKey.From(ecdsa, "status", [[1, 2, 3]]);
        string Write(TimeSpan ttl) => StatusListToken.Write(key, "u", StatusList.Empty(8), TestKeys.Now, TestKeys.Now, ttl);
        Assert.Equal(1, StatusListToken.Parse(Write(TimeSpan.FromSeconds(1))).OrThrow().TimeToLive);
        Assert.Throws<ArgumentOutOfRangeException>("ttl", () => Write(TimeSpan.FromMilliseconds(999)));
    }

    [Fact]
    public void A_token_is_as_long_as_its_bound()
    {
        // Two characters for a byte of the list, and the frame.
        const int bound = (2 * 1000) + StrictJson.DefaultMaxBytes;
        Expect.Accepted(StatusListToken.Parse(OfLength(bound), 1000));
        Expect.Refused(FormatRule.Size, StatusListToken.Parse(OfLength(bound + 1), 1000));

        // The signature makes up the length.
        static string OfLength(int length)
        {
            var frame = $"{TestKeys.Encode("""{"alg":"ES256","typ":"statuslist+jwt"}""")}.{TestKeys.Encode("""{"sub":"uri","iat":1,"status_list":{"bits":1,"lst":"eNrbuRgAAhcBXQ"}}""")}.";
            return frame + new string('A', length - frame.Length);
        }
    }

    [Theory]
    [InlineData("statuslist+jwt", """{"sub":"u","iat":1,"status_list":L}""", null)]
    [InlineData("statuslist+jwt", """{"sub":"u","iat":1,"exp":2,"ttl":1,"status_list":L}""", null)]
    [InlineData("jwt", """{"sub":"u","iat":1,"status_list":L}""", FormatRule.Type)]
    [InlineData("statuslist+jwt", """{"iat":1,"status_list":L}""", FormatRule.Member)]
    [InlineData("statuslist+jwt", """{"sub":"","iat":1,"status_list":L}""", FormatRule.Member)]
    [InlineData("statuslist+jwt", """{"sub":"u","status_list":L}""", FormatRule.Member)]
    [InlineData("statuslist+jwt", """{"sub":"u","iat":"1","status_list":L}""", FormatRule.Member)]
    [InlineData("statuslist+jwt", """{"sub":"u","iat":1,"exp":"2","status_list":L}""", FormatRule.Member)]
    [InlineData("statuslist+jwt", """{"sub":"u","iat":1,"ttl":0,"status_list":L}""", FormatRule.Member)]
    [InlineData("statuslist+jwt", """{"sub":"u","iat":1,"ttl":-5,"status_list":L}""", FormatRule.Member)]
    [InlineData("statuslist+jwt", """{"sub":"u","iat":1,"ttl":"60","status_list":L}""", FormatRule.Member)]
    [InlineData("statuslist+jwt", """{"sub":"u","iat":1}""", FormatRule.Member)]
    [InlineData("statuslist+jwt", """{"sub":"u","iat":1,"status_list":[]}""", FormatRule.Member)]
    [InlineData("statuslist+jwt", """{"sub":"u","iat":1,"status_list":{"bits":1,"lst":"AAAAAAAAAAAA"}}""", FormatRule.Compression)]
    public void A_token_is_checked_by_its_rules(string type, string claims, FormatRule? rule)
    {
        using var key = TestKeys.Es256();
        var payload = claims.Replace("L", """{"bits":1,"lst":"eNrbuRgAAhcBXQ"}""", StringComparison.Ordinal);
        var parsed = StatusListToken.Parse(TestKeys.Sign(key, $$"""{"alg":"ES256","typ":"{{type}}"}""", payload));
        if (rule is { } expected)
        {
            Expect.Refused(expected, parsed);
        }
        else
        {
            Expect.Accepted(parsed);
        }
    }

    [Theory]
    [InlineData("""{"iat":1}""", "sub")]
    [InlineData("""{"sub":"u"}""", "iat")]
    [InlineData("""{"sub":"u","iat":1,"exp":"2"}""", "exp")]
    [InlineData("""{"sub":"u","iat":1,"ttl":0}""", "ttl")]
    [InlineData("""{"sub":"u","iat":1,"ttl":1}""", "status_list")]
    public void A_failure_names_the_claim(string claims, string name)
    {
        using var key = TestKeys.Es256();
        var parsed = StatusListToken.Parse(TestKeys.Sign(key, """{"alg":"ES256","typ":"statuslist+jwt"}""", claims));
        Assert.StartsWith(name + " is ", parsed.Failed(out var failure, out _) ? failure.Fact : "", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"status":{"status_list":{"idx":0,"uri":"u"}}}""", true)]
    [InlineData("""{"status":{"status_list":{"idx":-1,"uri":"u"}}}""", false)]
    [InlineData("""{"status":{"status_list":{"idx":1.5,"uri":"u"}}}""", false)]
    [InlineData("""{"status":{"status_list":{"idx":"1","uri":"u"}}}""", false)]
    [InlineData("""{"status":{"status_list":{"uri":"u"}}}""", false)]
    [InlineData("""{"status":{"status_list":{"idx":1}}}""", false)]
    [InlineData("""{"status":{"status_list":{"idx":1,"uri":""}}}""", false)]
    [InlineData("""{"status":{"other":{}}}""", false)]
    [InlineData("""{"status":"x"}""", false)]
    [InlineData("{}", false)]
    public void A_reference_is_checked_by_its_rules(string claims, bool accepted)
    {
        var parsed = StatusReference.Parse(TestKeys.Json(claims));
        if (accepted)
        {
            Assert.Equal((0, "u"), (Expect.Accepted(parsed).Index, parsed.OrThrow().Uri));
            Assert.Equal("entry of u", parsed.OrThrow().ToString());
        }
        else
        {
            Expect.Refused(FormatRule.Member, parsed);
        }
    }

    private static JsonElement Object(int bits, string lst) => TestKeys.Json($$"""{"bits":{{bits}},"lst":"{{lst}}"}""");
}
