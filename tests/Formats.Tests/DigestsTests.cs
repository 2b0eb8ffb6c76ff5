using System.Security.Cryptography;

namespace IdentityPlatform.Formats.Tests;

/// <summary>Digests that OpenSSL makes directly, held against the framework's.</summary>
public sealed class DigestsTests
{
    [Fact]
    public void A_digest_is_the_frameworks_for_every_length()
    {
        Span<byte> digest = stackalloc byte[SHA512.HashSizeInBytes];
        foreach (var length in Enumerable.Range(0, 300).Append(100_000))
        {
            var data = Bytes(length);
            foreach (var algorithm in (HashAlgorithmName[])[HashAlgorithmName.SHA256, HashAlgorithmName.SHA384, HashAlgorithmName.SHA512])
            {
                Assert.Equal(CryptographicOperations.HashData(algorithm, data), digest[..Digests.Hash(algorithm, data, digest)]);
            }
        }
    }

    [Fact]
    public void A_digest_never_goes_beyond_its_place()
    {
        Assert.Throws<ArgumentException>(() => Digests.Sha256([1], new byte[31]));
        var exact = new byte[32];
        Assert.Equal(32, Digests.Sha256([1], exact));
        Assert.Equal(SHA256.HashData([1]), exact);
    }

    [Fact]
    public void Many_threads_hash_at_once() => Parallel.For(0, 4000, i =>
    {
        var (data, digest) = (Bytes(i % 200), new byte[32]);
        Digests.Sha256(data, digest);
        Assert.Equal(SHA256.HashData(data), digest);
    });

    private static byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        TestKeys.Seeded(count)(bytes);
        return bytes;
    }
}
