using System.Buffers;
using System.Text.Json;

namespace IdentityPlatform.Formats;

/// <summary>
/// Memory of the shared pool in which the JSON of one message is read. It goes back when this is disposed; JSON that was read in
/// it throws from then on. For a caller who reads a message, judges it and forgets it: a verifier on its hot path.
/// </summary>
public sealed class PooledJson : IDisposable
{
    private JsonDocument? _document;
    private byte[] _buffer = [];
    private int _used;

    /// <summary>Gives the memory back. What was read may be personal: it is wiped before.</summary>
    public void Dispose()
    {
        _document?.Dispose();
        _buffer.AsSpan(0, _used).Clear();
        ArrayPool<byte>.Shared.Return(_buffer);
        (_document, _buffer, _used) = (null, [], 0);
    }

    /// <summary>Redacted.</summary>
    public override string ToString() => nameof(PooledJson);

    /// <summary>Makes ready for one message, whose parts need no more than so many bytes when they are decoded.</summary>
    /// <exception cref="InvalidOperationException">It holds a message already.</exception>
    internal void Prepare(int bytes)
    {
        if (_buffer.Length > 0)
        {
            throw new InvalidOperationException("The pool is for one message at a time.");
        }

        _buffer = ArrayPool<byte>.Shared.Rent(bytes);
    }

    internal Memory<byte> Take(int length)
    {
        var taken = _buffer.AsMemory(_used, length);
        _used += length;
        return taken;
    }

    /// <summary>Parses JSON that stays in its place until this is disposed.</summary>
    /// <exception cref="InvalidOperationException">It holds JSON already.</exception>
    internal JsonElement Parse(ReadOnlyMemory<byte> utf8, JsonDocumentOptions options)
    {
        if (_document is not null)
        {
            throw new InvalidOperationException("The pool is for one message at a time.");
        }

        _document = JsonDocument.Parse(utf8, options);
        return _document.RootElement;
    }
}
