using IdentityPlatform.Formats.Cose;
using IdentityPlatform.Formats.Mdoc;

namespace IdentityPlatform.Formats.Tests;

/// <summary>Items of every size: the heads of numbers and strings grow with them (RFC 8949 §3).</summary>
public sealed class MdocItemTests
{
    private const string Space = "org.example.card.1";

    [Theory]
    [InlineData(1, 0)]
    [InlineData(23, 23)]
    [InlineData(24, 24)]
    [InlineData(160, 200)]
    [InlineData(255, 255)]
    [InlineData(256, 256)]
    [InlineData(30, 40_000)]
    public void Names_values_and_numbers_of_any_size_verify_and_come_back(int nameLength, int valueLength)
    {
        using var key = TestKeys.Es256();
        var pki = new TestPki();
        using var signer = SigningKey.From(pki.LeafKey, chain: [pki.Leaf.RawData]);
        using var trusted = TestKeys.Public(signer);
        var (name, value) = (new string('n', nameLength), new string('v', valueLength));

        // With so many decoys, digests have numbers of one, two and three bytes.
        var content = new MdocContent(Space).Add(Space, name, CborValue.Of(value)).Add(Space, "имя", CborValue.Of("Ann")).WithDecoys(Space, 300);
        for (var seed = 0; seed < 5; seed++)
        {
            var mdoc = MdocWriter.Issue(signer, content, key.PublicKey, new(TestKeys.Now, TestKeys.Now, TestKeys.Now.AddDays(1)), TestKeys.Seeded(1000 * seed));
            var elements = IssuerSigned.Parse(mdoc).OrThrow().Verify(trusted, JwsAlgorithm.ES256).OrThrow().Elements().OrThrow();
            Assert.Equal(value, elements.Find(Space, name)?.Text);
            Assert.Equal("Ann", elements.Find(Space, "имя")?.Text);
        }
    }
}
