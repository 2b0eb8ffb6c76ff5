using System.Security.Cryptography;
using System.Text;
using IdentityPlatform.Formats.SdJwt;

namespace IdentityPlatform.Formats.Tests;

/// <summary>Fresh keys, and JWTs with any header and payload, valid signature included.</summary>
internal static class TestKeys
{
    public static readonly DateTimeOffset Now = new(2026, 6, 1, 12, 0, 0, TimeSpan.Zero);

    public static SigningKey Es256() => SigningKey.From(ECDsa.Create(ECCurve.NamedCurves.nistP256));

    private static readonly Lazy<RSAParameters> RsaParts = new(() =>
    {
        using var rsa = RSA.Create(2048);
        return rsa.ExportParameters(includePrivateParameters: true);
    });

    /// <summary>The same key each time, since a new one takes long to find; the caller may dispose of it.</summary>
    public static RSA Rsa() => RSA.Create(RsaParts.Value);

    public static string Sign(SigningKey key, string header, string payload)
    {
        var input = $"{Encode(header)}.{Encode(payload)}";
        return $"{input}.{Base64UrlText.Encode(key.Sign(Encoding.ASCII.GetBytes(input)))}";
    }

    public static string Encode(string text) => Base64UrlText.Encode(Encoding.UTF8.GetBytes(text));

    public static JsonElement Json(string text) => StrictJson.Parse(Encoding.UTF8.GetBytes(text)).OrThrow().Element;

    public static VerificationKey Public(SigningKey key) => VerificationKey.Import(key.PublicKey).OrThrow();

    /// <summary>Reproducible bytes: what a test hands in for randomness.</summary>
    public static FillRandom Seeded(int seed)
    {
        var counter = seed;
        return destination =>
        {
            for (var at = 0; at < destination.Length; at += 32)
            {
                SHA256.HashData(BitConverter.GetBytes(counter++)).AsSpan(0, Math.Min(32, destination.Length - at)).CopyTo(destination[at..]);
            }
        };
    }

    /// <summary>Process an SD-JWT payload, given as JSON, with disclosures.</summary>
    public static Parsed<DisclosedClaims> Process(string payload, params string[] disclosures)
    {
        using var key = Es256();
        var jwt = Sign(key, """{"alg":"ES256","typ":"dc+sd-jwt"}""", payload);
        var text = jwt + "~" + string.Concat(disclosures.Select(disclosure => disclosure + "~"));
        return SignedSdJwt.Parse(text).Failed(out var failure, out var sdJwt) ? failure : sdJwt.Process(sdJwt.IssuerJwt.UnverifiedClaims);
    }
}
