using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Jose;

namespace IdentityPlatform.Hosting.Keys;

/// <summary>A key that was just made, in memory or in a token.</summary>
internal sealed class NewKey : IDisposable
{
    private readonly AsymmetricAlgorithm _key;
    private readonly JwsAlgorithm _algorithm;

    private NewKey(AsymmetricAlgorithm key, JwsAlgorithm algorithm, string keyId, JsonNode json, Pkcs11Uri? uri) =>
        (_key, _algorithm, KeyId, Json, Uri) = (key, algorithm, keyId, json, uri);

    /// <summary>The RFC 7638 thumbprint.</summary>
    public string KeyId { get; }

    /// <summary>The <c>jwk</c> of the key file: with the private half, or of a token's key the public one alone.</summary>
    public JsonNode Json { get; }

    /// <summary>Where in a token it is, or null.</summary>
    public Pkcs11Uri? Uri { get; }

    /// <summary>Makes a key.</summary>
    /// <param name="kind">Its algorithm and place.</param>
    /// <param name="label">How the label of a key in a token begins.</param>
    /// <param name="module">Leads to tokens.</param>
    public static NewKey Make(KeyKind kind, string label, Pkcs11Module? module)
    {
        if (kind.Token is not null)
        {
            return InToken(kind, label, module ?? throw new KeyDirectoryException("A key is made in a token with Keys:Pkcs11:Module and Keys:Pkcs11:Pin only."));
        }

        if (kind.Algorithm.Curve() is not { } curve)
        {
            var rsa = RSA.Create(kind.RsaBits);
            var id = Jwk.Of(rsa).ThumbprintText();
            return new(rsa, kind.Algorithm, id, Node(JsonText.Write(writer => PrivateJwk.Write(writer, rsa, kind.Algorithm, id))), null);
        }

        var ecdsa = ECDsa.Create(curve switch
        {
            "P-256" => ECCurve.NamedCurves.nistP256,
            "P-384" => ECCurve.NamedCurves.nistP384,
            _ => ECCurve.NamedCurves.nistP521,
        });
        var keyId = Jwk.Of(ecdsa).ThumbprintText();
        return new(ecdsa, kind.Algorithm, keyId, Node(JsonText.Write(writer => PrivateJwk.Write(writer, ecdsa, keyId))), null);
    }

    /// <summary>The request that an authority signs, in PEM.</summary>
    public string CertificateRequest(string subject)
    {
        var request = _key is RSA rsa
            ? new CertificateRequest(subject, rsa, _algorithm.Hash(), _algorithm == JwsAlgorithm.PS256 ? RSASignaturePadding.Pss : RSASignaturePadding.Pkcs1)
            : new CertificateRequest(subject, (ECDsa)_key, _algorithm.Hash());
        return request.CreateSigningRequestPem();
    }

    public void Dispose() => _key.Dispose();

    private static NewKey InToken(KeyKind kind, string label, Pkcs11Module module)
    {
        var (uri, publicKey) = new Pkcs11Tool(module).Create(kind, $"{label}-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))}");
        return new(module.OpenKey(uri, kind.Algorithm), kind.Algorithm, publicKey.KeyId!, JsonNode.Parse(publicKey.ToJson())!, uri);
    }

    private static JsonNode Node(byte[] json) => JsonNode.Parse(json)!;
}
