namespace IdentityPlatform.Benchmarks.Load;

/// <summary>What one connection does over and over: the requests of one unit of work, each made from the answer before.</summary>
internal abstract class Caller
{
    private readonly byte[] _request = new byte[16 * 1024];

    /// <summary>The first request of a unit.</summary>
    public abstract ReadOnlySpan<byte> Begin();

    /// <summary>The next request of the unit, or nothing when this answer ends it.</summary>
    /// <exception cref="LoadException">The answer is not the one that the scenario is about.</exception>
    public abstract ReadOnlySpan<byte> Continue(Response response);

    /// <summary>Fills parts into one request; the body's length goes in where it belongs.</summary>
    protected ReadOnlySpan<byte> Compose(ReadOnlySpan<byte> head, ReadOnlySpan<byte> body)
    {
        var at = Put(0, head);
        at = Put(at, "Content-Length: "u8);
        System.Buffers.Text.Utf8Formatter.TryFormat(body.Length, _request.AsSpan(at), out var digits);
        at = Put(at + digits, "\r\n\r\n"u8);
        return _request.AsSpan(0, Put(at, body));
    }

    protected static LoadException Unexpected(Response response) => new($"An answer is not the expected one:\n{response.ToString()}");

    private int Put(int at, ReadOnlySpan<byte> text)
    {
        text.CopyTo(_request.AsSpan(at));
        return at + text.Length;
    }
}
