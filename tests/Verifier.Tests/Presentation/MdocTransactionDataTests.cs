using System.Security.Cryptography;
using System.Text;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Cose;
using IdentityPlatform.Verifier.Presentation;
using IdentityPlatform.Verifier.Tests.Mdoc;
using IdentityPlatform.Verifier.Tests.Scenarios;

namespace IdentityPlatform.Verifier.Tests.Presentation;

/// <summary>What a holder confirms with an mdoc: an element that the device says itself, where the issuer lets it (OpenID4VP §B.2.1).</summary>
public sealed class MdocTransactionDataTests
{
    private const string Space = "org.example.payment.1";
    private const string Name = "transaction_data_hash";

    private static readonly TransactionData Payment = TransactionData.OfMdoc(
        "org.example.payment", "card", Space, Name, text => CborValue.Of(SHA256.HashData(Encoding.ASCII.GetBytes(text))), writer => writer.WriteNumber("amount", 5));

    private static CborValue Value => Payment.Answer!.Value;

    [Fact]
    public void What_the_device_says_with_the_issuers_leave_confirms_it() => Verify(s =>
    {
        s.DeviceMaySay.Add((Space, Name));
        s.Said.Add((Space, Name, Value));
    }).IsAccepted();

    [Fact]
    public void Without_the_issuers_leave_nothing_is_confirmed()
    {
        Verify(s => s.Said.Add((Space, Name, Value))).IsRejected<Failure.TransactionDataMismatch>();
        Verify(s =>
        {
            s.DeviceMaySay.Add((Space, "another"));
            s.Said.Add((Space, Name, Value));
        }).IsRejected<Failure.TransactionDataMismatch>();
    }

    [Fact]
    public void Another_value_or_none_confirms_nothing()
    {
        Verify(s => s.DeviceMaySay.Add((Space, Name))).IsRejected<Failure.TransactionDataMismatch>();
        foreach (var other in new[] { CborValue.Of(new byte[32]), CborValue.Of("x"), CborValue.Of(Value.Bytes!.Value[..31]) })
        {
            Verify(s =>
            {
                s.DeviceMaySay.Add((Space, Name));
                s.Said.Add((Space, Name, other));
            }).IsRejected<Failure.TransactionDataMismatch>();
        }
    }

    [Fact]
    public void A_device_says_nothing_that_nobody_asked_for()
    {
        MdocScenario.Verify(s =>
        {
            s.DeviceMaySay.Add((Space, Name));
            s.Said.Add((Space, Name, Value));
        }).IsRejected<Failure.OverDisclosure>();
        Verify(s =>
        {
            s.DeviceMaySay.AddRange([(Space, Name), (Space, "more")]);
            s.Said.AddRange([(Space, Name, Value), (Space, "more", Value)]);
        }).IsRejected<Failure.OverDisclosure>();
    }

    [Fact]
    public void A_request_asks_for_it_with_an_mdoc_alone_and_keeps_it()
    {
        var query = DcqlQuery.For(new MdocScenario().Query);
        using var request = NewRequest(query);
        var expected = Assert.Single(request.ExpectationOf(query.Credentials[0]).DeviceStatements);
        Assert.Equal((Space, Name), (expected.NameSpace, expected.Element));
        Assert.Equal(Value.Encoded.ToArray(), expected.Value.Encoded.ToArray());
        Assert.Empty(request.ExpectationOf(query.Credentials[0]).TransactionHashes);
        using var kept = KeptRequest.Read(System.Text.Json.JsonElement.Parse(JsonText.Write(writer => KeptRequest.Write(writer, request, withKey: true)))).OrThrow();
        Assert.Equal(Value.Encoded.ToArray(), Assert.Single(kept.TransactionData).Answer!.Value.Encoded.ToArray());
        Assert.Equal(Payment.Encoded, kept.TransactionData[0].Encoded);
        Assert.Throws<ArgumentException>(() => NewRequest(DcqlQuery.For(new Scenario().Query)));
        Assert.Equal($"{Space} {Name}", expected.ToString());
    }

    private static PresentationRequest NewRequest(DcqlQuery query) => new(
        query, "x509_hash:door", "https://door.example.org/r", Secret(), Secret(), ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256), Scenario.Noon.AddMinutes(5))
    {
        TransactionData = [Payment],
    };

    private static string Secret() => Base64UrlText.Encode(RandomNumberGenerator.GetBytes(24));

    private static VerificationResult Verify(Action<MdocScenario> change) => MdocScenario.Verify(s =>
    {
        s.Statements = [Payment.Answer!];
        change(s);
    });
}
