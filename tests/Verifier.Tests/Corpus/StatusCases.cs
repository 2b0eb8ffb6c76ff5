using System.Formats.Cbor;
using System.IO.Compression;
using System.Text.Json.Nodes;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Cose;
using IdentityPlatform.Verifier.Tests.Scenarios;

namespace IdentityPlatform.Verifier.Tests.Corpus;

/// <summary>Status list tokens that break a rule (Token Status List §4 and §5), as JWT and as CWT.</summary>
internal static class StatusCases
{
    private const string Jwt = "status-jwt";
    private const string Cwt = "status-cwt";

    public static IEnumerable<CorpusCase> All() => [.. Jwts(), .. JwtMembers(), .. JwtLists(), .. Cwts(), .. CwtMembers()];

    private static IEnumerable<CorpusCase> Jwts() =>
    [
        Text("accepted", Outcome.Accepted, () => Token(_ => { })),
        Text("accepted-without-exp-and-ttl", Outcome.Accepted, () => Token(claims => claims.Remove("exp"), claims => claims.Remove("ttl"))),
        Text("accepted-unknown-members", Outcome.Accepted, () => Token(claims => claims["more"] = 1)),
        Text("empty", Outcome.Broken(FormatRule.Structure), () => ""),
        Text("two-parts", Outcome.Broken(FormatRule.Structure), () => Token(_ => { }).Split('.')[0] + ".AA"),
        Text("padded", Outcome.Broken(FormatRule.Base64Url), () => Token(_ => { }) + "=="),
        Text("typ-missing", Outcome.Broken(FormatRule.Type), () => Token(_ => { }, header: header => header.Remove("typ"))),
        Text("typ-jwt", Outcome.Broken(FormatRule.Type), () => Token(_ => { }, header: header => header["typ"] = "JWT")),
        Text("typ-cwt", Outcome.Broken(FormatRule.Type), () => Token(_ => { }, header: header => header["typ"] = "statuslist+cwt")),
        Text("alg-none", Outcome.Broken(FormatRule.Algorithm), () => Token(_ => { }, header: header => header["alg"] = "none")),
        Text("alg-HS256", Outcome.Broken(FormatRule.Algorithm), () => Token(_ => { }, header: header => header["alg"] = "HS256")),
        Text("crit", Outcome.Broken(FormatRule.Structure), () => Token(_ => { }, header: header => header["crit"] = new JsonArray("more"))),
        Text("doubled-member", Outcome.Broken(FormatRule.Json), () => SdJwtCase.Raw("""{"alg":"ES256","typ":"statuslist+jwt"}""", """{"sub":"a","sub":"b"}""", TestPki.StatusSigner)),
    ];

    private static IEnumerable<CorpusCase> JwtMembers() =>
        from one in new (string Member, string[] Values)[]
        {
            ("sub", ["", "1", "\"\"", "null", "[]"]),
            ("iat", ["", "\"1\"", "1.5", "null"]),
            ("exp", ["\"1\"", "1.5", "null", "true"]),
            ("ttl", ["0", "-1", "\"1\"", "1.5", "null"]),
            ("status_list", ["", "[]", "\"a\"", "null"]),
        }
        from value in one.Values.Select((json, number) => (Json: json, Number: number))
        select Text(
            $"{one.Member.Replace('_', '-')}-{(value.Json.Length == 0 ? "missing" : $"wrong-{value.Number}")}", Outcome.Broken(FormatRule.Member), () => Token(claims => Set(claims, one.Member, value.Json)));

    private static IEnumerable<CorpusCase> JwtLists() =>
    [
        .. ((string[])["", "0", "3", "16", "-1", "\"1\"", "1.5", "null"]).Select((json, number) =>
            Text($"bits-{(json.Length == 0 ? "missing" : $"wrong-{number}")}", Outcome.Broken(FormatRule.Member), () => Token(claims => Set(claims["status_list"]!.AsObject(), "bits", json)))),
        .. ((string[])["", "1", "null"]).Select((json, number) =>
            Text($"lst-{(json.Length == 0 ? "missing" : $"wrong-{number}")}", Outcome.Broken(FormatRule.Member), () => Token(claims => Set(claims["status_list"]!.AsObject(), "lst", json)))),
        Text("lst-padded", Outcome.Broken(FormatRule.Base64Url), () => Token(claims => claims["status_list"]!["lst"] = "eNrbuRgAAhcBXQ==")),
        .. Lists().Select(one => Text($"lst-{one.Name}", Outcome.Broken(FormatRule.Compression), () => Token(claims => claims["status_list"]!["lst"] = Base64UrlText.Encode(one.List)))),
    ];

    private static IEnumerable<(string Name, byte[] List)> Lists()
    {
        var whole = Deflated(new byte[64]);
        return
        [
            ("empty", []), ("garbage", [1, 2, 3, 4, 5, 6, 7, 8]), ("raw-deflate", whole[2..^4]), ("cut-short", whole[..^1]), ("bytes-behind", [.. whole, 0]),
            ("checksum-wrong", [.. whole[..^1], (byte)(whole[^1] ^ 1)]), ("two-streams", [.. whole, .. Deflated(new byte[32])]), ("one-stream-twice", [.. whole, .. whole]), ("nothing-inside", Deflated([])), ("bomb", Deflated(new byte[2 * 1024 * 1024])),
        ];
    }

    private static IEnumerable<CorpusCase> Cwts() =>
    [
        Bytes("accepted", Outcome.Accepted, () => Cose(Claims())),
        Bytes("accepted-without-exp-and-ttl", Outcome.Accepted, () => Cose(Claims(4, 65534))),
        Bytes("empty", Outcome.Broken(FormatRule.Cbor), () => []),
        Bytes("garbage", Outcome.Broken(FormatRule.Cbor), () => [0xFF]),
        Bytes("bytes-behind", Outcome.Broken(FormatRule.Cbor), () => [.. Cose(Claims()), 0]),
        Bytes("cut-short", Outcome.Broken(FormatRule.Cbor), () => Cose(Claims())[..^1]),
        Bytes("untagged", Outcome.Broken(FormatRule.Structure), () => Cose(Claims())[1..]),
        Bytes("tag-of-a-cwt", Outcome.Broken(FormatRule.Structure), () => [0xD8, 0x3D, .. Cose(Claims())]),
        Bytes("tag-of-a-mac", Outcome.Broken(FormatRule.Structure), () => [0xD1, .. Cose(Claims())[1..]]),
        Bytes("typ-missing", Outcome.Broken(FormatRule.Type), () => CoseWriter.Sign(TestPki.StatusSigner, Claims())),
        Bytes("typ-of-a-jwt", Outcome.Broken(FormatRule.Type), () => CoseWriter.Sign(TestPki.StatusSigner, Claims(), "application/statuslist+jwt")),
        Bytes("payload-no-map", Outcome.Broken(FormatRule.Structure), () => Cose([0x80])),
        Bytes("payload-garbage", Outcome.Broken(FormatRule.Cbor), () => Cose([0xFF])),
        Bytes("payload-empty", Outcome.Broken(FormatRule.Cbor), () => Cose([])),
    ];

    private static IEnumerable<CorpusCase> CwtMembers() =>
    [
        .. ((int[])[2, 6, 65533]).Select(label => Bytes($"claim-{label}-missing", Outcome.Broken(FormatRule.Member), () => Cose(Claims(label)))),
        .. ((int[])[2, 4, 6, 65533, 65534]).Select(label => Bytes($"claim-{label}-of-another-kind", Outcome.Broken(FormatRule.Member), () => Cose(Claims((label, writer => writer.WriteBoolean(true)))))),
        Bytes("claim-2-empty", Outcome.Broken(FormatRule.Member), () => Cose(Claims((2, writer => writer.WriteTextString(""))))),
        Bytes("claim-65534-zero", Outcome.Broken(FormatRule.Member), () => Cose(Claims((65534, writer => writer.WriteInt32(0))))),
        Bytes("claim-65534-negative", Outcome.Broken(FormatRule.Member), () => Cose(Claims((65534, writer => writer.WriteInt32(-1))))),
        .. ((int[])[0, 3, 16]).Select(bits => Bytes($"bits-{bits}", Outcome.Broken(FormatRule.Member), () => Cose(Claims((65533, ListOf(bits, Deflated(new byte[64]))))))),
        .. Lists().Select(one => Bytes($"lst-{one.Name}", Outcome.Broken(FormatRule.Compression), () => Cose(Claims((65533, ListOf(1, one.List)))))),
    ];

    private static byte[] Deflated(byte[] bytes)
    {
        using var output = new MemoryStream();
        using (var zlib = new ZLibStream(output, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            zlib.Write(bytes);
        }

        return output.ToArray();
    }

    private static void Set(JsonObject json, string member, string value)
    {
        json.Remove(member);
        if (value.Length > 0)
        {
            json[member] = JsonNode.Parse(value);
        }
    }

    private static string Token(Action<JsonObject> claims, Action<JsonObject>? more = null, Action<JsonObject>? header = null)
    {
        var parts = Scenario.StatusList(Scenario.StatusListAt()).Split('.').Take(2).Select(part => JsonNode.Parse(Base64UrlText.Parse(part, "").OrThrow())!.AsObject()).ToArray();
        header?.Invoke(parts[0]);
        claims(parts[1]);
        more?.Invoke(parts[1]);
        return Scenario.Sign(parts[0], parts[1], TestPki.StatusSigner);
    }

    private static byte[] Cose(byte[] payload) => CoseWriter.Sign(TestPki.StatusSigner, payload, "application/statuslist+cwt");

    private static byte[] Claims(params int[] without) => Write(Members().Where(member => !without.Contains(member.Label)));

    private static byte[] Claims((int Label, Action<CborWriter> Value) instead) => Write(Members().Select(member => member.Label == instead.Label ? instead : member));

    private static byte[] Write(IEnumerable<(int Label, Action<CborWriter> Value)> members)
    {
        var all = members.ToList();
        var writer = new CborWriter(CborConformanceMode.Lax);
        writer.WriteStartMap(all.Count);
        foreach (var (label, value) in all)
        {
            writer.WriteInt32(label);
            value(writer);
        }

        writer.WriteEndMap();
        return writer.Encode();
    }

    private static IEnumerable<(int Label, Action<CborWriter> Value)> Members() =>
    [
        (2, writer => writer.WriteTextString(TestPki.StatusUri)),
        (4, writer => writer.WriteInt64(Scenario.Noon.AddDays(3).ToUnixTimeSeconds())),
        (6, writer => writer.WriteInt64(Scenario.Noon.AddHours(-6).ToUnixTimeSeconds())),
        (65533, ListOf(1, Deflated(new byte[64]))),
        (65534, writer => writer.WriteInt32(43200)),
    ];

    private static Action<CborWriter> ListOf(int bits, byte[] list) => writer =>
    {
        writer.WriteStartMap(2);
        writer.WriteTextString("lst");
        writer.WriteByteString(list);
        writer.WriteTextString("bits");
        writer.WriteInt32(bits);
        writer.WriteEndMap();
    };

    private static CorpusCase Text(string name, Outcome expected, Func<string> text) => new(Jwt, name, expected, () => new JsonObject { ["input"] = text() });

    private static CorpusCase Bytes(string name, Outcome expected, Func<byte[]> bytes) => new(Cwt, name, expected, () => new JsonObject { ["input"] = Base64UrlText.Encode(bytes()) });
}
