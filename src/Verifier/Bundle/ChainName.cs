using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Cose;

namespace IdentityPlatform.Verifier.Bundle;

/// <summary>Which certificate chain is asked about, and what for: the SHA-256 of the chain as it was received, without reading it.</summary>
internal readonly record struct ChainName
{
    private ChainName(ReadOnlySpan<byte> chain, bool isCose, AnchorRole role, string? type)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(chain, hash);
        (Hash, Rest) = (BinaryPrimitives.ReadUInt128LittleEndian(hash), BinaryPrimitives.ReadUInt128LittleEndian(hash[16..]));
        (IsCose, Role, Type) = (isCose, role, type);
    }

    private UInt128 Hash { get; }

    private UInt128 Rest { get; }

    private bool IsCose { get; }

    private AnchorRole Role { get; }

    private string? Type { get; }

    // Over the decoded strings, so that one chain has one name however its JSON is spelled.
    public static ChainName Of(JsonElement header, AnchorRole role, string? type)
    {
        if (header.ArrayMember("x5c") is not { } chain)
        {
            return new([], false, role, type);
        }

        // No text is longer than its spelling.
        var bytes = ArrayPool<byte>.Shared.Rent(JsonMarshal.GetRawUtf8Value(chain).Length + chain.GetArrayLength());
        var length = 0;
        foreach (var item in chain.EnumerateArray())
        {
            length += WriteText(item, bytes.AsSpan(length));
            bytes[length++] = 0;
        }

        var name = new ChainName(bytes.AsSpan(0, length), false, role, type);
        ArrayPool<byte>.Shared.Return(bytes);
        return name;
    }

    public static ChainName Of(CoseSign1 message, AnchorRole role, string? type)
    {
        if (message.RawCertificates() is not { } chain)
        {
            return new([], true, role, type);
        }

        if (chain is [var alone])
        {
            return new(alone.Span, true, role, type);
        }

        byte[] all = [.. chain.SelectMany(certificate => certificate.ToArray())];
        return new(all, true, role, type);
    }

    // What is no string is no certificate, and whoever reads the chain says so: nothing of it is remembered.
    private static int WriteText(JsonElement item, Span<byte> bytes)
    {
        var raw = JsonMarshal.GetRawUtf8Value(item);
        if (item.ValueKind == JsonValueKind.String && !raw.Contains((byte)'\\'))
        {
            raw = raw[1..^1];
        }
        else if (item.ValueKind == JsonValueKind.String)
        {
            return Encoding.UTF8.GetBytes(item.GetString()!, bytes);
        }

        raw.CopyTo(bytes);
        return raw.Length;
    }
}
