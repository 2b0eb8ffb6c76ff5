using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;

namespace IdentityPlatform.Conformance.Harness.Issuance;

/// <summary>Chains as HAIP §6.1.1 wants them.</summary>
internal static class Certificates
{
    /// <summary>The key of the leaf of <c>x5c</c>: no certificate is self-signed, none is the anchor, and they lead to it.</summary>
    public static JsonArray KeysOf(JsonObject header, X509Certificate2 root) =>
        KeysOf([.. header["x5c"]!.AsArray().Select(text => X509CertificateLoader.LoadCertificate(Convert.FromBase64String((string)text!)))], root);

    public static JsonArray KeysOf(IReadOnlyList<X509Certificate2> certificates, X509Certificate2 root)
    {
        Assert.NotEmpty(certificates);
        Assert.All(certificates, certificate =>
        {
            Assert.NotEqual(certificate.SubjectName.RawData, certificate.IssuerName.RawData);
            Assert.NotEqual(root.RawData, certificate.RawData);
        });
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(root);
        chain.ChainPolicy.ExtraStore.AddRange(certificates.Skip(1).ToArray());
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        Assert.True(chain.Build(certificates[0]), "the chain does not lead to the anchor");
        using var key = certificates[0].GetECDsaPublicKey()!;
        var point = key.ExportParameters(false).Q;
        return new(new JsonObject { ["kty"] = "EC", ["crv"] = "P-256", ["x"] = SuiteKey.Text(point.X!), ["y"] = SuiteKey.Text(point.Y!) });
    }
}
