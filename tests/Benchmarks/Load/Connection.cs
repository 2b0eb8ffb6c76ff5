using System.Buffers.Text;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace IdentityPlatform.Benchmarks.Load;

/// <summary>
/// One kept-alive HTTP/1.1 connection on a plain socket. The load shares a machine with the server that it measures, so it
/// has to cost a fraction of it: no header collection, no task, no allocation.
/// </summary>
internal sealed class Connection : IDisposable
{
    // Ten credentials take some seventy kilobytes.
    private const int BufferSize = 256 * 1024;

    private readonly byte[] _buffer = new byte[BufferSize];
    private readonly byte[] _joined = new byte[BufferSize];
    private int _length;

    public Connection(IPEndPoint server)
    {
        Socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        Socket.Connect(server);
    }

    public Socket Socket { get; }

    /// <summary>When the request that is under way was sent, in ticks of the stopwatch.</summary>
    public long SentAt { get; set; }

    public void Send(ReadOnlySpan<byte> request)
    {
        _length = 0;
        while (request.Length > 0)
        {
            request = request[Socket.Send(request)..];
        }
    }

    /// <summary>Reads what is there; true once the whole answer is.</summary>
    /// <exception cref="LoadException">The server closed the connection, or the answer is none of HTTP/1.1.</exception>
    public bool TryReceive(out Response response)
    {
        response = default;
        var read = Socket.Receive(_buffer.AsSpan(_length));
        if (read == 0)
        {
            throw new LoadException("The server closed a connection.");
        }

        _length += read;
        var text = _buffer.AsSpan(0, _length);
        var end = text.IndexOf("\r\n\r\n"u8);
        if (end < 0)
        {
            return false;
        }

        var head = text[..end];
        if (!TryBody(head, text[(end + 4)..], out var body))
        {
            return false;
        }

        response = new Response(Utf8Parser.TryParse(head[9..], out int status, out _) ? status : 0, head, body);
        return true;
    }

    public void Dispose() => Socket.Dispose();

    // RFC 9112 §6: by length, or in chunks.
    private bool TryBody(ReadOnlySpan<byte> head, ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> body)
    {
        var at = IndexOfHeader(head, "\r\ncontent-length: "u8);
        if (at >= 0)
        {
            var isWhole = Utf8Parser.TryParse(head[at..], out int length, out _) && rest.Length >= length;
            body = isWhole ? rest[..length] : default;
            return isWhole;
        }

        if (IndexOfHeader(head, "\r\ntransfer-encoding: "u8) >= 0)
        {
            return TryChunks(rest, out body);
        }

        body = default;
        return true;
    }

    private bool TryChunks(ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> body)
    {
        var joined = 0;
        body = default;
        while (true)
        {
            var line = rest.IndexOf("\r\n"u8);
            if (line < 0 || !Utf8Parser.TryParse(rest[..line], out int size, out _, 'x') || rest.Length < line + 2 + size + 2)
            {
                return false;
            }

            if (size == 0)
            {
                body = _joined.AsSpan(0, joined);
                return true;
            }

            rest.Slice(line + 2, size).CopyTo(_joined.AsSpan(joined));
            joined += size;
            rest = rest[(line + 2 + size + 2)..];
        }
    }

    // RFC 9110 §5.1: the case of a name does not count.
    private static int IndexOfHeader(ReadOnlySpan<byte> head, ReadOnlySpan<byte> lowerName)
    {
        for (var from = 0; ;)
        {
            var at = head[from..].IndexOf((byte)'\r');
            if (at < 0)
            {
                return -1;
            }

            from += at;
            if (Ascii.EqualsIgnoreCase(head.Slice(from, Math.Min(lowerName.Length, head.Length - from)), lowerName))
            {
                return from + lowerName.Length;
            }

            from++;
        }
    }
}

/// <summary>The load cannot go on: what it would measure is not what it is meant to.</summary>
public sealed class LoadException : Exception
{
    public LoadException()
    {
    }

    public LoadException(string message)
        : base(message)
    {
    }

    public LoadException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
