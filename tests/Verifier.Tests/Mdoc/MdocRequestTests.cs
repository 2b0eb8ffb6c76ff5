using System.Security.Cryptography;
using System.Text.Json;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Mdoc;
using IdentityPlatform.Verifier.Presentation;
using IdentityPlatform.Verifier.Tests.Scenarios;

namespace IdentityPlatform.Verifier.Tests.Mdoc;

/// <summary>Requests for mdocs: the query language, the metadata, and the transcript that a request stands for.</summary>
public sealed class MdocRequestTests
{
    [Fact]
    public void A_query_is_written_and_read_again()
    {
        var query = DcqlQuery.For(CredentialQuery.OfDocType("card", MdocScenario.DocType).Asking(MdocScenario.Iso, "age_over_18"));
        var json = JsonElement.Parse(JsonText.Write(query.WriteTo));
        Assert.Equal(
            """{"credentials":[{"id":"card","format":"mso_mdoc","meta":{"doctype_value":"org.example.compatriotcard.1"},"claims":[{"path":["org.iso.23220.1","age_over_18"]}]}]}""",
            json.GetRawText());
        var read = DcqlQuery.Parse(json).OrThrow().Credentials[0];
        Assert.Equal((CredentialQuery.MdocFormat, MdocScenario.DocType), (read.Format, read.Types.Single()));
    }

    [Theory]
    [InlineData("""{"doctype_value":"t"}""", """["n","e"]""", true)]
    [InlineData("""{"doctype_value":"t"}""", """["n","e",0]""", true)]
    [InlineData("""{"doctype_value":"t"}""", """["n"]""", false)]
    [InlineData("""{"doctype_value":"t"}""", """["n",0]""", false)]
    [InlineData("""{"doctype_value":"t"}""", """["n",null]""", false)]
    [InlineData("""{"doctype_value":""}""", """["n","e"]""", false)]
    [InlineData("""{"vct_values":["t"]}""", """["n","e"]""", false)]
    [InlineData("{}", """["n","e"]""", false)]
    public void A_query_is_read_by_the_rules_of_the_format(string meta, string path, bool accepted)
    {
        var json = JsonElement.Parse($$"""{"credentials":[{"id":"c","format":"mso_mdoc","meta":{{meta}},"claims":[{"path":{{path}}}]}]}""");
        if (DcqlQuery.Parse(json).Failed(out var failure, out _))
        {
            Assert.Equal(FormatRule.Structure, failure.Rule);
        }

        Assert.Equal(accepted, failure is null);
    }

    [Fact]
    public void A_request_names_the_algorithms_of_cose_and_stands_for_its_own_transcript()
    {
        var query = DcqlQuery.For(CredentialQuery.OfDocType("card", MdocScenario.DocType).Asking(MdocScenario.Iso, "age_over_18"));
        using var request = new PresentationRequest(
            query, PresentationRequests.ClientIdOf(TestPki.Door), MdocScenario.ResponseUri, MdocScenario.Nonce, "c3RhdGUtb2YtdGhpcy1yZXF1ZXN0",
            ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256), Scenario.Noon.AddMinutes(5));
        var wallet = TestWallet.Read(PresentationRequests.Create(TestPki.Door, request, Scenario.Noon));
        var formats = wallet.Claims.GetProperty("client_metadata").GetProperty("vp_formats_supported");
        Assert.Equal("""{"mso_mdoc":{"issuerauth_alg_values":[-7,-9,-35,-51,-36,-52],"deviceauth_alg_values":[-7,-9,-35,-51,-36,-52]}}""", formats.GetRawText());

        // The wallet makes its transcript of what it reads in the request alone.
        var transcript = SessionTranscript.ForOpenId4Vp(wallet.ClientId, wallet.Claims.StringMember("nonce")!, wallet.EncryptionKey, wallet.ResponseUri);
        var expected = request.ExpectationOf(query.Credentials[0]).Transcript;
        Assert.Equal(transcript.Encoded.ToArray(), expected!.Encoded.ToArray());
        MdocScenario.Verify(s => (s.Transcript, s.Expected) = (transcript, expected)).IsAccepted();
    }

    [Fact]
    public void A_query_for_the_other_format_stands_for_no_transcript()
    {
        var query = DcqlQuery.For(CredentialQuery.OfType("card", TestPki.CardType));
        using var request = new PresentationRequest(
            query, MdocScenario.Audience, MdocScenario.ResponseUri, MdocScenario.Nonce, "c3RhdGUtb2YtdGhpcy1yZXF1ZXN0",
            ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256), Scenario.Noon.AddMinutes(5));
        Assert.Null(request.ExpectationOf(query.Credentials[0]).Transcript);
    }
}
