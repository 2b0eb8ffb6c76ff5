using System.Formats.Cbor;
using IdentityPlatform.Formats.Cose;
using IdentityPlatform.Formats.Mdoc;

namespace IdentityPlatform.Formats.Tests;

/// <summary>What an issuer may put into a document beside its elements, and what it must not.</summary>
public sealed class MdocContentTests : IDisposable
{
    private const string DocType = "org.example.card.1";
    private const string Short = "org.example.a";
    private const string Long = "org.example.longer";

    private static readonly MdocValidity Validity = new(TestKeys.Now, TestKeys.Now, TestKeys.Now.AddDays(90));

    private readonly TestPki _pki = new();
    private readonly SigningKey _signer;
    private readonly SigningKey _device = TestKeys.Es256();

    public MdocContentTests() => _signer = SigningKey.From(_pki.LeafKey, chain: [_pki.Leaf.RawData]);

    public void Dispose()
    {
        _signer.Dispose();
        _device.Dispose();
    }

    [Fact]
    public void A_device_may_say_what_its_issuer_lets_it_and_nothing_else()
    {
        var device = Mint(Content().LetDeviceSay(Long, "a").LetDeviceSay(Short, "b").LetDeviceSay(Long, "c")).UnverifiedMso.Device;
        (string, string)[] asked = [(Long, "a"), (Long, "c"), (Short, "b"), (Long, "b"), (Short, "a"), (DocType, "a")];
        Assert.Equal([true, true, true, false, false, false], asked.Select(one => device.MaySign(one.Item1, one.Item2)));
        Assert.False(Mint(Content()).UnverifiedMso.Device.MaySign(Long, "a"));
    }

    // ISO/IEC 18013-5 §9.1.2.4: without what a device may say there is no keyAuthorizations at all.
    [Fact]
    public void The_device_key_stands_alone_where_the_device_may_say_nothing()
    {
        Assert.Equal(["deviceKey"], KeyInfo(Content()));
        Assert.Equal(["deviceKey", "keyAuthorizations"], KeyInfo(Content().LetDeviceSay(Long, "a")));

        IEnumerable<string> KeyInfo(MdocContent content) => Mso(Mint(content)).Member("deviceKeyInfo")!.Members!.Select(member => member.Key.Text!);
    }

    [Fact]
    public void When_the_issuer_means_to_sign_anew_stands_with_the_times()
    {
        var times = Validity with { ExpectedUpdate = TestKeys.Now.AddDays(30) };
        Assert.Equal(times, Mint(Content(), times).UnverifiedMso.Validity);
        Assert.Equal(Validity, Mint(Content(), Validity).UnverifiedMso.Validity);
        Assert.Equal(["signed", "validFrom", "validUntil"], Mso(Mint(Content())).Member("validityInfo")!.Members!.Select(member => member.Key.Text));
    }

    [Fact]
    public void The_order_in_which_namespaces_are_added_does_not_show()
    {
        var read = Mint(new MdocContent(DocType).Add(Long, "a", CborValue.Null).Add(Short, "a", CborValue.Null));
        Assert.Equal([Short, Long], read.Items.Keys);
        Assert.Equal([Short, Long], Mso(read).Member("valueDigests")!.Members!.Select(member => member.Key.Text));
    }

    [Fact]
    public void Decoys_are_drawn_each_for_itself()
    {
        var mso = Mint(Content().WithDecoys(Long, 3).WithDecoys(Long, 2)).UnverifiedMso;
        var digests = Enumerable.Range(0, 6).Select(id => Convert.ToHexString(mso.Digest(Long, id).Span)).ToList();
        Assert.Equal(6, mso.DigestCount(Long));
        Assert.Equal(6, digests.Distinct().Count());
        Assert.DoesNotContain(Convert.ToHexString(new byte[32]), digests);
    }

    [Fact]
    public void A_namespace_of_decoys_alone_has_digests_and_no_items()
    {
        var read = Mint(Content().WithDecoys(Short, 2));
        Assert.Equal([Long], read.Items.Keys);
        Assert.Equal((2, 1), (read.UnverifiedMso.DigestCount(Short), read.UnverifiedMso.DigestCount(Long)));
    }

    [Fact]
    public void No_decoys_leave_no_trace()
    {
        Assert.Equal([Long], Mso(Mint(Content().WithDecoys(Short, 0))).Member("valueDigests")!.Members!.Select(member => member.Key.Text));
        Assert.Throws<ArgumentException>(() => Mint(new MdocContent(DocType).WithDecoys(Short, 0)));
    }

    // For each element a salt of 16 bytes, for each decoy 32 bytes, and 8 for the place of each.
    [Theory]
    [InlineData(0, 24)]
    [InlineData(3, 144)]
    public void No_more_randomness_is_asked_for_than_is_used(int decoys, int expected)
    {
        var asked = 0;
        MdocWriter.Issue(_signer, Content().WithDecoys(Long, decoys), _device.PublicKey, Validity, bytes => asked += bytes.Length);
        Assert.Equal(expected, asked);
    }

    [Fact]
    public void What_has_no_name_and_a_number_below_0_are_misuse()
    {
        Assert.Throws<ArgumentException>(() => new MdocContent(""));
        Assert.Throws<ArgumentException>(() => Content().Add("", "a", CborValue.Null));
        Assert.Throws<ArgumentException>(() => Content().Add(Long, "", CborValue.Null));
        Assert.Throws<ArgumentException>(() => Content().LetDeviceSay("", "a"));
        Assert.Throws<ArgumentException>(() => Content().LetDeviceSay(Long, ""));
        Assert.Throws<ArgumentException>(() => Content().WithDecoys("", 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Content().WithDecoys(Long, -1));
    }

    private static MdocContent Content() => new MdocContent(DocType).Add(Long, "family_name", CborValue.Of("Щеглова"));

    private static CborValue Mso(IssuerSigned read) => StrictCbor.Parse(StrictCbor.Parse(read.IssuerAuth.UnverifiedPayload!.Value).OrThrow().Embedded()!.Value).OrThrow();

    private IssuerSigned Mint(MdocContent content, MdocValidity? validity = null)
    {
        var read = IssuerSigned.Parse(MdocWriter.Issue(_signer, content, _device.PublicKey, validity ?? Validity, TestKeys.Seeded(1))).OrThrow();
        foreach (var bytes in new[] { read.Encoded, Mso(read).Encoded })
        {
            new CborReader(bytes, CborConformanceMode.Canonical).SkipValue();
        }

        return read;
    }
}
