using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using IdentityPlatform.Formats;
using IdentityPlatform.Verifier.Presentation;
using IdentityPlatform.Verifier.Tests.Mdoc;
using IdentityPlatform.Verifier.Tests.Scenarios;

namespace IdentityPlatform.Verifier.Tests.Presentation;

/// <summary>What a holder confirms by presenting: the hash of exactly that, under the holder's signature (OpenID4VP §8.4, §B.3.3).</summary>
public sealed class TransactionDataTests
{
    private static readonly TransactionData Payment = TransactionData.Of("org.example.payment", "card", writer => writer.WriteNumber("amount", 5));
    private static readonly TransactionData Visit = TransactionData.Of("org.example.visit", "card", _ => { });

    [Fact]
    public void The_request_carries_it_as_text_that_names_its_type_and_credential()
    {
        var sent = TestWallet.Read(PresentationRequests.Create(TestPki.Door, NewRequest(Payment), Scenario.Noon)).Claims.StringsMember("transaction_data")!;
        Assert.True(Base64UrlText.TryDecode(sent.Single(), out var bytes));
        var json = JsonElement.Parse(bytes);
        Assert.Equal(("org.example.payment", 5), (json.StringMember("type"), json.LongMember("amount")));
        Assert.Equal(["card"], json.StringsMember("credential_ids"));
        Assert.Null(TestWallet.Read(PresentationRequests.Create(TestPki.Door, NewRequest(), Scenario.Noon)).Claims.Member("transaction_data"));
        Assert.Equal("transaction data of org.example.payment", Payment.ToString());
    }

    [Fact]
    public void A_holder_who_signs_over_its_hash_confirms_it()
    {
        Verify([Payment], Hashes(Payment)).IsAccepted();
        Verify([Payment], Hashes(Payment), "sha-256").IsAccepted();
        Verify([Payment, Visit], Hashes(Visit, Payment)).IsAccepted();
        Verify([], null).IsAccepted();
    }

    [Fact]
    public void A_holder_who_signs_over_something_else_confirms_nothing()
    {
        Verify([Payment], null).IsRejected<Failure.TransactionDataMismatch>();
        Verify([Payment], Hashes(Visit)).IsRejected<Failure.TransactionDataMismatch>();
        Verify([Payment], Hashes(Payment, Visit)).IsRejected<Failure.TransactionDataMismatch>();
        Verify([Payment, Visit], Hashes(Payment)).IsRejected<Failure.TransactionDataMismatch>();
        Verify([Payment], Hashes(Payment, Payment)).IsRejected<Failure.TransactionDataMismatch>();
        Verify([], Hashes(Payment)).IsRejected<Failure.TransactionDataMismatch>();
        Verify([Payment], Hashes(Payment), "sha-512").IsRejected<Failure.TransactionDataMismatch>();
        Verify([Payment], new JsonArray(1)).IsRejected<Failure.TransactionDataMismatch>();
        Verify([Payment], System.Text.Json.Nodes.JsonValue.Create("x")).IsRejected<Failure.TransactionDataMismatch>();
    }

    [Fact]
    public void Nobody_confirms_without_signing() => Scenario.Verify(s => (s.Policy, s.WithKeyBinding) = (Policies.Haip(binding: HolderBinding.WaivedUnsafe), false)).IsAccepted();

    [Fact]
    public void Where_something_is_to_be_confirmed_the_signature_is_not_waived()
    {
        var scenario = new Scenario { WithKeyBinding = false };
        var expectation = NewRequest(Payment).ExpectationOf(scenario.Query);
        CredentialVerifier.Verify(scenario.Present(), expectation, Policies.Haip(binding: HolderBinding.WaivedUnsafe), scenario.Trust(), scenario.Now).IsRejected<Failure.HolderBindingMissing>();
    }

    [Fact]
    public void It_is_for_an_SD_JWT_VC_of_the_query_whose_holder_signs()
    {
        Assert.Throws<ArgumentException>(() => NewRequest(TransactionData.Of("t", "other", _ => { })));
        Assert.Throws<ArgumentException>(() => NewRequest(DcqlQuery.For(new MdocScenario().Query), Payment));
        Assert.Throws<ArgumentException>(() => NewRequest(DcqlQuery.For(new Scenario().Query.WithoutHolderBinding()), Payment));
    }

    private static JsonArray Hashes(params TransactionData[] data) =>
        new([.. data.Select(one => (JsonNode)Base64UrlText.Encode(SHA256.HashData(Encoding.ASCII.GetBytes(one.Encoded))))]);

    private static VerificationResult Verify(TransactionData[] asked, JsonNode? hashes, string? algorithm = null)
    {
        var scenario = new Scenario();
        var request = NewRequest(asked);
        var wallet = TestWallet.Read(PresentationRequests.Create(TestPki.Door, request, Scenario.Noon));
        wallet.Answering(scenario);
        if (hashes is not null)
        {
            scenario.KeyBindingPayload["transaction_data_hashes"] = hashes;
        }

        if (algorithm is not null)
        {
            scenario.KeyBindingPayload["transaction_data_hashes_alg"] = algorithm;
        }

        return CredentialVerifier.Verify(scenario.Present(), request.ExpectationOf(scenario.Query), scenario.Policy, scenario.Trust(), scenario.Now);
    }

    private static PresentationRequest NewRequest(params TransactionData[] data) => NewRequest(DcqlQuery.For(new Scenario().Query), data);

    private static PresentationRequest NewRequest(DcqlQuery query, params TransactionData[] data) => new(
        query, PresentationRequests.ClientIdOf(TestPki.Door), "https://door.example.org/r", Secret(), Secret(), ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256), Scenario.Noon.AddMinutes(5))
    {
        TransactionData = [.. data],
    };

    private static string Secret() => Base64UrlText.Encode(RandomNumberGenerator.GetBytes(24));
}
