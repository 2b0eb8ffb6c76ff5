using System.Formats.Cbor;

namespace IdentityPlatform.Hosting.Passkeys;

/// <summary>Reads the few CBOR maps of WebAuthn, in CTAP2's canonical form only (WebAuthn §2.4).</summary>
internal static class CborMap
{
    /// <summary>The length of the map at the beginning of <paramref name="bytes"/>, or -1 where there is none.</summary>
    public static int LengthOfFirst(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            var reader = new CborReader(bytes, CborConformanceMode.Ctap2Canonical, allowMultipleRootLevelValues: true);
            if (bytes.IsEmpty || reader.PeekState() != CborReaderState.StartMap)
            {
                return -1;
            }

            reader.SkipValue();
            return bytes.Length - reader.BytesRemaining;
        }
        catch (CborContentException)
        {
            return -1;
        }
    }

    /// <summary>Reads a map that is all of <paramref name="bytes"/>; false where it is no canonical map or <paramref name="readMember"/> meets another type.</summary>
    /// <param name="bytes">The encoded map.</param>
    /// <param name="readMember">Reads one key and its value.</param>
    public static bool TryRead(ReadOnlyMemory<byte> bytes, Action<CborReader> readMember)
    {
        try
        {
            var reader = new CborReader(bytes, CborConformanceMode.Ctap2Canonical);
            for (var members = reader.ReadStartMap() ?? 0; members > 0; members--)
            {
                readMember(reader);
            }

            reader.ReadEndMap();
            return reader.BytesRemaining == 0;
        }
        catch (Exception e) when (e is CborContentException or InvalidOperationException or OverflowException)
        {
            // The reader tells a value of another type by InvalidOperationException, a number too large by OverflowException.
            return false;
        }
    }
}
