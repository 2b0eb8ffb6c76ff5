using FsCheck;
using FsCheck.Fluent;
using IdentityPlatform.Formats.Cose;
using IdentityPlatform.Formats.Mdoc;
using IdentityPlatform.Formats.Status;

namespace IdentityPlatform.Formats.Tests;

/// <summary>The answers of devices: one change, the exact rule; and no bytes at all make the decoders throw.</summary>
public sealed class DeviceResponseRulesTests : IDisposable
{
    private static readonly Config Seeded = Config.QuickThrowOnFailure.WithMaxTest(5000).WithReplay(20261122, 4241);

    private readonly SigningKey _signer = TestKeys.Es256();
    private readonly SigningKey _device = TestKeys.Es256();
    private readonly SessionTranscript _transcript = SessionTranscript.ForDcApi("https://example.org", "nonce", null);
    private readonly byte[] _issued;
    private readonly CborValue _valid;

    public DeviceResponseRulesTests()
    {
        _issued = new MdocForge(_signer, _device.PublicKey).Sign();
        _valid = StrictCbor.Parse(HeldMdoc.Parse(_issued).OrThrow().Present([(MdocForge.Space, "given_name")], _device, _transcript)).OrThrow();
    }

    public void Dispose()
    {
        _signer.Dispose();
        _device.Dispose();
    }

    [Fact]
    public void The_outer_map_has_its_members()
    {
        Expect.Accepted(Parse(_valid));
        Expect.Refused(FormatRule.Type, Parse(Without(_valid, "version")));
        Expect.Refused(FormatRule.Type, Parse(With(_valid, "version", CborValue.Of("2.0"))));
        Expect.Refused(FormatRule.Member, Parse(Without(_valid, "status")));
        Expect.Refused(FormatRule.Member, Parse(With(_valid, "status", CborValue.Of(-1))));
        Assert.Equal(10, Expect.Accepted(Parse(With(_valid, "status", CborValue.Of(10)))).Status);
        Assert.Empty(Expect.Accepted(Parse(Without(_valid, "documents"))).Documents);
        Expect.Refused(FormatRule.Structure, Parse(With(_valid, "documents", CborValue.Array())));
        Expect.Refused(FormatRule.Structure, DeviceResponse.Parse(CborValue.Array().Encoded));
        var document = _valid.Member("documents")!.Items![0];
        var three = With(_valid, "documents", CborValue.Array(document, document, document));
        Assert.Equal(3, Expect.Accepted(DeviceResponse.Parse(three.Encoded, maxDocuments: 3)).Documents.Count);
        Expect.Refused(FormatRule.Size, DeviceResponse.Parse(three.Encoded, maxDocuments: 2));
        Expect.Refused(FormatRule.Size, DeviceResponse.Parse(three.Encoded, three.Encoded.Length - 1));
    }

    [Theory]
    [InlineData("docType")]
    [InlineData("issuerSigned")]
    [InlineData("deviceSigned")]
    public void A_document_has_its_members(string name)
    {
        Expect.Refused(FormatRule.Structure, Parse(Document(document => Without(document, name))));
        Expect.Refused(FormatRule.Structure, Parse(Document(document => With(document, name, CborValue.Of(7)))));
        Expect.Accepted(Parse(Document(document => With(document, "more", CborValue.Null))));
    }

    [Fact]
    public void The_type_is_the_one_that_was_signed()
    {
        Expect.Refused(FormatRule.Type, Parse(Document(document => With(document, "docType", CborValue.Of("other")))));
        Expect.Accepted(Parse(Document(document => With(document, "docType", CborValue.Of(MdocForge.DocType)))));
    }

    [Fact]
    public void A_device_authenticates_in_one_way()
    {
        var mac = MacOf(5);
        Expect.Refused(FormatRule.Structure, Parse(Auth(auth => With(auth, "deviceMac", mac))));
        Expect.Refused(FormatRule.Structure, Parse(Auth(_ => CborValue.Map())));
        Expect.Refused(FormatRule.Structure, Parse(Auth(_ => CborValue.Null)));
        Expect.Refused(FormatRule.Algorithm, Parse(Auth(_ => CborValue.Map(("deviceMac", MacOf(4))))));
        Expect.Refused(FormatRule.Structure, Parse(Auth(_ => CborValue.Map(("deviceMac", CborValue.Null)))));
        Expect.Accepted(Parse(Auth(_ => CborValue.Map(("deviceMac", mac)))));
    }

    [Fact]
    public void What_a_device_adds_is_signed_with_the_rest()
    {
        var own = CborValue.Embed(CborValue.Map((MdocForge.Space, CborValue.Map(("given_name", CborValue.Of("Мария"))))));
        var changed = Expect.Accepted(Parse(Document(document => With(document, "deviceSigned", With(document.Member("deviceSigned")!, "nameSpaces", own)))));
        Assert.Equal([(MdocForge.Space, "given_name")], changed.Documents[0].DeviceSigned.Names);
        using var device = TestKeys.Public(_device);
        Expect.Refused(FormatRule.Signature, changed.Documents[0].DeviceSigned.Verify(device, MdocForge.DocType, _transcript, JwsAlgorithm.ES256));
        Expect.Accepted(Expect.Accepted(Parse(_valid)).Documents[0].DeviceSigned.Verify(device, MdocForge.DocType, _transcript, JwsAlgorithm.ES256));
    }

    [Fact]
    public void What_a_device_adds_is_maps_of_names_to_values_every_one_of_them()
    {
        var (one, two, none) = (CborValue.Of("one"), CborValue.Of("two"), CborValue.Map());
        Expect.Accepted(Adds(CborValue.Embed(none)));
        Expect.Accepted(Adds(Spaces((one, none), (two, Map((one, one), (two, one))))));
        Expect.Refused(FormatRule.Structure, Adds(Spaces((one, none), (two, one))));
        Expect.Refused(FormatRule.Structure, Adds(Spaces((one, none), (CborValue.Of(1), none))));
        Expect.Refused(FormatRule.Structure, Adds(Spaces((one, none), (two, Map((one, one), (CborValue.Of(1), one))))));
        Expect.Refused(FormatRule.Structure, Adds(CborValue.Embed(CborValue.Array())));
        Expect.Refused(FormatRule.Structure, Adds(none));

        Parsed<DeviceResponse> Adds(CborValue own) => Parse(Document(document => With(document, "deviceSigned", With(document.Member("deviceSigned")!, "nameSpaces", own))));

        static CborValue Spaces(params (CborValue, CborValue)[] members) => CborValue.Embed(Map(members));

        static CborValue Map(params (CborValue Key, CborValue Value)[] members) => MdocForge.DigestMap(members.ToDictionary(member => member.Key, member => member.Value));
    }

    [Fact]
    public void What_the_holder_confirms_goes_with_the_answer()
    {
        var (yes, two) = (CborValue.Of(true), CborValue.Of(2));
        var document = Present([("own", "a", yes), ("more", "b", two), ("own", "c", two)]);
        Assert.Equal([("own", "a"), ("own", "c"), ("more", "b")], document.DeviceSigned.Names);
        using var device = TestKeys.Public(_device);
        var said = Expect.Accepted(document.DeviceSigned.Verify(device, MdocForge.DocType, _transcript, JwsAlgorithm.ES256)).Elements;
        Assert.Equal((true, 2L, 2L), (said.Find("own", "a")?.Boolean, said.Find("own", "c")?.Number, said.Find("more", "b")?.Number));
        Assert.Empty(Present([]).DeviceSigned.Names);
        Assert.Empty(Present(null).DeviceSigned.Names);

        MdocDocument Present(IReadOnlyCollection<(string, string, CborValue)>? own) =>
            DeviceResponse.Parse(HeldMdoc.Parse(_issued).OrThrow().Present([(MdocForge.Space, "given_name")], _device, _transcript, own)).OrThrow().Documents[0];
    }

    [Fact]
    public void A_signature_is_no_MAC() =>
        Expect.Refused(FormatRule.Structure, Expect.Accepted(Parse(_valid)).Documents[0].DeviceSigned.VerifyMac(new byte[32], MdocForge.DocType, _transcript));

    [Fact]
    public void No_bytes_make_a_decoder_throw() => Check.One(Seeded, Prop.ForAll<byte[]>(DecodeAll));

    [Fact]
    public void No_change_of_a_valid_answer_makes_a_decoder_throw_or_passes_unseen()
    {
        using var signer = TestKeys.Public(_signer);
        using var device = TestKeys.Public(_device);
        Check.One(Seeded, Prop.ForAll<int, byte, byte>((at, value, how) =>
        {
            var bytes = _valid.Encoded.ToArray();
            var place = (at & int.MaxValue) % bytes.Length;
            byte[] changed = (how % 3) switch
            {
                0 => [.. bytes[..place], value, .. bytes[(place + 1)..]],
                1 => [.. bytes[..place], .. bytes[(place + 1)..]],
                _ => [.. bytes[..place], value, .. bytes[place..]],
            };
            DecodeAll(changed);
            return changed.AsSpan().SequenceEqual(bytes) || !Verifies(changed, signer, device) || OnlyUnsigned(changed);
        }));
    }

    private static void DecodeAll(byte[] bytes)
    {
        if (StrictCbor.Parse(bytes).Succeeded(out var value, out _))
        {
            Assert.True(value.Encoded.Span.SequenceEqual(bytes));
            _ = (CoseSign1.Parse(value), CoseMac0.Parse(value), CoseKey.Parse(value), StatusReference.Parse(value));
        }

        if (CoseSign1.Parse(bytes).Succeeded(out var message, out _))
        {
            message.Certificates().Succeeded(out var chain, out _);
            chain?.Dispose();
        }

        _ = (IssuerSigned.Parse(bytes), DeviceResponse.Parse(bytes), MobileSecurityObject.Parse(bytes), SessionTranscript.Parse(bytes), HeldMdoc.Parse(bytes));
    }

    private bool Verifies(byte[] bytes, VerificationKey signer, VerificationKey device) =>
        DeviceResponse.Parse(bytes).Succeeded(out var response, out _) && response.Documents is [var document]
        && document.IssuerSigned.Verify(signer, JwsAlgorithm.ES256).Succeeded(out var verified, out _) && verified.Elements().Succeeded(out _, out _)
        && document.DeviceSigned.Verify(device, document.DocType, _transcript, JwsAlgorithm.ES256).Succeeded(out _, out _);

    // Nobody signs the outer frame: the device's status, or a disclosure that was dropped. What is shown is what was signed.
    private static bool OnlyUnsigned(byte[] bytes)
    {
        var document = DeviceResponse.Parse(bytes).OrThrow().Documents[0];
        return document.DocType == MdocForge.DocType
            && document.IssuerSigned.Items.All(space => space.Key == MdocForge.Space && space.Value.All(item => item.Identifier == "given_name" && item.Value.Text == "Юлия"));
    }

    private static Parsed<DeviceResponse> Parse(CborValue value) => DeviceResponse.Parse(value.Encoded);

    private CborValue Document(Func<CborValue, CborValue> change) =>
        With(_valid, "documents", CborValue.Array(change(_valid.Member("documents")!.Items![0])));

    private CborValue Auth(Func<CborValue, CborValue> change) => Document(document =>
    {
        var device = document.Member("deviceSigned")!;
        return With(document, "deviceSigned", With(device, "deviceAuth", change(device.Member("deviceAuth")!)));
    });

    private static CborValue With(CborValue map, string name, CborValue value) =>
        CborValue.Map(map.Members!.Where(member => member.Key.Text != name).Select(member => (member.Key.Text!, member.Value)).Append((name, value)));

    private static CborValue Without(CborValue map, string name) =>
        CborValue.Map(map.Members!.Where(member => member.Key.Text != name).Select(member => (member.Key.Text!, member.Value)));

    private static CborValue MacOf(byte algorithm) => CborValue.Build(writer =>
    {
        writer.WriteStartArray(4);
        writer.WriteByteString([0xA1, 0x01, algorithm]);
        writer.WriteStartMap(0);
        writer.WriteEndMap();
        writer.WriteNull();
        writer.WriteByteString(new byte[32]);
        writer.WriteEndArray();
    });
}
