using System.Buffers;

namespace IdentityPlatform.Formats;

/// <summary>
/// Bytes that grow at their end, in a buffer of the shared pool. What was written may be personal: it is wiped before the buffer goes back.
/// </summary>
internal sealed class PooledBytes(int capacity) : IBufferWriter<byte>, IDisposable
{
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(capacity);
    private int _highest;

    /// <summary>How much is written.</summary>
    public int Length { get; private set; }

    /// <summary>All that is written. Valid until the next write.</summary>
    public Span<byte> Written => _buffer.AsSpan(0, Length);

    /// <summary>The next bytes, to be filled whole. Valid until the next write.</summary>
    public Span<byte> Take(int count)
    {
        var start = Length;
        var length = start + count;
        if (length > _buffer.Length)
        {
            Grow(length);
        }

        Length = length;
        _highest = Math.Max(_highest, length);
        return _buffer.AsSpan(start, count);
    }

    /// <summary>Appends bytes.</summary>
    public void Write(ReadOnlySpan<byte> bytes) => bytes.CopyTo(Take(bytes.Length));

    /// <summary>Appends one byte.</summary>
    public void Write(byte one) => Take(1)[0] = one;

    /// <summary>Appends base64url of bytes that do not stand in this buffer.</summary>
    public void WriteBase64Url(ReadOnlySpan<byte> bytes) =>
        System.Buffers.Text.Base64Url.EncodeToUtf8(bytes, Take(System.Buffers.Text.Base64Url.GetEncodedLength(bytes.Length)));

    /// <inheritdoc/>
    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        var wanted = Length + Math.Max(sizeHint, 1);
        if (wanted > _buffer.Length)
        {
            Grow(wanted);
        }

        // How far it will be written to nobody says before it is.
        _highest = _buffer.Length;
        return _buffer.AsMemory(Length);
    }

    /// <inheritdoc/>
    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    /// <inheritdoc/>
    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, _buffer.Length - Length);
        Length += count;
    }

    /// <summary>Appends the head of a CBOR item.</summary>
    public void WriteCborHead(int major, int argument)
    {
        var head = Take(Cose.CborHead.MaxLength);
        CutAt(Length - head.Length + Cose.CborHead.Write(major, argument, head));
    }

    /// <summary>Appends a CBOR string of bytes or of text in UTF-8.</summary>
    public void WriteCbor(int major, ReadOnlySpan<byte> content)
    {
        WriteCborHead(major, content.Length);
        Write(content);
    }

    /// <summary>Drops what was written behind a place.</summary>
    public void CutAt(int length)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, Length);
        Length = length;
    }

    /// <inheritdoc/>
    public void Dispose() => Replace([]);

    private void Grow(int length)
    {
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(length, 2 * _buffer.Length));
        Written.CopyTo(larger);
        Replace(larger);
    }

    private void Replace(byte[] next)
    {
        var last = _buffer;
        _buffer = next;
        last.AsSpan(0, Math.Min(_highest, last.Length)).Clear();
        ArrayPool<byte>.Shared.Return(last);
    }
}
