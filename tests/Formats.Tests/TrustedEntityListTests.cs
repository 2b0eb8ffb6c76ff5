using System.Text.Json.Nodes;
using IdentityPlatform.Formats.Trust;

namespace IdentityPlatform.Formats.Tests;

/// <summary>A list of trusted entities that is read, one change, and the rule that it breaks.</summary>
public sealed class TrustedEntityListTests : IDisposable
{
    private const string PidIssuance = "http://uri.etsi.org/19602/SvcType/PID/Issuance";

    private readonly TestPki _pki = new();
    private readonly SigningKey _operator = TestKeys.Es256();

    public void Dispose() => _operator.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_list_is_read_with_or_without_the_member_around_it(bool wrapped)
    {
        var list = Expect.Accepted(Parse(_ => { }, wrapped));

        Assert.Equal((9, "http://uri.etsi.org/19602/LoTEType/EUPIDProvidersList", "EU"), (list.SequenceNumber, list.Type, list.Territory));
        Assert.Equal((TestKeys.Now, TestKeys.Now.AddDays(180)), (list.IssuedAt, list.NextUpdate));
        var service = Assert.Single(list.Services);
        Assert.Equal(("Example agency", PidIssuance, null, null), (service.Entity, service.Type, service.Status, service.StatusSince));
        Assert.Equal([_pki.Root.Subject, _pki.Leaf.Subject], service.Certificates.Select(certificate => certificate.Subject));
        Assert.Equal(("list of trusted entities 9 of 2026-06-01 12:00:00Z", PidIssuance + " of Example agency"), (list.ToString(), service.ToString()));
    }

    [Fact]
    public void A_list_that_says_its_scheme_itself_has_no_other_in_it() =>
        Assert.Equal(9, Expect.Accepted(Parse(list => list["LoTE"] = new JsonObject())).SequenceNumber);

    [Fact]
    public void A_list_of_another_signer_or_of_nobodys_pin_is_refused()
    {
        using var other = TestKeys.Es256();
        var jws = Sign(Valid());
        Expect.Refused(FormatRule.Signature, TrustedEntityList.Parse(jws, other.PublicKey));
        Expect.Refused(FormatRule.Key, TrustedEntityList.Parse(jws));
        Expect.Accepted(TrustedEntityList.Parse(jws, other.PublicKey, _operator.PublicKey));
        Expect.Refused(FormatRule.Structure, TrustedEntityList.Parse(Valid().ToJsonString(), _operator.PublicKey));
    }

    [Theory]
    [InlineData("LoTEVersionIdentifier", "2", FormatRule.Type)]
    [InlineData("LoTEVersionIdentifier", null, FormatRule.Type)]
    [InlineData("LoTESequenceNumber", "0", FormatRule.Member)]
    [InlineData("LoTESequenceNumber", "\"9\"", FormatRule.Member)]
    [InlineData("SchemeOperatorName", null, FormatRule.Member)]
    [InlineData("SchemeOperatorName", "[]", FormatRule.Member)]
    [InlineData("SchemeOperatorName", """[{"lang":"en"}]""", FormatRule.Member)]
    [InlineData("SchemeOperatorName", """[{"lang":"en","value":""}]""", FormatRule.Member)]
    [InlineData("SchemeOperatorName", """[{"lang":"en","value":"Example"},{"lang":"de"}]""", FormatRule.Member)]
    [InlineData("ListIssueDateTime", "\"2026-06-01\"", FormatRule.Member)]
    [InlineData("ListIssueDateTime", "\"2026-06-01T12:00:00+02:00\"", FormatRule.Member)]
    [InlineData("NextUpdate", null, FormatRule.Member)]
    [InlineData("NextUpdate", "\"2026-06-01T12:00:00Z\"", FormatRule.Member)]
    public void What_the_scheme_says_is_read_strictly(string member, string? value, FormatRule rule) =>
        Refused(rule, member, Parse(list => Set(list["ListAndSchemeInformation"]!, member, value)));

    [Theory]
    [InlineData("ListAndSchemeInformation", "[]")]
    [InlineData("TrustedEntitiesList", "{}")]
    [InlineData("TrustedEntitiesList", "[{}]")]
    public void The_shape_of_the_list_is_read_strictly(string member, string value) => Refused(FormatRule.Member, member, Parse(list => Set(list, member, value)));

    [Fact]
    public void A_list_of_nobody_trusts_nobody() => Assert.Empty(Expect.Accepted(Parse(list => list.Remove("TrustedEntitiesList"))).Services);

    [Theory]
    [InlineData("ServiceDigitalIdentity", null, "ServiceDigitalIdentity")]
    [InlineData("ServiceDigitalIdentity", """{"X509Certificates":{}}""", "X509Certificates")]
    [InlineData("ServiceDigitalIdentity", """{"X509Certificates":["MII"]}""", "val")]
    [InlineData("ServiceTypeIdentifier", "7", "ServiceTypeIdentifier")]
    [InlineData("ServiceStatus", "7", "ServiceStatus")]
    [InlineData("ServiceStatus", "\"\"", "ServiceStatus")]
    [InlineData("StatusStartingTime", "\"yesterday\"", "StatusStartingTime")]
    public void What_a_service_says_is_read_strictly(string member, string? value, string named) =>
        Refused(FormatRule.Member, named, Parse(list => Set(Service(list), member, value)));

    [Fact]
    public void A_certificate_that_cannot_be_read_refuses_the_list() =>
        Expect.Refused(FormatRule.Certificate, Parse(list => Service(list)["ServiceDigitalIdentity"]!["X509Certificates"]![0]!["val"] = "AAAA"));

    [Fact]
    public void An_entity_without_services_or_name_is_refused()
    {
        Refused(FormatRule.Member, "TrustedEntityServices", Parse(list => list["TrustedEntitiesList"]![0]!["TrustedEntityServices"] = new JsonArray()));
        Refused(FormatRule.Member, "TEName", Parse(list => list["TrustedEntitiesList"]![0]!["TrustedEntityInformation"]!.AsObject().Remove("TEName")));
    }

    [Fact]
    public void The_entity_that_breaks_a_rule_is_named_by_its_place() =>
        Refused(FormatRule.Member, "TrustedEntitiesList[1]", Parse(list => list["TrustedEntitiesList"]!.AsArray().Add(new JsonObject())));

    [Fact]
    public void Status_and_its_time_are_read_and_what_else_is_said_is_ignored()
    {
        var service = Expect.Accepted(Parse(list =>
        {
            Set(Service(list), "ServiceStatus", "\"http://uri.etsi.org/19602/PubEAAProvidersList/SvcStatus/notified\"");
            Set(Service(list), "StatusStartingTime", "\"2026-01-01T00:00:00.5Z\"");
            Set(Service(list), "Unknown", "{}");
            Set(Service(list), "ServiceDigitalIdentity", """{"PublicKeyValues":[{}]}""");
        })).Services[0];
        Assert.EndsWith("/notified", service.Status, StringComparison.Ordinal);
        Assert.Equal(new DateTimeOffset(2026, 1, 1, 0, 0, 0, 500, TimeSpan.Zero), service.StatusSince);
        Assert.Empty(service.Certificates);
    }

    private static JsonObject Service(JsonObject list) => list["TrustedEntitiesList"]![0]!["TrustedEntityServices"]![0]!["ServiceInformation"]!.AsObject();

    private static void Set(JsonNode json, string member, string? value)
    {
        json.AsObject().Remove(member);
        if (value is not null)
        {
            json[member] = JsonNode.Parse(value);
        }
    }

    private static void Refused(FormatRule rule, string named, Parsed<TrustedEntityList> parsed)
    {
        Expect.Refused(rule, parsed);
        Assert.Contains(named, parsed.Failed(out var failure, out _) ? failure.Fact : "", StringComparison.Ordinal);
    }

    private Parsed<TrustedEntityList> Parse(Action<JsonObject> change, bool wrapped = false)
    {
        var list = Valid();
        change(list);
        return TrustedEntityList.Parse(Sign(wrapped ? new JsonObject { ["LoTE"] = list } : list), _operator.PublicKey);
    }

    private string Sign(JsonObject payload) => TestKeys.Sign(_operator, """{"alg":"ES256","typ":"JOSE","iat":1780315200}""", payload.ToJsonString());

    private JsonObject Valid() => JsonNode.Parse($$"""
        {
          "ListAndSchemeInformation": {
            "LoTEVersionIdentifier": 1,
            "LoTESequenceNumber": 9,
            "LoTEType": "http://uri.etsi.org/19602/LoTEType/EUPIDProvidersList",
            "SchemeOperatorName": [{"lang": "en", "value": "Example operator"}],
            "SchemeTerritory": "EU",
            "ListIssueDateTime": "2026-06-01T12:00:00Z",
            "NextUpdate": "2026-11-28T12:00:00Z"
          },
          "TrustedEntitiesList": [{
            "TrustedEntityInformation": {"TEName": [{"lang": "en", "value": "Example agency"}]},
            "TrustedEntityServices": [{
              "ServiceInformation": {
                "ServiceName": [{"lang": "en", "value": "Cards"}],
                "ServiceTypeIdentifier": "{{PidIssuance}}",
                "ServiceDigitalIdentity": {
                  "X509Certificates": [{"val": "{{Convert.ToBase64String(_pki.Root.RawData)}}"}, {"val": "{{Convert.ToBase64String(_pki.Leaf.RawData)}}"}]
                }
              }
            }]
          }]
        }
        """)!.AsObject();
}
