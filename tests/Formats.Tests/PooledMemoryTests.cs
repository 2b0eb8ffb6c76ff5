using System.Text;

namespace IdentityPlatform.Formats.Tests;

/// <summary>Bytes and JSON in memory that is given back: what was written stands there, and nobody writes beyond it.</summary>
public sealed class PooledMemoryTests
{
    [Fact]
    public void Bytes_stand_as_they_were_written_however_many()
    {
        using var text = new PooledBytes(0);
        var expected = new List<byte>();
        foreach (var length in Enumerable.Range(0, 200).Append(5_000))
        {
            byte[] bytes = [.. Enumerable.Range(length, length).Select(i => (byte)i)];
            text.Write(bytes);
            text.Write((byte)length);
            var place = text.GetSpan(length);
            bytes.CopyTo(place);
            text.Advance(length);
            expected.AddRange([.. bytes, (byte)length, .. bytes]);
        }

        Assert.Equal(expected, text.Written.ToArray());
    }

    [Fact]
    public void A_writer_goes_no_further_than_the_place_it_was_given()
    {
        using var text = new PooledBytes(16);
        text.Write("0123456789"u8);
        var room = text.GetSpan().Length;
        Assert.Throws<ArgumentOutOfRangeException>(() => text.Advance(room + 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => text.Advance(-1));
        Assert.Equal("0123456789"u8, text.Written);
        text.Advance(room);
        Assert.Equal(10 + room, text.Length);
        Assert.NotEqual(0, text.GetSpan().Length);
    }

    [Fact]
    public void What_is_cut_off_was_written_before()
    {
        using var text = new PooledBytes(16);
        text.Write("0123"u8);
        Assert.Throws<ArgumentOutOfRangeException>(() => text.CutAt(5));
        text.CutAt(4);
        Assert.Equal("0123"u8, text.Written);
        text.CutAt(1);
        text.Write("x"u8);
        Assert.Equal("0x"u8, text.Written);
    }

    [Fact]
    public void More_than_memory_can_hold_is_refused()
    {
        using var text = new PooledBytes(16);
        text.Write("0"u8);
        Assert.Throws<OverflowException>(() => text.Take(int.MaxValue));
        Assert.Throws<OverflowException>(() => text.GetMemory(int.MaxValue));
        Assert.Equal("0"u8, text.Written);
    }

    [Fact]
    public void Memory_is_given_back_once()
    {
        var text = new PooledBytes(16);
        text.Write("0123456789"u8);
        text.Dispose();
        text.Dispose();
        Assert.ThrowsAny<ArgumentException>(() => text.Written.Length);
        var json = new PooledJson();
        json.Dispose();
        json.Prepare(16);
        json.Take(10).Span.Fill(1);
        json.Dispose();
        json.Dispose();
        Assert.ThrowsAny<ArgumentException>(() => json.Take(1));
    }

    [Fact]
    public void A_pool_is_for_one_message_at_a_time()
    {
        using var pool = new PooledJson();
        pool.Prepare(16);
        Assert.Throws<InvalidOperationException>(() => pool.Prepare(16));
        Assert.Equal(1, Expect.Accepted(StrictJson.ParseObject("""{"a":1}"""u8.ToArray(), pool)).Element.LongMember("a"));
        Assert.Throws<InvalidOperationException>(() => StrictJson.ParseObject("""{"a":2}"""u8.ToArray(), pool));
        pool.Dispose();
        pool.Prepare(16);
        Assert.Equal(2, Expect.Accepted(StrictJson.ParseObject("""{"a":2}"""u8.ToArray(), pool)).Element.LongMember("a"));
    }

    [Fact]
    public void A_pool_gives_each_his_own_place_and_no_more_than_there_is()
    {
        using var pool = new PooledJson();
        pool.Prepare(16);
        var (one, other) = (pool.Take(5), pool.Take(5));
        Encoding.ASCII.GetBytes("first", one.Span);
        Encoding.ASCII.GetBytes("other", other.Span);
        Assert.Equal("first"u8, one.Span);
        Assert.Equal("other"u8, other.Span);
        Assert.Throws<ArgumentOutOfRangeException>(() => pool.Take(1 << 20));
        Assert.Equal(6, pool.Take(6).Length);
    }
}
