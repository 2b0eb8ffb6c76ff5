using System.Numerics;
using System.Security.Cryptography;
using System.Text;

namespace IdentityPlatform.Formats.Tests;

/// <summary>A signature is valid under its own algorithm, data and key, and under nothing else.</summary>
public sealed class VerificationKeyTests
{
    private static readonly byte[] Data = [1, 2, 3];

    [Theory]
    [InlineData(JwsAlgorithm.PS256, JwsAlgorithm.RS256)]
    [InlineData(JwsAlgorithm.RS256, JwsAlgorithm.PS256)]
    public void An_rsa_signature_verifies_with_its_own_padding_and_data_alone(JwsAlgorithm algorithm, JwsAlgorithm other)
    {
        using var rsa = TestKeys.Rsa();
        var signature = SigningKey.From(rsa, algorithm).Sign(Data);
        using var key = VerificationKey.Import(Jwk.Of(rsa)).OrThrow();
        Assert.True(key.Verify(algorithm, Data, signature));
        Assert.False(key.Verify(other, Data, signature));
        Assert.False(key.Verify(algorithm, [1, 2, 4], signature));
        Assert.False(key.Verify(algorithm, Data, new byte[signature.Length]));
        Assert.False(key.Verify(algorithm, Data, []));
        Assert.False(key.Verify(JwsAlgorithm.ES256, Data, signature));
    }

    // RFC 7518 §3.4: each algorithm has its own curve; a signature of P-256 with SHA-384 is none of them.
    [Fact]
    public void An_ec_signature_verifies_with_the_hash_of_its_curve_alone()
    {
        using var ecdsa = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var key = VerificationKey.Import(Jwk.Of(ecdsa)).OrThrow();
        Assert.True(key.Verify(JwsAlgorithm.ES256, Data, ecdsa.SignData(Data, HashAlgorithmName.SHA256)));
        Assert.False(key.Verify(JwsAlgorithm.ES384, Data, ecdsa.SignData(Data, HashAlgorithmName.SHA384)));
        Assert.False(key.Verify(JwsAlgorithm.ES512, Data, ecdsa.SignData(Data, HashAlgorithmName.SHA512)));
        Assert.False(key.Verify(JwsAlgorithm.PS256, Data, ecdsa.SignData(Data, HashAlgorithmName.SHA256)));
    }

    [Fact]
    public void A_key_that_was_disposed_verifies_nothing()
    {
        using var ecdsa = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var rsa = TestKeys.Rsa();
        Ends(VerificationKey.Import(Jwk.Of(ecdsa)).OrThrow(), JwsAlgorithm.ES256, ecdsa.SignData(Data, HashAlgorithmName.SHA256));
        Ends(VerificationKey.Import(Jwk.Of(rsa)).OrThrow(), JwsAlgorithm.PS256, rsa.SignData(Data, HashAlgorithmName.SHA256, RSASignaturePadding.Pss));

        static void Ends(VerificationKey key, JwsAlgorithm algorithm, byte[] signature)
        {
            Assert.True(key.Verify(algorithm, Data, signature));
            key.Dispose();
            Assert.Throws<ObjectDisposedException>(() => key.Verify(algorithm, Data, signature));
        }
    }

    [Fact]
    public void The_largest_key_there_may_be_verifies_a_jwt()
    {
        using var key = VerificationKey.Import(Jwk.Parse(TestKeys.Json(
            $$"""{"kty":"RSA","n":"{{Base64UrlText.Encode(Largest.ToByteArray(isUnsigned: true, isBigEndian: true))}}","e":"AQAB"}""")).OrThrow()).OrThrow();
        Assert.Equal(8192, key.Jwk.ModulusBits);
        var input = $"{TestKeys.Encode("""{"alg":"RS256"}""")}.{TestKeys.Encode("{}")}";
        var signature = SignedByTheLargest(Encoding.ASCII.GetBytes(input));
        Assert.Equal(1024, signature.Length);
        Expect.Accepted(Verified(signature));
        Expect.Refused(FormatRule.Signature, Verified([.. signature[..^1], (byte)(signature[^1] ^ 1)]));
        Expect.Refused(FormatRule.Signature, Verified([.. signature, 0]));

        Parsed<VerifiedJwt> Verified(byte[] bytes) =>
            SignedJwt.Parse($"{input}.{Base64UrlText.Encode(bytes)}").OrThrow().Verify(key, null, JwsAlgorithm.RS256);
    }

    // Of Mersenne primes, which are known, and quicker than two that would have to be found.
    private static readonly BigInteger[] Primes = [.. new[] { 31, 521, 3217, 4423 }.Select(exponent => BigInteger.Pow(2, exponent) - 1)];

    private static BigInteger Largest => Primes.Aggregate(BigInteger.Multiply);

    // RFC 8017 §8.2.1 and §9.2, with the private exponent taken modulo each prime (§5.1.2).
    private static byte[] SignedByTheLargest(byte[] data)
    {
        byte[] info = [0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20, .. SHA256.HashData(data)];
        byte[] padded = [0x00, 0x01, .. Enumerable.Repeat((byte)0xFF, 1024 - 3 - info.Length), 0x00, .. info];
        var message = new BigInteger(padded, isUnsigned: true, isBigEndian: true);
        var (signature, product) = (BigInteger.Zero, BigInteger.One);
        foreach (var prime in Primes)
        {
            var root = BigInteger.ModPow(message, Inverse(65537, prime - 1), prime);
            signature += product * ((root - signature) * Inverse(product, prime) % prime);
            product *= prime;
        }

        signature = ((signature % product) + product) % product;
        var bytes = new byte[1024];
        var written = signature.ToByteArray(isUnsigned: true, isBigEndian: true);
        written.CopyTo(bytes, bytes.Length - written.Length);
        return bytes;
    }

    private static BigInteger Inverse(BigInteger value, BigInteger modulus)
    {
        var (last, next, lastFactor, factor) = (modulus, value % modulus, BigInteger.Zero, BigInteger.One);
        while (!next.IsOne)
        {
            var quotient = last / next;
            (last, next, lastFactor, factor) = (next, last - (quotient * next), factor, lastFactor - (quotient * factor));
        }

        return ((factor % modulus) + modulus) % modulus;
    }
}
