using IdentityPlatform.Formats.Cose;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Formats.Mdoc;
using IdentityPlatform.Formats.Status;
using IdentityPlatform.Formats.Trust;

namespace IdentityPlatform.Fuzz.Decoders;

/// <summary>Decoders of CBOR: messages, keys, mdocs, lists.</summary>
internal static class CborDecoders
{
    private static readonly SessionTranscript Transcript = SessionTranscript.ForDcApi("https://verifier.example", "nonce", null);

    public static IEnumerable<Decoder> All =>
    [
        new([typeof(StrictCbor)], "cbor", Seeds.Cbors, input => StrictCbor.Parse(input).Failed(out _, out var value) ? Outcome.Refused : IsWhole(value, input) ? Outcome.Accepted : Outcome.Changed),
        Cbor([typeof(CoseKey)], "cose key", Seeds.CoseKeys, value => CoseKey.Parse(value).Succeeded(out _, out _)),
        Bytes([typeof(CoseSign1), typeof(X5c)], "cose signature", Seeds.CoseSign1s, ReadSign1),
        Cbor([typeof(CoseMac0)], "cose mac", Seeds.CoseMac0s, value => CoseMac0.Parse(value).Succeeded(out var mac, out _) && mac.Verify(new byte[32], default) is var _),
        Bytes([typeof(MobileSecurityObject)], "security object", Seeds.SecurityObjects, bytes => MobileSecurityObject.Parse(bytes).Succeeded(out _, out _)),
        Bytes([typeof(IssuerSigned), typeof(HeldMdoc)], "issuer signed", Seeds.IssuerSigned, ReadIssuerSigned),
        Bytes([typeof(DeviceResponse)], "device response", Seeds.DeviceResponses, ReadDeviceResponse),
        Bytes([typeof(SessionTranscript)], "session transcript", Seeds.Transcripts, bytes => SessionTranscript.Parse(bytes).Succeeded(out _, out _)),
        Bytes([typeof(DeviceEngagement)], "device engagement", Seeds.Engagements, bytes => DeviceEngagement.Parse(bytes).Succeeded(out _, out _)),
        Bytes([typeof(NfcHandover), typeof(NfcHandoverRequest)], "nfc handover", Seeds.NfcHandovers, ReadHandover),
        Bytes([typeof(SessionMessage)], "session message", Seeds.SessionMessages, bytes => SessionMessage.Parse(bytes).Succeeded(out _, out _)),
        Bytes([typeof(DeviceRequest)], "device request", Seeds.DeviceRequests, ReadDeviceRequest),
        Bytes([typeof(CwtStatusListToken)], "status list token in cbor", Seeds.CwtStatusListTokens, bytes => CwtStatusListToken.Parse(bytes).Succeeded(out _, out _), 4 * StatusList.DefaultMaxBytes),
        Cbor([typeof(StatusList)], "status list in cbor", Seeds.CborStatusLists, value => StatusList.Parse(value).Succeeded(out var list, out _) && list[0] >= 0, 4 * StatusList.DefaultMaxBytes),
        Cbor([typeof(StatusReference)], "status reference in cbor", Seeds.CborStatusReferences, value => StatusReference.Parse(value).Succeeded(out _, out _)),
    ];

    /// <summary>Reads the certificates of a message.</summary>
    public static void ReadCertificates(CoseSign1 message)
    {
        if (message.Certificates().Succeeded(out var chain, out _))
        {
            chain.Dispose();
        }
    }

    // The parts of an item are its bytes: each once, in order, and nothing between them.
    private static bool IsWhole(CborValue value, ReadOnlyMemory<byte> bytes)
    {
        if (!value.Encoded.Span.SequenceEqual(bytes.Span))
        {
            return false;
        }

        var parts = value.Items ?? value.Members?.SelectMany(member => new[] { member.Key, member.Value }) ?? (value.Untagged() is { } inner ? [inner] : []);
        var list = parts.ToList();
        var start = bytes.Length - list.Sum(part => part.Encoded.Length);
        foreach (var part in list)
        {
            if (start < 1 || !IsWhole(part, bytes.Slice(start, part.Encoded.Length)))
            {
                return false;
            }

            start += part.Encoded.Length;
        }

        return true;
    }

    private static bool ReadSign1(byte[] bytes)
    {
        if (CoseSign1.Parse(bytes).Failed(out _, out var message))
        {
            return false;
        }

        _ = message.Verify(Seeds.VerificationKey, JwsAlgorithm.ES256);
        ReadCertificates(message);
        return true;
    }

    private static bool ReadIssuerSigned(byte[] input)
    {
        if (IssuerSigned.Parse(input).Failed(out _, out var signed))
        {
            return false;
        }

        ReadCertificates(signed.IssuerAuth);
        if (signed.Verify(Seeds.VerificationKey, JwsAlgorithm.ES256).Succeeded(out var verified, out _))
        {
            _ = verified.Elements();
        }

        return HeldMdoc.Parse(input).Succeeded(out _, out _);
    }

    private static bool ReadDeviceResponse(byte[] input)
    {
        if (DeviceResponse.Parse(input).Failed(out _, out var response))
        {
            return false;
        }

        foreach (var document in response.Documents)
        {
            _ = document.DeviceSigned.Verify(Seeds.VerificationKey, document.DocType, Transcript, JwsAlgorithm.ES256);
            _ = document.DeviceSigned.VerifyMac(new byte[32], document.DocType, Transcript);
        }

        return true;
    }

    // What is accepted is written anew and read to the same.
    private static bool ReadHandover(byte[] input)
    {
        if (NfcHandoverRequest.Parse(input).Succeeded(out var request, out _))
        {
            return NfcHandoverRequest.Create(1, request.Carriers).Carriers.Count == request.Carriers.Count;
        }

        return NfcHandover.Parse(input).Succeeded(out var met, out _) && NfcHandover.Create(met.Engagement, met.Carriers).Carriers.Count == met.Carriers.Count;
    }

    private static bool ReadDeviceRequest(byte[] input)
    {
        if (DeviceRequest.Parse(input).Failed(out _, out var request))
        {
            return false;
        }

        foreach (var document in request.Documents)
        {
            _ = document.VerifyReader(Seeds.VerificationKey, Transcript, JwsAlgorithm.ES256);
        }

        return true;
    }

    private static Decoder Cbor(Type[] types, string name, IReadOnlyList<byte[]> seeds, Func<CborValue, bool> decode, long? maxAllocated = null) =>
        Bytes(types, name, seeds, bytes => StrictCbor.Parse(bytes).Succeeded(out var value, out _) && decode(value), maxAllocated);

    private static Decoder Bytes(Type[] types, string name, IReadOnlyList<byte[]> seeds, Func<byte[], bool> decode, long? maxAllocated = null)
    {
        Outcome Decode(byte[] input) => decode(input) ? Outcome.Accepted : Outcome.Refused;
        return maxAllocated is { } max ? new(types, name, seeds, Decode, max) : new(types, name, seeds, Decode);
    }
}
