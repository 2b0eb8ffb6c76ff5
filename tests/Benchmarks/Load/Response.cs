using System.Text;

namespace IdentityPlatform.Benchmarks.Load;

/// <summary>One HTTP/1.1 answer in the buffer of its connection; gone when the next request is sent.</summary>
internal readonly ref struct Response(int status, ReadOnlySpan<byte> head, ReadOnlySpan<byte> body)
{
    public int Status { get; } = status;

    public ReadOnlySpan<byte> Body { get; } = body;

    /// <summary>The status line and the header lines.</summary>
    public ReadOnlySpan<byte> Head { get; } = head;

    /// <summary>What stands between a mark, such as <c>"code="</c>, and the first of these ends; nothing where the mark is missing.</summary>
    public static ReadOnlySpan<byte> After(ReadOnlySpan<byte> text, ReadOnlySpan<byte> mark, ReadOnlySpan<byte> ends)
    {
        var start = text.IndexOf(mark);
        if (start < 0)
        {
            return default;
        }

        var rest = text[(start + mark.Length)..];
        var end = rest.IndexOfAny(ends);
        return end < 0 ? rest : rest[..end];
    }

    public override string ToString() => $"{Encoding.ASCII.GetString(Head)}\n\n{Encoding.UTF8.GetString(Body)}";
}
