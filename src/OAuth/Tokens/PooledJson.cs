using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace IdentityPlatform.OAuth.Tokens;

/// <summary>
/// A JSON writer with its buffer, one kept for each thread: a token endpoint writes two documents a request, and would
/// otherwise make and drop the buffers of both. Return it on the thread that rented it: no await in between.
/// </summary>
internal sealed class PooledJson : IDisposable
{
    private const int LargestKept = 64 * 1024;

    [ThreadStatic]
    private static PooledJson? _free;

    private readonly ArrayBufferWriter<byte> _buffer = new(2048);

    private PooledJson() =>
        Writer = new Utf8JsonWriter(_buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    public Utf8JsonWriter Writer { get; }

    public static PooledJson Rent()
    {
        var json = _free ?? new PooledJson();
        _free = null;
        return json;
    }

    /// <summary>What was written, until the writer is returned.</summary>
    public ReadOnlySpan<byte> Written()
    {
        Writer.Flush();
        return _buffer.WrittenSpan;
    }

    /// <summary>Returns the writer, and wipes what it held: tokens are secrets.</summary>
    public void Dispose()
    {
        Writer.Reset();
        _buffer.Clear();
        if (_buffer.Capacity <= LargestKept)
        {
            _free = this;
        }
    }
}
