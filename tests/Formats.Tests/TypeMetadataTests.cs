using System.Security.Cryptography;
using System.Text;
using IdentityPlatform.Formats.SdJwt;

namespace IdentityPlatform.Formats.Tests;

public sealed class TypeMetadataTests
{
    private const string Own = "https://types.example/own";
    private const string Base = "https://types.example/base";

    public static TheoryData<string> Published => Vectors.Names("type-metadata");

    [Theory]
    [MemberData(nameof(Published))]
    public void A_published_document_is_read_with_every_rule(string name)
    {
        var octets = File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "vectors", "type-metadata", name + ".json"));
        var json = Vectors.Read("type-metadata", name);
        var type = json.StringMember("vct")!;

        var chain = Expect.Accepted(TypeChain.Resolve(type, asked => asked == type ? octets : default(ReadOnlyMemory<byte>?)));

        Assert.Equal(json.GetProperty("claims").GetArrayLength(), chain.Rules.Count);
        Assert.Equal(json.GetProperty("claims").EnumerateArray().Count(claim => claim.BooleanMember("mandatory") == true), chain.Rules.Count(rule => rule.Mandatory));
        Assert.Equal(json.GetProperty("claims").EnumerateArray().Count(claim => claim.StringMember("sd") == "always"), chain.Rules.Count(rule => rule.Disclosure == ClaimDisclosure.Always));
        Assert.Equal(json.GetProperty("claims").EnumerateArray().Count(claim => claim.StringMember("sd") == "never"), chain.Rules.Count(rule => rule.Disclosure == ClaimDisclosure.Never));
    }

    [Theory]
    [InlineData("""{}""", FormatRule.Member)]
    [InlineData("""{"vct":""}""", FormatRule.Member)]
    [InlineData("""{"vct":1}""", FormatRule.Member)]
    [InlineData("""{"vct":"https://types.example/own","extends":1}""", FormatRule.Member)]
    [InlineData("""{"vct":"https://types.example/own","extends#integrity":1}""", FormatRule.Member)]
    [InlineData("""{"vct":"https://types.example/own","claims":{}}""", FormatRule.Member)]
    [InlineData("""{"vct":"https://types.example/own","claims":[{}]}""", FormatRule.Member)]
    [InlineData("""{"vct":"https://types.example/own","claims":[{"path":[]}]}""", FormatRule.Member)]
    [InlineData("""{"vct":"https://types.example/own","claims":[{"path":["a"],"mandatory":"yes"}]}""", FormatRule.Member)]
    [InlineData("""{"vct":"https://types.example/own","claims":[{"path":["a"],"sd":"sometimes"}]}""", FormatRule.Member)]
    [InlineData("""{"vct":"https://types.example/own","claims":[{"path":["a"],"sd":true}]}""", FormatRule.Member)]
    [InlineData("""{"vct":"https://types.example/own","claims":[{"path":["a"]},{"path":["a"]}]}""", FormatRule.Structure)]
    [InlineData("""{"vct":"https://types.example/own","vct":"x"}""", FormatRule.Json)]
    [InlineData("""[]""", FormatRule.Structure)]
    public void A_malformed_document_is_refused(string json, FormatRule rule) => Expect.Refused(rule, TypeMetadataDocument.Parse(Encoding.UTF8.GetBytes(json)));

    [Fact]
    public void Unknown_members_are_ignored() =>
        Assert.Equal(Own, Expect.Accepted(TypeMetadataDocument.Parse("""{"vct":"https://types.example/own","new":{"x":1},"claims":[{"path":["a",null,2],"new":1}]}"""u8.ToArray())).Type);

    [Fact]
    public void A_type_inherits_what_it_extends_and_may_tighten_it()
    {
        var chain = Expect.Accepted(Resolve(
            (Own, """{"vct":"https://types.example/own","extends":"https://types.example/base","claims":[{"path":["a"],"sd":"always"},{"path":["c"],"mandatory":true}]}"""),
            (Base, """{"vct":"https://types.example/base","claims":[{"path":["a"],"mandatory":true},{"path":["b"],"sd":"never"}]}""")));

        Assert.Equal([Own, Base], chain.Documents.Select(document => document.Type));
        Assert.Equal(
            ["""["a"] True Always""", """["b"] False Never""", """["c"] True Allowed"""],
            chain.Rules.Select(rule => $"{rule.Path} {rule.Mandatory} {rule.Disclosure}").Order(StringComparer.Ordinal));
        Assert.Equal(($"{Own} extends {Base}", $"type metadata of {Own}"), (chain.ToString(), chain.Documents[0].ToString()));
    }

    [Theory]
    [InlineData("always", ClaimDisclosure.Always)]
    [InlineData("allowed", ClaimDisclosure.Allowed)]
    [InlineData("never", ClaimDisclosure.Never)]
    public void A_claim_is_mandatory_however_it_is_disclosed(string stated, ClaimDisclosure disclosure)
    {
        var chain = Expect.Accepted(Resolve((Own, $$"""{"vct":"{{Own}}","claims":[{"path":["a"],"mandatory":true,"sd":"{{stated}}"}]}""")));
        Assert.Equal(new ClaimRule(ClaimPath.Of("a"), true, disclosure), Assert.Single(chain.Rules));
    }

    [Theory]
    [InlineData("\"mandatory\":true", "\"mandatory\":false")]
    [InlineData("\"sd\":\"always\"", "\"sd\":\"allowed\"")]
    [InlineData("\"sd\":\"always\"", "\"sd\":\"never\"")]
    [InlineData("\"sd\":\"never\"", "\"sd\":\"always\"")]
    public void A_type_that_loosens_what_it_extends_is_refused(string inherited, string stated)
    {
        Expect.Refused(FormatRule.Structure, Extending(inherited, stated));
        Expect.Accepted(Extending(inherited, inherited));
        Expect.Accepted(Extending("\"svg_id\":\"x\"", stated));
    }

    [Fact]
    public void A_circle_is_refused()
    {
        var asked = new List<string>();
        Expect.Refused(FormatRule.Structure, TypeChain.Resolve("1", type =>
        {
            asked.Add(type);
            return Encoding.UTF8.GetBytes(type == "1" ? """{"vct":"1","extends":"2"}""" : """{"vct":"2","extends":"1"}""");
        }));

        // No document is asked for twice.
        Assert.Equal(["1", "2"], asked);
        Expect.Refused(FormatRule.Structure, Resolve((Own, $$"""{"vct":"{{Own}}","extends":"{{Own}}"}""")));
        Expect.Refused(FormatRule.Structure, Resolve((Own, $$"""{"vct":"{{Own}}","extends":"{{Base}}"}"""), (Base, $$"""{"vct":"{{Base}}","extends":"{{Own}}"}""")));
    }

    [Fact]
    public void A_chain_is_bounded()
    {
        Assert.Equal(TypeChain.MaxTypes, Expect.Accepted(TypeChain.Resolve("1", type => Link(type, TypeChain.MaxTypes))).Documents.Count);
        Expect.Refused(FormatRule.Structure, TypeChain.Resolve("1", type => Link(type, TypeChain.MaxTypes + 1)));
    }

    [Fact]
    public void A_document_that_is_missing_or_about_another_type_is_refused()
    {
        Expect.Refused(FormatRule.Member, Resolve());
        Expect.Refused(FormatRule.Member, Resolve((Own, $$"""{"vct":"{{Own}}","extends":"{{Base}}"}""")));
        Expect.Refused(FormatRule.Member, Resolve((Own, $$"""{"vct":"{{Base}}"}""")));
        Expect.Accepted(Resolve((Own, $$"""{"vct":"{{Own}}"}""")));
    }

    [Fact]
    public void What_is_extended_is_the_document_that_was_meant()
    {
        const string extended = $$"""{"vct":"{{Base}}"}""";
        var integrity = "sha256-" + Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(extended)));
        string Extending(string text) => $$"""{"vct":"{{Own}}","extends":"{{Base}}","extends#integrity":"{{text}}"}""";

        Expect.Accepted(Resolve((Own, Extending(integrity)), (Base, extended)));
        Expect.Refused(FormatRule.Digest, Resolve((Own, Extending(integrity)), (Base, extended + " ")));
        Expect.Refused(FormatRule.Algorithm, Resolve((Own, Extending("md5-AAAA")), (Base, extended)));
        Expect.Refused(FormatRule.Structure, Resolve((Own, Extending("sha256-AAAA")), (Base, extended)));
    }

    [Fact]
    public void The_strongest_known_algorithm_of_an_integrity_counts()
    {
        var (right, other) = ("document"u8.ToArray(), "another"u8.ToArray());
        string Sha256(byte[] of) => "sha256-" + Convert.ToBase64String(SHA256.HashData(of));
        string Sha384(byte[] of) => "sha384-" + Convert.ToBase64String(SHA384.HashData(of));
        string Sha512(byte[] of) => "sha512-" + Convert.ToBase64String(SHA512.HashData(of));

        Assert.True(IsOf($"{Sha256(right)}", right));
        Assert.True(IsOf($"{Sha384(right)}?option", right));
        Assert.True(IsOf($"{Sha512(right)} {Sha256(other)}", right));
        Assert.True(IsOf($"{Sha256(other)} {Sha256(right)}", right));
        Assert.True(IsOf($"sha3-AAAA {Sha256(right)}", right));
        Assert.False(IsOf($"{Sha512(other)} {Sha256(right)}", right));
        Assert.False(IsOf(Sha256(other), right));
        Expect.Refused(FormatRule.Algorithm, IntegrityMetadata.Parse(""));
        Expect.Refused(FormatRule.Algorithm, IntegrityMetadata.Parse("sha256"));
        Expect.Refused(FormatRule.Algorithm, IntegrityMetadata.Parse(Sha256(right).Replace('-', '_')));
        Expect.Refused(FormatRule.Structure, IntegrityMetadata.Parse("sha256-"));
    }

    [Fact]
    public void A_path_expands_to_every_value_that_it_selects()
    {
        var claims = JsonElement.Parse("""{"a":[{"b":1},{"c":2},{"b":3}],"d":{"e":4}}""");
        Assert.Equal(["""["a",0,"b"]""", """["a",2,"b"]"""], ClaimPath.Of("a", null, "b").Expand(claims).Select(path => path.ToString()));
        Assert.Equal(["""["d","e"]"""], ClaimPath.Of("d", "e").Expand(claims).Select(path => path.ToString()));
        Assert.Equal(["""["a",1]"""], ClaimPath.Of("a", 1).Expand(claims).Select(path => path.ToString()));
        Assert.Empty(ClaimPath.Of("d", null).Expand(claims));
        Assert.Empty(ClaimPath.Of("a", "b").Expand(claims));
        Assert.Equal(ClaimPath.Of("d"), ClaimPath.Of("d", "e").Parent());
    }

    private static bool IsOf(string integrity, byte[] document) => Expect.Accepted(IntegrityMetadata.Parse(integrity)).IsOf(document);

    private static Parsed<TypeChain> Extending(string inherited, string stated) => Resolve(
        (Own, $$"""{"vct":"{{Own}}","extends":"{{Base}}","claims":[{"path":["a"],{{stated}}}]}"""),
        (Base, $$"""{"vct":"{{Base}}","claims":[{"path":["a"],{{inherited}}}]}"""));

    private static Parsed<TypeChain> Resolve(params (string Type, string Document)[] held) =>
        TypeChain.Resolve(
        Own, type => Array.Exists(held, one => one.Type == type) ? Encoding.UTF8.GetBytes(held.First(one => one.Type == type).Document) : default(ReadOnlyMemory<byte>?));

    // "1" extends "2" and so on, to the last.
    private static ReadOnlyMemory<byte>? Link(string type, int last)
    {
        var number = int.Parse(type, System.Globalization.CultureInfo.InvariantCulture);
        return Encoding.UTF8.GetBytes(number == last ? $$"""{"vct":"{{number}}"}""" : $$"""{"vct":"{{number}}","extends":"{{number + 1}}"}""");
    }
}
