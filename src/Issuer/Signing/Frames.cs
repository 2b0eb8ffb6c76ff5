using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace IdentityPlatform.Issuer.Signing;

/// <summary>
/// Messages on a connection: four bytes of length, big-endian, then as many bytes. Nothing is read that is longer than its bound. The
/// connection reads and writes in memory of its own, again and again; what was in it may be personal, and is wiped.
/// </summary>
internal sealed class Frames(Stream stream) : IDisposable
{
    private const int PrefixBytes = sizeof(int);

    // A batch of ten copies fits. What grew far beyond, for portraits, is not kept.
    private const int UsualBytes = 64 * 1024;
    private const int MostKeptBytes = 4 * UsualBytes;

    private static readonly JsonWriterOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private ArrayBufferWriter<byte> _sent = new(UsualBytes);
    private byte[] _received = new byte[UsualBytes];

    // How much of the memory is filled, and how much of that the last message took: the other side may have begun the next.
    private int _filled;
    private int _taken;

    /// <summary>The next message, good until <see cref="Forget"/>; null where the other side has ended the connection between two of them.</summary>
    /// <exception cref="InvalidDataException">It is empty, longer than the bound, or ends in its middle.</exception>
    public async Task<ReadOnlyMemory<byte>?> ReadAsync(int maxBytes, CancellationToken ct)
    {
        if (!await FillAsync(PrefixBytes, ct))
        {
            return _filled == 0 ? null : throw CutOff();
        }

        var length = BinaryPrimitives.ReadInt32BigEndian(_received);
        if (length <= 0 || length > maxBytes)
        {
            throw new InvalidDataException("A message is empty or too long.");
        }

        if (!await FillAsync(PrefixBytes + length, ct))
        {
            throw CutOff();
        }

        _taken = PrefixBytes + length;
        return _received.AsMemory(PrefixBytes, length);
    }

    /// <summary>Wipes the message that was read last.</summary>
    public void Forget()
    {
        _received.AsSpan(_taken, _filled - _taken).CopyTo(_received);
        _filled -= _taken;
        _received.AsSpan(_filled, _taken).Clear();
        _taken = 0;
        if (_filled == 0 && _received.Length > MostKeptBytes)
        {
            _received = new byte[UsualBytes];
        }
    }

    /// <summary>Sends a JSON object at once.</summary>
    public async Task WriteAsync(Action<Utf8JsonWriter> members, CancellationToken ct)
    {
        _ = _sent.GetSpan(PrefixBytes);
        _sent.Advance(PrefixBytes);
        await using (var writer = new Utf8JsonWriter(_sent, Json))
        {
            writer.WriteStartObject();
            members(writer);
            writer.WriteEndObject();
        }

        // Whatever becomes of it, the next message begins in memory that is empty.
        var message = _sent;
        try
        {
            BinaryPrimitives.WriteInt32BigEndian(MemoryMarshal.AsMemory(message.WrittenMemory).Span, message.WrittenCount - PrefixBytes);
            await stream.WriteAsync(message.WrittenMemory, ct);
        }
        finally
        {
            message.Clear();
            _sent = message.Capacity > MostKeptBytes ? new(UsualBytes) : message;
        }
    }

    public void Dispose()
    {
        _received.AsSpan().Clear();
        stream.Dispose();
    }

    private async Task<bool> FillAsync(int needed, CancellationToken ct)
    {
        if (needed > _received.Length)
        {
            var larger = new byte[Math.Max(needed, 2 * _received.Length)];
            _received.AsSpan(0, _filled).CopyTo(larger);
            _received.AsSpan(0, _filled).Clear();
            _received = larger;
        }

        while (_filled < needed)
        {
            var read = await stream.ReadAsync(_received.AsMemory(_filled), ct);
            if (read == 0)
            {
                return false;
            }

            _filled += read;
        }

        return true;
    }

    private static InvalidDataException CutOff() => new("A message is cut off.");
}
