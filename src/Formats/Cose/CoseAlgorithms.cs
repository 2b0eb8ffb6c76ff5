using IdentityPlatform.Formats.Jose;

namespace IdentityPlatform.Formats.Cose;

/// <summary>The numbers of signature algorithms in COSE (RFC 9053 §2.1; fully specified ones RFC 9864 §2.1).</summary>
public static class CoseAlgorithms
{
    /// <summary>The numbers that are taken: plain and fully specified, the default first.</summary>
    public static IReadOnlyList<int> Known { get; } = [-7, -9, -35, -51, -36, -52];

    /// <summary>The algorithm of a COSE number, or null. The plain and the fully specified number of a curve mean the same: each is used with its own curve alone.</summary>
    public static JwsAlgorithm? Find(long? number) => number switch
    {
        -7 or -9 => JwsAlgorithm.ES256,
        -35 or -51 => JwsAlgorithm.ES384,
        -36 or -52 => JwsAlgorithm.ES512,
        _ => null,
    };

    /// <summary>The plain COSE number: -7, -35 or -36.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The algorithm is one of RSA's, which these formats do not use.</exception>
    public static int CoseNumber(this JwsAlgorithm algorithm) => algorithm switch
    {
        JwsAlgorithm.ES256 => -7,
        JwsAlgorithm.ES384 => -35,
        JwsAlgorithm.ES512 => -36,
        JwsAlgorithm.PS256 or JwsAlgorithm.RS256 => throw new ArgumentOutOfRangeException(nameof(algorithm)),
        _ => throw new ArgumentOutOfRangeException(nameof(algorithm)),
    };
}
