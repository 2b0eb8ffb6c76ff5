using System.Formats.Cbor;
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
    [InlineData(65_535, 1)]
    [InlineData(65_536, 1)]
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
            var read = IssuerSigned.Parse(mdoc).OrThrow();
            Assert.All(read.Items[Space], item => IsDeterministic(item.Encoded));
            var elements = read.Verify(trusted, JwsAlgorithm.ES256).OrThrow().Elements().OrThrow();
            Assert.Equal(value, elements.Find(Space, name)?.Text);
            Assert.Equal("Ann", elements.Find(Space, "имя")?.Text);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(15)]
    [InlineData(16)]
    [InlineData(17)]
    [InlineData(40)]
    public void Among_few_and_many_items_no_element_and_no_number_stands_twice(int count)
    {
        Expect.Accepted(Read(count, MdocForge.Item(count, "other", "x")));
        Expect.Refused(FormatRule.Disclosure, Read(count, MdocForge.Item(0, "other", "x")));
        Expect.Refused(FormatRule.Disclosure, Read(count, MdocForge.Item(count, "e0", "x")));
    }

    private static Parsed<IssuerSigned> Read(int count, Dictionary<string, CborValue> last)
    {
        using var signer = TestKeys.Es256();
        using var device = TestKeys.Es256();
        var forge = new MdocForge(signer, device.PublicKey) { Digests = new() { [CborValue.Of(0)] = CborValue.Of(new byte[32]) } };
        forge.Items.Clear();
        forge.Items.AddRange(Enumerable.Range(0, count).Select(id => MdocForge.Item(id, $"e{id}", "x")));
        forge.Items.Add(last);
        return IssuerSigned.Parse(forge.Sign());
    }

    private static void IsDeterministic(ReadOnlyMemory<byte> item)
    {
        foreach (var bytes in new[] { item, StrictCbor.Parse(item).OrThrow().Embedded()!.Value })
        {
            new CborReader(bytes, CborConformanceMode.Canonical).SkipValue();
        }
    }
}
