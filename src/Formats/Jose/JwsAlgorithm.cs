using System.Security.Cryptography;

namespace IdentityPlatform.Formats.Jose;

/// <summary>The signature algorithms of the platform (RFC 7518 §3.1). Others, <c>none</c> and every MAC among them, do not parse.</summary>
public enum JwsAlgorithm
{
    /// <summary>ECDSA on P-256 with SHA-256: the default.</summary>
    ES256,

    /// <summary>ECDSA on P-384 with SHA-384.</summary>
    ES384,

    /// <summary>ECDSA on P-521 with SHA-512.</summary>
    ES512,

    /// <summary>RSASSA-PSS with SHA-256.</summary>
    PS256,

    /// <summary>RSASSA-PKCS1-v1_5 with SHA-256: only where OpenID Connect Core asks for it.</summary>
    RS256,
}

/// <summary>Names and properties of <see cref="JwsAlgorithm"/>.</summary>
public static class JwsAlgorithms
{
    /// <summary>The algorithm of a JOSE <c>alg</c> value, or null.</summary>
    public static JwsAlgorithm? Find(string? name) => name switch
    {
        "ES256" => JwsAlgorithm.ES256,
        "ES384" => JwsAlgorithm.ES384,
        "ES512" => JwsAlgorithm.ES512,
        "PS256" => JwsAlgorithm.PS256,
        "RS256" => JwsAlgorithm.RS256,
        _ => null,
    };

    /// <summary>The JOSE name.</summary>
    public static string Name(this JwsAlgorithm algorithm) => algorithm.ToString();

    /// <summary>The JOSE names, in the same order.</summary>
    // No query: one over an enum is compiled at every start. No iterator: it asks its environment on which thread it runs.
    public static IEnumerable<string> Names(this IEnumerable<JwsAlgorithm> algorithms)
    {
        var names = new List<string>();
        foreach (var algorithm in algorithms)
        {
            names.Add(algorithm.Name());
        }

        return names;
    }

    /// <summary>The hash under the signature.</summary>
    public static HashAlgorithmName Hash(this JwsAlgorithm algorithm) => algorithm switch
    {
        JwsAlgorithm.ES384 => HashAlgorithmName.SHA384,
        JwsAlgorithm.ES512 => HashAlgorithmName.SHA512,
        JwsAlgorithm.ES256 or JwsAlgorithm.PS256 or JwsAlgorithm.RS256 => HashAlgorithmName.SHA256,
        _ => throw new ArgumentOutOfRangeException(nameof(algorithm)),
    };

    /// <summary>The curve of the key (RFC 7518 §6.2.1.1), or null for RSA.</summary>
    public static string? Curve(this JwsAlgorithm algorithm) => algorithm switch
    {
        JwsAlgorithm.ES256 => "P-256",
        JwsAlgorithm.ES384 => "P-384",
        JwsAlgorithm.ES512 => "P-521",
        JwsAlgorithm.PS256 or JwsAlgorithm.RS256 => null,
        _ => throw new ArgumentOutOfRangeException(nameof(algorithm)),
    };

    /// <summary>The algorithm of a key on this curve, or null: an RSA key does not tell it by itself.</summary>
    public static JwsAlgorithm? OfCurve(string? curve) => curve switch
    {
        "P-256" => JwsAlgorithm.ES256,
        "P-384" => JwsAlgorithm.ES384,
        "P-521" => JwsAlgorithm.ES512,
        _ => null,
    };
}
