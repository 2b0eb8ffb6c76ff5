using IdentityPlatform.Formats.Cose;
using IdentityPlatform.Formats.Mdoc;

namespace IdentityPlatform.Formats.Tests;

/// <summary>What a reader asks for (ISO/IEC 18013-5 §8.3.2.1.2.1): a valid request, one change, the exact rule.</summary>
public sealed class DeviceRequestRulesTests
{
    private static readonly CborValue Yes = CborValue.Of(true);
    private static readonly CborValue No = CborValue.Of(false);
    private static readonly CborValue One = CborValue.Of(1);
    private static readonly CborValue Good = Map(("a", Map(("x", Yes), ("y", No))), ("b", Map(("z", Yes))));

    [Fact]
    public void Every_element_of_every_namespace_is_asked_for()
    {
        var request = Assert.Single(Expect.Accepted(Asking(Good)).Documents);
        Assert.Equal("doc", request.DocType);
        Assert.Equal([("a", "x", true), ("a", "y", false), ("b", "z", true)], request.Elements);
        Assert.Null(request.ReaderAuth);
    }

    [Fact]
    public void Namespaces_are_maps_of_names_to_true_or_false_every_one_of_them()
    {
        Expect.Accepted(Asking(Good));
        var fine = Map(("x", Yes));
        foreach (var broken in new[]
        {
            CborValue.Array(),
            Map(),
            Map(("a", fine), ("b", Map())),
            Map(("a", fine), ("b", Yes)),
            Map(("a", fine), (1, fine)),
            Map(("a", Map(("x", Yes), ("y", One)))),
            Map(("a", Map(("x", Yes), (1, Yes)))),
        })
        {
            Expect.Refused(FormatRule.Structure, Asking(broken));
        }
    }

    [Fact]
    public void A_request_for_a_document_has_its_members()
    {
        var items = CborValue.Map(("docType", CborValue.Of("doc")), ("nameSpaces", Good));
        Expect.Accepted(Request(Document(CborValue.Embed(items))));
        Expect.Refused(FormatRule.Structure, Request(CborValue.Map()));
        Expect.Refused(FormatRule.Structure, Request(Document(items)));
        Expect.Refused(FormatRule.Cbor, Request(Document(Embedded([0xA1]))));
        Expect.Refused(FormatRule.Structure, Request(Document(CborValue.Embed(CborValue.Array()))));
        Expect.Refused(FormatRule.Structure, Request(Document(CborValue.Embed(CborValue.Map(("nameSpaces", Good))))));
        Expect.Refused(FormatRule.Structure, Request(Document(CborValue.Embed(CborValue.Map(("docType", CborValue.Of("")), ("nameSpaces", Good))))));
        Expect.Refused(FormatRule.Structure, Request(Document(CborValue.Embed(CborValue.Map(("docType", CborValue.Of("doc")))))));
        Expect.Refused(FormatRule.Structure, Request(CborValue.Map(("itemsRequest", CborValue.Embed(items)), ("readerAuth", CborValue.Null))));
    }

    [Fact]
    public void The_outer_map_has_its_version_and_one_request_or_more()
    {
        var one = Document(CborValue.Embed(CborValue.Map(("docType", CborValue.Of("doc")), ("nameSpaces", Good))));
        var two = Expect.Accepted(DeviceRequest.Parse(Outer("1.0", one, one), maxDocuments: 2));
        Assert.Equal((2, "device request for doc, doc"), (two.Documents.Count, two.ToString()));
        Expect.Refused(FormatRule.Structure, DeviceRequest.Parse(Outer("1.0", one, one, one), maxDocuments: 2));
        Expect.Refused(FormatRule.Structure, DeviceRequest.Parse(Outer("1.0")));
        Expect.Refused(FormatRule.Structure, DeviceRequest.Parse(CborValue.Map(("version", CborValue.Of("1.0"))).Encoded));
        Expect.Refused(FormatRule.Type, DeviceRequest.Parse(Outer("2.0", one)));
        Expect.Refused(FormatRule.Structure, DeviceRequest.Parse(CborValue.Array().Encoded));
        Expect.Refused(FormatRule.Cbor, DeviceRequest.Parse(Outer("1.0", one)[..^1]));
    }

    private static Parsed<DeviceRequest> Asking(CborValue nameSpaces) =>
        Request(Document(CborValue.Embed(CborValue.Map(("docType", CborValue.Of("doc")), ("nameSpaces", nameSpaces)))));

    private static Parsed<DeviceRequest> Request(CborValue document) => DeviceRequest.Parse(Outer("1.0", document));

    private static ReadOnlyMemory<byte> Outer(string version, params CborValue[] documents) =>
        CborValue.Map(("version", CborValue.Of(version)), ("docRequests", CborValue.Array(documents))).Encoded;

    private static CborValue Document(CborValue itemsRequest) => CborValue.Map(("itemsRequest", itemsRequest));

    private static CborValue Embedded(byte[] bytes) => StrictCbor.Parse((byte[])[0xD8, 0x18, (byte)(0x40 + bytes.Length), .. bytes]).OrThrow();

    private static CborValue Map(params (object Key, CborValue Value)[] members) => MdocForge.DigestMap(members.ToDictionary(
        member => member.Key is string text ? CborValue.Of(text) : CborValue.Of((int)member.Key), member => member.Value));
}
