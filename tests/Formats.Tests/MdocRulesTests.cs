using System.Security.Cryptography;
using IdentityPlatform.Formats.Cose;
using IdentityPlatform.Formats.Mdoc;
using IdentityPlatform.Formats.Status;

namespace IdentityPlatform.Formats.Tests;

/// <summary>A valid document, one change, the exact rule; every refusal has its twin that is accepted.</summary>
public sealed class MdocRulesTests : IDisposable
{
    private readonly SigningKey _signer = TestKeys.Es256();
    private readonly SigningKey _device = TestKeys.Es256();
    private readonly MdocForge _forge;

    public MdocRulesTests() => _forge = new(_signer, _device.PublicKey);

    public void Dispose()
    {
        _signer.Dispose();
        _device.Dispose();
    }

    [Fact]
    public void The_document_of_the_forge_is_good() => Assert.Equal("Юлия", Elements().OrThrow().Find(MdocForge.Space, "given_name")?.Text);

    [Theory]
    [InlineData("version", FormatRule.Type)]
    [InlineData("digestAlgorithm", FormatRule.Algorithm)]
    [InlineData("docType", FormatRule.Member)]
    [InlineData("validityInfo", FormatRule.Member)]
    [InlineData("deviceKeyInfo", FormatRule.Member)]
    public void A_member_of_the_security_object_that_is_missing_or_of_another_kind_is_refused(string name, FormatRule rule)
    {
        var valid = _forge.Mso[name];
        _forge.Mso.Remove(name);
        Expect.Refused(rule, IssuerSigned.Parse(_forge.Sign()));
        _forge.Mso[name] = CborValue.Of(7);
        Expect.Refused(rule, IssuerSigned.Parse(_forge.Sign()));
        _forge.Mso[name] = CborValue.Of("");
        Expect.Refused(rule, IssuerSigned.Parse(_forge.Sign()));
        _forge.Mso[name] = valid;
        Expect.Accepted(IssuerSigned.Parse(_forge.Sign()));
    }

    [Theory]
    [InlineData("1.0", true)]
    [InlineData("1.12", true)]
    [InlineData("1.", false)]
    [InlineData("1", false)]
    [InlineData("1.0a", false)]
    [InlineData("2.0", false)]
    public void The_version_is_of_the_first_kind(string version, bool known)
    {
        _forge.Mso["version"] = CborValue.Of(version);
        Assert.Equal(known, IssuerSigned.Parse(_forge.Sign()).Succeeded(out _, out _));
    }

    [Theory]
    [InlineData("SHA-256", FormatRule.Unread)]
    [InlineData("SHA-384", FormatRule.Unread)]
    [InlineData("SHA-512", FormatRule.Unread)]
    [InlineData("SHA-1", FormatRule.Algorithm)]
    [InlineData("sha-256", FormatRule.Algorithm)]
    public void Digests_are_of_a_known_hash(string name, FormatRule rule)
    {
        _forge.Mso["digestAlgorithm"] = CborValue.Of(name);
        var hash = new HashAlgorithmName(name.Replace("-", "", StringComparison.Ordinal).ToUpperInvariant());
        _forge.Digests = _forge.Items.ToDictionary(item => item["digestID"], item => CborValue.Of(CryptographicOperations.HashData(hash, MdocForge.Wrap(item).Encoded.Span)));
        if (rule == FormatRule.Unread)
        {
            Expect.Accepted(Elements());
            Assert.Equal(name, IssuerSigned.Parse(_forge.Sign()).OrThrow().UnverifiedMso.DigestAlgorithm);
        }
        else
        {
            Expect.Refused(rule, Elements());
        }
    }

    [Fact]
    public void Each_digest_counts()
    {
        _forge.Digests = _forge.Items.ToDictionary(item => item["digestID"], item => CborValue.Of(SHA256.HashData(MdocForge.Wrap(item).Encoded.Span)));
        Expect.Accepted(Elements());
        _forge.Items[1]["elementValue"] = CborValue.Of("Юлия ");
        _forge.Mso.Remove("valueDigests");
        Refused(FormatRule.Digest, "given_name");
    }

    [Fact]
    public void An_item_without_a_signed_digest_is_refused_and_a_digest_without_an_item_is_not()
    {
        _forge.Digests = _forge.Items.ToDictionary(item => item["digestID"], item => CborValue.Of(SHA256.HashData(MdocForge.Wrap(item).Encoded.Span)));
        _forge.Items.RemoveAt(1);
        Expect.Accepted(Elements());
        _forge.Items.Add(MdocForge.Item(9, "portrait", "x"));
        _forge.Mso.Remove("valueDigests");
        Refused(FormatRule.Digest, "portrait");
    }

    [Fact]
    public void An_item_is_good_in_its_own_namespace_alone()
    {
        var items = CborValue.Array(_forge.Items.Select(MdocForge.Wrap));
        _forge.NameSpaces = CborValue.Map((MdocForge.Space, items));
        Expect.Accepted(Elements());
        _forge.NameSpaces = CborValue.Map(("org.example.other", items));
        _forge.Mso.Remove("valueDigests");
        Refused(FormatRule.Digest, "family_name");
    }

    [Fact]
    public void Digests_are_numbers_from_0_on_and_of_the_hashs_length()
    {
        foreach (var (id, digest) in new[] { (CborValue.Of(-1), new byte[32]), (CborValue.Of("0"), new byte[32]), (CborValue.Of(1), new byte[31]), (CborValue.Of(1), []) })
        {
            _forge.Mso["valueDigests"] = CborValue.Map((MdocForge.Space, MdocForge.DigestMap(new() { [id] = CborValue.Of(digest) })));
            Expect.Refused(FormatRule.Member, IssuerSigned.Parse(_forge.Sign()));
        }

        foreach (var nothing in new[] { CborValue.Null, CborValue.Map(), CborValue.Map((MdocForge.Space, CborValue.Map())) })
        {
            _forge.Mso["valueDigests"] = nothing;
            Expect.Refused(FormatRule.Member, IssuerSigned.Parse(_forge.Sign()));
        }
    }

    [Theory]
    [InlineData("digestID")]
    [InlineData("random")]
    [InlineData("elementIdentifier")]
    [InlineData("elementValue")]
    public void An_item_has_its_four_members(string name)
    {
        _forge.Items[0].Remove(name, out var value);
        _forge.Digests = [];
        _forge.Mso["valueDigests"] = CborValue.Map((MdocForge.Space, MdocForge.DigestMap(new() { [CborValue.Of(0)] = CborValue.Of(new byte[32]) })));
        Expect.Refused(FormatRule.Disclosure, IssuerSigned.Parse(_forge.Sign()));
        _forge.Items[0][name] = value!;
        Expect.Accepted(IssuerSigned.Parse(_forge.Sign()));
        _forge.Items[0]["more"] = CborValue.Null;
        Expect.Refused(FormatRule.Disclosure, IssuerSigned.Parse(_forge.Sign()));
    }

    [Fact]
    public void A_salt_has_16_bytes_or_more()
    {
        _forge.Items[0]["random"] = CborValue.Of(new byte[15]);
        Expect.Refused(FormatRule.Disclosure, Elements());
        _forge.Items[0]["random"] = CborValue.Of(new byte[64]);
        _forge.Mso.Remove("valueDigests");
        Expect.Accepted(Elements());
    }

    [Theory]
    [InlineData(0, "other", FormatRule.Disclosure)]
    [InlineData(1, "family_name", FormatRule.Disclosure)]
    [InlineData(1, "other", FormatRule.Unread)]
    public void No_element_and_no_number_stands_twice(long id, string name, FormatRule rule)
    {
        _forge.Items.Add(MdocForge.Item(id, name, "x"));
        _forge.Digests = _forge.Items.DistinctBy(item => item["digestID"].Number)
            .ToDictionary(item => item["digestID"], item => CborValue.Of(SHA256.HashData(MdocForge.Wrap(item).Encoded.Span)));
        if (rule == FormatRule.Unread)
        {
            Expect.Accepted(Elements());
        }
        else
        {
            Expect.Refused(rule, Elements());
        }
    }

    [Fact]
    public void The_parts_have_their_shapes()
    {
        _forge.NameSpaces = CborValue.Array();
        Expect.Refused(FormatRule.Structure, IssuerSigned.Parse(_forge.Sign()));
        _forge.NameSpaces = CborValue.Map((MdocForge.Space, CborValue.Array()));
        Expect.Refused(FormatRule.Structure, IssuerSigned.Parse(_forge.Sign()));
        _forge.NameSpaces = CborValue.Map((MdocForge.Space, CborValue.Array(CborValue.Of(new byte[3]))));
        Expect.Refused(FormatRule.Structure, IssuerSigned.Parse(_forge.Sign()));
        _forge.NameSpaces = CborValue.Map();
        Expect.Accepted(IssuerSigned.Parse(_forge.Sign()));
        var mso = CborValue.Map(_forge.Mso.Select(member => (member.Key, member.Value)));
        Expect.Refused(FormatRule.Structure, IssuerSigned.Parse(_forge.Sign(mso.Encoded.Span)));
        Expect.Accepted(IssuerSigned.Parse(_forge.Sign(CborValue.Embed(mso).Encoded.Span)));
        Expect.Refused(FormatRule.Structure, IssuerSigned.Parse(CborValue.Map(("nameSpaces", CborValue.Map())).Encoded));
        Expect.Refused(FormatRule.Structure, IssuerSigned.Parse(CborValue.Null.Encoded));
    }

    [Fact]
    public void Times_are_tdates()
    {
        var valid = CborValue.Of(TestKeys.Now);
        string[] names = ["signed", "validFrom", "validUntil", "expectedUpdate"];
        foreach (var broken in new[] { CborValue.Of("2026-06-01T12:00:00Z"), CborValue.Of(1780315200), CborValue.Of(new DateOnly(2026, 6, 1)) })
        {
            foreach (var name in names)
            {
                _forge.Mso["validityInfo"] = CborValue.Map(
                    names.Select(member => (member, member == name ? broken : valid)));
                Expect.Refused(FormatRule.Member, IssuerSigned.Parse(_forge.Sign()));
            }
        }

        _forge.Mso["validityInfo"] = CborValue.Map(("signed", valid), ("validFrom", valid), ("validUntil", valid), ("expectedUpdate", valid));
        Assert.Equal(TestKeys.Now, IssuerSigned.Parse(_forge.Sign()).OrThrow().UnverifiedMso.Validity.ExpectedUpdate);
    }

    [Fact]
    public void A_device_speaks_for_itself_where_the_issuer_lets_it()
    {
        var authorizations = CborValue.Map(
            ("nameSpaces", CborValue.Array(CborValue.Of("first"), CborValue.Of("whole"))),
            ("dataElements", CborValue.Map(("part", CborValue.Array(CborValue.Of("a"), CborValue.Of("c"))), ("none", CborValue.Array()))));
        Assert.False(Device().MaySign("whole", "x"));
        _forge.Mso["deviceKeyInfo"] = CborValue.Map(("deviceKey", CoseKey.Write(_device.PublicKey)), ("keyAuthorizations", authorizations));
        Assert.True(Device().MaySign("whole", "x"));
        Assert.True(Device().MaySign("part", "a"));
        Assert.True(Device().MaySign("part", "c"));
        Assert.False(Device().MaySign("none", "a"));
        Assert.False(Device().MaySign("part", "b"));
        Assert.False(Device().MaySign("other", "a"));

        DeviceKeyInfo Device() => IssuerSigned.Parse(_forge.Sign()).OrThrow().UnverifiedMso.Device;
    }

    [Fact]
    public void The_status_is_read_where_it_is_one()
    {
        Assert.Null(IssuerSigned.Parse(_forge.Sign()).OrThrow().UnverifiedMso.Status);
        Expect.Refused(FormatRule.Member, Status(("identifier_list", CborValue.Map())));
        Expect.Refused(FormatRule.Member, Status(("status_list", CborValue.Map(("idx", CborValue.Of(-1)), ("uri", CborValue.Of("u"))))));
        Expect.Refused(FormatRule.Member, Status(("status_list", CborValue.Map(("idx", CborValue.Of(1))))));
        Expect.Refused(FormatRule.Member, Status(("status_list", CborValue.Map(("idx", CborValue.Of(1)), ("uri", CborValue.Of(""))))));
        var status = Expect.Accepted(Status(("status_list", CborValue.Map(("idx", CborValue.Of(0)), ("uri", CborValue.Of("u"))))));
        Assert.Equal((0L, "u"), (status.Index, status.Uri));

        Parsed<StatusReference> Status((string, CborValue) member)
        {
            _forge.Mso["status"] = CborValue.Map(member);
            return StatusReference.Parse(IssuerSigned.Parse(_forge.Sign()).OrThrow().UnverifiedMso.Status!);
        }
    }

    private Parsed<MdocElements> Elements()
    {
        using var signer = TestKeys.Public(_signer);
        return IssuerSigned.Parse(_forge.Sign()).Failed(out var failure, out var read) || read.Verify(signer, JwsAlgorithm.ES256).Failed(out failure, out var verified)
            ? failure
            : verified.Elements();
    }

    private void Refused(FormatRule rule, string element)
    {
        Assert.True(Elements().Failed(out var failure, out _));
        Assert.Equal(rule, failure.Rule);
        Assert.Contains(element, failure.Fact, StringComparison.Ordinal);
    }
}
