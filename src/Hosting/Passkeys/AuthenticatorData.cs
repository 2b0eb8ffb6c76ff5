using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using IdentityPlatform.Formats;

namespace IdentityPlatform.Hosting.Passkeys;

/// <summary>What the authenticator signs (WebAuthn §6.1), parsed to its last byte.</summary>
internal sealed class AuthenticatorData
{
    private const int FixedLength = 37;
    private readonly byte[] _rpIdHash;
    private readonly byte _flags;

    private AuthenticatorData(ReadOnlySpan<byte> fixedPart, AttestedCredential? credential)
    {
        _rpIdHash = fixedPart[..32].ToArray();
        _flags = fixedPart[32];
        SignCount = BinaryPrimitives.ReadUInt32BigEndian(fixedPart[33..]);
        Credential = credential;
    }

    public bool UserPresent => Has(_flags, 0x01);

    public bool UserVerified => Has(_flags, 0x04);

    public uint SignCount { get; }

    /// <summary>The credential of a registration (WebAuthn §6.5.1), else null.</summary>
    public AttestedCredential? Credential { get; }

    public static Parsed<AuthenticatorData> Parse(ReadOnlyMemory<byte> bytes)
    {
        if (bytes.Length < FixedLength)
        {
            return new FormatFailure(FormatRule.Structure, "authenticator data is cut off");
        }

        var (flags, rest, credential) = (bytes.Span[32], bytes[FixedLength..], (AttestedCredential?)null);
        if (Has(flags, 0x40))
        {
            if (AttestedCredential.ParseFirst(rest).Failed(out var failure, out credential))
            {
                return failure;
            }

            rest = rest[credential.Length..];
        }

        // WebAuthn §6.1.3: what is backed up is eligible for it. §6.1: extensions are one CBOR map, and nothing follows.
        if ((Has(flags, 0x10) && !Has(flags, 0x08)) || (Has(flags, 0x80) ? CborMap.LengthOfFirst(rest) : 0) != rest.Length)
        {
            return new FormatFailure(FormatRule.Structure, "the flags of the authenticator data do not fit it");
        }

        return new AuthenticatorData(bytes.Span[..FixedLength], credential);
    }

    public bool IsFor(string rpId) => _rpIdHash.AsSpan().SequenceEqual(SHA256.HashData(Encoding.UTF8.GetBytes(rpId)));

    private static bool Has(byte flags, byte flag) => (flags & flag) != 0;
}
