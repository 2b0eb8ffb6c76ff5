using System.Formats.Cbor;
using System.Globalization;

namespace IdentityPlatform.Formats.Cose;

/// <summary>The tags of COSE and mdoc, and the two date types that they stand for.</summary>
internal static class CborTags
{
    /// <summary>RFC 8949 §3.4.1 date and time as text.</summary>
    public const ulong Time = 0;

    /// <summary>RFC 9052 §2 COSE_Mac0.</summary>
    public const ulong Mac0 = 17;

    /// <summary>RFC 9052 §2 COSE_Sign1.</summary>
    public const ulong Sign1 = 18;

    /// <summary>RFC 8949 §3.4.5.1 CBOR in a byte string.</summary>
    public const ulong Encoded = 24;

    /// <summary>RFC 8943 §1 day as text.</summary>
    public const ulong FullDate = 1004;

    // ISO/IEC 18013-5 §7.1: no fraction of seconds, and no offset from UTC.
    public const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss'Z'";

    public static void Write(CborWriter writer, DateTimeOffset time)
    {
        writer.WriteTag((CborTag)Time);
        writer.WriteTextString(time.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture));
    }

    public static void Write(CborWriter writer, DateOnly day)
    {
        writer.WriteTag((CborTag)FullDate);
        writer.WriteTextString(day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
    }
}
