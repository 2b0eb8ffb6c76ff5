namespace IdentityPlatform.Formats.Status;

/// <summary>
/// One compressed stream, for a reader that forgives what stands behind it. The last byte comes alone: a reader that ends without
/// having asked for it has found an end before the end.
/// </summary>
internal sealed class CompressedBytes(ArraySegment<byte> bytes) : MemoryStream(bytes.Array!, bytes.Offset, bytes.Count)
{
    /// <summary>True when the last byte was asked for.</summary>
    public bool IsReadToItsEnd => Position == Length;

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count)
    {
        var left = (int)(Length - Position);
        return base.Read(buffer, offset, Math.Min(count, left > 1 ? left - 1 : left));
    }
}
