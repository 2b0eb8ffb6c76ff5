using System.Security.Cryptography;

namespace IdentityPlatform.Formats.Tests;

/// <summary>What a key that signs says of itself, and what becomes of the framework's key that it took over.</summary>
public sealed class SigningKeyTests
{
    [Fact]
    public void A_key_has_the_id_it_was_given_else_its_thumbprint()
    {
        using var ecdsa = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var rsa = TestKeys.Rsa();
        Assert.Equal("one", SigningKey.From(ecdsa, "one").KeyId);
        Assert.Equal(Jwk.Of(ecdsa).ThumbprintText(), SigningKey.From(ecdsa).KeyId);
        Assert.Equal("two", SigningKey.From(rsa, JwsAlgorithm.RS256, "two").KeyId);
        Assert.Equal(Jwk.Of(rsa).ThumbprintText(), SigningKey.From(rsa, JwsAlgorithm.PS256).KeyId);
    }

    [Fact]
    public void A_key_has_the_chain_it_was_given_else_none()
    {
        using var ecdsa = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var rsa = TestKeys.Rsa();
        byte[][] chain = [[1, 2], [3]];
        Assert.Equal(chain, SigningKey.From(ecdsa, "k", chain).CertificateChain);
        Assert.Empty(SigningKey.From(ecdsa).CertificateChain);
        Assert.Equal(chain, SigningKey.From(rsa, JwsAlgorithm.PS256, "k", chain).CertificateChain);
        Assert.Empty(SigningKey.From(rsa, JwsAlgorithm.PS256).CertificateChain);
    }

    [Theory]
    [InlineData(JwsAlgorithm.ES256, false)]
    [InlineData(JwsAlgorithm.ES384, false)]
    [InlineData(JwsAlgorithm.ES512, false)]
    [InlineData(JwsAlgorithm.PS256, true)]
    [InlineData(JwsAlgorithm.RS256, true)]
    public void An_rsa_key_takes_the_algorithms_of_rsa_alone(JwsAlgorithm algorithm, bool accepted)
    {
        using var rsa = TestKeys.Rsa();
        if (accepted)
        {
            Assert.Equal((algorithm, algorithm.Name()), (SigningKey.From(rsa, algorithm).Algorithm, SigningKey.From(rsa, algorithm).PublicKey.Algorithm));
        }
        else
        {
            Assert.Throws<ArgumentException>(nameof(algorithm), () => SigningKey.From(rsa, algorithm));
        }
    }

    [Theory]
    [InlineData("P-256", JwsAlgorithm.ES256)]
    [InlineData("P-384", JwsAlgorithm.ES384)]
    [InlineData("P-521", JwsAlgorithm.ES512)]
    [InlineData("secp256k1", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    public void A_curve_tells_its_algorithm(string? curve, JwsAlgorithm? algorithm) => Assert.Equal(algorithm, JwsAlgorithms.OfCurve(curve));

    [Fact]
    public void Algorithms_are_named_in_their_order() =>
        Assert.Equal(["RS256", "ES256"], new[] { JwsAlgorithm.RS256, JwsAlgorithm.ES256 }.Names());

    [Fact]
    public void The_keys_it_took_over_end_with_it()
    {
        var (ecdsa, rsa) = (ECDsa.Create(ECCurve.NamedCurves.nistP256), TestKeys.Rsa());
        var (one, other) = (SigningKey.From(ecdsa), SigningKey.From(rsa, JwsAlgorithm.PS256));
        Assert.Equal((64, 256), (one.Sign([1]).Length, other.Sign([1]).Length));
        one.Dispose();
        other.Dispose();
        Assert.Throws<ObjectDisposedException>(() => ecdsa.SignHash(new byte[32]));
        Assert.Throws<ObjectDisposedException>(() => rsa.SignHash(new byte[32], HashAlgorithmName.SHA256, RSASignaturePadding.Pss));
    }

    [Fact]
    public void A_key_without_its_private_part_signs_nothing()
    {
        using var ecdsa = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var whole = SigningKey.InMemory(ecdsa.ExportParameters(includePrivateParameters: true), "k", null);
        using var half = SigningKey.InMemory(ecdsa.ExportParameters(includePrivateParameters: false), "k", null);
        Assert.True(TestKeys.Public(whole).Verify(JwsAlgorithm.ES256, [1], whole.Sign([1])));
        Assert.ThrowsAny<CryptographicException>(() => half.Sign([1]));
    }

    [Fact]
    public void A_key_whose_signature_finds_no_room_gives_no_empty_one()
    {
        using var rsa = TestKeys.Rsa();
        using var key = SigningKey.From(new Roomless(rsa), JwsAlgorithm.PS256);
        Assert.Throws<CryptographicException>(() => key.Sign([1]));
    }

    // A key as in a token: what it answers is for the token to say.
    private sealed class Roomless(RSA key) : RSA
    {
        public override RSAParameters ExportParameters(bool includePrivateParameters) => key.ExportParameters(includePrivateParameters);

        public override void ImportParameters(RSAParameters parameters) => throw new NotSupportedException();

        public override bool TrySignHash(ReadOnlySpan<byte> hash, Span<byte> destination, HashAlgorithmName hashAlgorithm, RSASignaturePadding padding, out int bytesWritten)
        {
            bytesWritten = 0;
            return false;
        }
    }
}
