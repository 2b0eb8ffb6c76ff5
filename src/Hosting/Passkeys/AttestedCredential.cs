using System.Buffers.Binary;
using IdentityPlatform.Formats;

namespace IdentityPlatform.Hosting.Passkeys;

/// <summary>A new credential inside authenticator data (WebAuthn §6.5.1).</summary>
internal sealed class AttestedCredential
{
    private AttestedCredential(Guid aaguid, byte[] id, int length) => (Aaguid, Id, Length) = (aaguid, id, length);

    /// <summary>The model of the authenticator.</summary>
    public Guid Aaguid { get; }

    public byte[] Id { get; }

    /// <summary>How many bytes it takes, its key included.</summary>
    public int Length { get; }

    /// <summary>Reads the credential at the beginning of <paramref name="bytes"/>.</summary>
    public static Parsed<AttestedCredential> ParseFirst(ReadOnlyMemory<byte> bytes)
    {
        var cutOff = new FormatFailure(FormatRule.Structure, "the attested credential is cut off or has no CBOR key");
        if (bytes.Length < 18)
        {
            return cutOff;
        }

        // WebAuthn §7.1 step 25: 1023 bytes at most.
        var idLength = BinaryPrimitives.ReadUInt16BigEndian(bytes.Span[16..]);
        if (idLength is 0 or > 1023 || bytes.Length < 18 + idLength)
        {
            return cutOff;
        }

        var keyLength = CborMap.LengthOfFirst(bytes[(18 + idLength)..]);
        return keyLength > 0
            ? new AttestedCredential(new Guid(bytes.Span[..16], bigEndian: true), bytes.Slice(18, idLength).ToArray(), 18 + idLength + keyLength)
            : cutOff;
    }
}
