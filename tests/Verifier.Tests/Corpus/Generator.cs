using System.Text;
using System.Text.Json.Nodes;
using IdentityPlatform.Verifier.Tests.Scenarios;

namespace IdentityPlatform.Verifier.Tests.Corpus;

/// <summary>Every case of the corpus, made from keys that are fixed.</summary>
internal static class Generator
{
    public static IEnumerable<CorpusCase> Cases() =>
    [
        .. SdJwtFormatCases.All(),
        .. SdJwtIssuerCases.All(),
        .. SdJwtClaimCases.All(),
        .. SdJwtHolderCases.All(),
        .. MdocCases.All(),
        .. StatusCases.All(),
        .. BundleCases.All(),
        .. DcqlCases.All(),
        .. ChainCases.All(),
        .. TypeMetadataCases.All(),
    ];

    /// <summary>Writes every case, and the bundle of each family that shares one.</summary>
    public static void Write(string folder)
    {
        CorpusFolder.Write(folder, "sd-jwt-vc/bundle", Bundle(new Scenario().Bundle()));
        CorpusFolder.Write(folder, "mdoc/bundle", Bundle(new Mdoc.MdocScenario().Bundle()));
        foreach (var one in Cases())
        {
            CorpusFolder.Write(folder, one.ToString(), one.ToJson());
        }
    }

    /// <summary>A bundle with the key that signed it.</summary>
    public static JsonObject Bundle(byte[] bundle) => new()
    {
        ["root"] = JsonNode.Parse(TestPki.BundleRoot.PublicKey.ToJson()),
        ["bundle"] = JsonNode.Parse(Encoding.UTF8.GetString(bundle)),
    };
}
