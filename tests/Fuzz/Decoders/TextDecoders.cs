using System.Text;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Frames;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Formats.Printed;
using IdentityPlatform.Formats.SdJwt;
using IdentityPlatform.Formats.Status;
using IdentityPlatform.Verifier.Presentation;

namespace IdentityPlatform.Fuzz.Decoders;

/// <summary>Decoders of texts: tokens, disclosures, printed codes.</summary>
internal static class TextDecoders
{
    public static IEnumerable<Decoder> All =>
    [
        Text([typeof(Base64UrlText)], "base64url", ["", "AA", "AAE", "AAEC", "-_-_"], text => !Base64UrlText.TryDecode(text, out var bytes) ? null : Base64UrlText.Encode(bytes)),
        Text([typeof(Base45Text)], "base45", [.. Seeds.PrintedCodes.Select(code => code[PrintedCode.Prefix.Length..])], text => !Base45Text.TryDecode(text, out var bytes) ? null : Base45Text.Encode(bytes)),
        Text([typeof(SignedJwt)], "signed jwt", [.. Seeds.Jwts, .. Seeds.IssuerJwts], ReadJwt),
        Text([typeof(SignedSdJwt), typeof(HeldSdJwt)], "sd-jwt", Seeds.SdJwts, ReadSdJwt),
        Text([typeof(Disclosure)], "disclosure", Seeds.Disclosures, text => Disclosure.Parse(text).Succeeded(out var disclosure, out _) ? disclosure.Encoded : null),
        Taken([typeof(DpopProof)], "dpop proof", Seeds.DpopProofs, ReadDpopProof),
        Taken([typeof(Jwe)], "encrypted jwt", Seeds.EncryptedJwts, ReadEncrypted, maxAllocated: 4 * Jwe.DefaultMaxBytes),
        Text([typeof(StatusListToken)], "status list token", Seeds.StatusListTokens, text => StatusListToken.Parse(text).Succeeded(out var token, out _) ? token.Jwt.Compact() : null, maxAllocated: 4 * StatusList.DefaultMaxBytes),
        Text([typeof(Frame)], "frame", [.. Frame.Split(Seeds.Message(700)).Concat(Frame.Split(Seeds.Message(5), 1)).Select(frame => frame.ToText())], text => Frame.Parse(text).Succeeded(out var frame, out _) ? frame.ToText() : null),
        new([typeof(PackedToken)], "packed token", [.. Seeds.Jwts.Concat(Seeds.EncryptedJwts).Select(PackedToken.Pack)], ReadPackedToken),
        Text([typeof(TransactionData)], "transaction data", Seeds.TransactionDatas, text => TransactionData.Parse(text).Succeeded(out var data, out _) ? data.Encoded : null),
        Taken([typeof(PrintedCode)], "printed code", Seeds.PrintedCodes, ReadPrintedCode),
    ];

    // What holds no way back to its text: taken or refused.
    private static Decoder Taken(Type[] types, string name, IReadOnlyList<string> seeds, Func<string, bool> decode, long? maxAllocated = null) =>
        Text(types, name, seeds, text => decode(text) ? text : null, maxAllocated);

    // Null is a refusal; else what was accepted, encoded again.
    private static Decoder Text(Type[] types, string name, IReadOnlyList<string> seeds, Func<string, string?> decode, long? maxAllocated = null)
    {
        Outcome Decode(byte[] input)
        {
            var text = Encoding.Latin1.GetString(input);
            var again = decode(text);
            return again is null ? Outcome.Refused : again == text ? Outcome.Accepted : Outcome.Changed;
        }

        byte[][] bytes = [.. seeds.Select(Encoding.Latin1.GetBytes)];
        return maxAllocated is { } max ? new(types, name, bytes, Decode, max) : new(types, name, bytes, Decode);
    }

    private static string? ReadJwt(string text)
    {
        if (SignedJwt.Parse(text).Failed(out _, out var jwt))
        {
            return null;
        }

        _ = jwt.Verify(Seeds.VerificationKey, jwt.Type, JwsAlgorithm.ES256);
        JsonDecoders.ReadAll(jwt.Header);
        JsonDecoders.ReadAll(jwt.UnverifiedClaims);
        return jwt.Compact();
    }

    private static string? ReadSdJwt(string text)
    {
        if (SignedSdJwt.Parse(text).Failed(out _, out var sdJwt))
        {
            return null;
        }

        _ = sdJwt.Process(sdJwt.IssuerJwt.UnverifiedClaims);
        _ = sdJwt.ExpectedSdHash(sdJwt.IssuerJwt.UnverifiedClaims);
        if (HeldSdJwt.Parse(text).Succeeded(out var held, out _))
        {
            _ = held.Present(held.Disclosable);
        }

        return sdJwt.Compact();
    }

    private static bool ReadDpopProof(string text)
    {
        if (DpopProof.Parse(text).Failed(out _, out var proof))
        {
            return false;
        }

        _ = proof.IsFor(proof.Htm, proof.Htu);
        return true;
    }

    private static bool ReadEncrypted(string text)
    {
        _ = Jwe.KeyIdOf(text);
        return Jwe.Decrypt(text, Seeds.AgreementKey, maxInflated: Jwe.DefaultMaxBytes).Succeeded(out _, out _);
    }

    private static Outcome ReadPackedToken(byte[] message) => PackedToken.Parse(message).Failed(out _, out var token)
        ? Outcome.Refused
        : PackedToken.Pack(token).AsSpan().SequenceEqual(message) ? Outcome.Accepted : Outcome.Changed;

    private static bool ReadPrintedCode(string text)
    {
        if (PrintedCode.Parse(text).Failed(out _, out var code))
        {
            return false;
        }

        _ = code.Verify(Seeds.VerificationKey, JwsAlgorithm.ES256);
        CborDecoders.ReadCertificates(code.Message);
        return true;
    }
}
