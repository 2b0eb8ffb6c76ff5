using System.Security.Cryptography;
using IdentityPlatform.Formats;
using IdentityPlatform.Hosting.Passkeys;
using IdentityPlatform.Wallet.Passkeys;

namespace IdentityPlatform.Hosting.Tests.Passkeys;

/// <summary>A valid assertion, one change, the exact rule.</summary>
public sealed class AssertionEvidenceTests : IDisposable
{
    private static readonly byte[] Decision = SHA256.HashData("approve case 7"u8);

    private readonly ForgingAuthenticator _officer = new();

    public void Dispose() => _officer.Dispose();

    [Fact]
    public void An_officers_assertion_over_the_decision_is_valid()
    {
        _officer.SignCount = 42;
        Assert.Equal("valid 42", Verify());
    }

    [Fact]
    public void An_rsa_key_is_as_good()
    {
        using var officer = new ForgingAuthenticator(rsa: true);
        Assert.Equal("valid 0", Verify(officer));
        officer.ChangeSignature = signature => [.. signature[..^1], (byte)(signature[^1] ^ 1)];
        Assert.Equal("Signature", Verify(officer));
    }

    [Fact]
    public void The_software_authenticators_assertion_is_valid()
    {
        var authenticator = new SoftwareAuthenticator();
        var created = authenticator.Create("""{"rp":{"id":"localhost"},"user":{"id":"AAAA"},"challenge":"AAAA"}""", PasskeySite.Origin);
        var registered = ReceivedCredential.ParseRegistration(created).OrThrow();
        Base64UrlText.TryDecode(registered.Id, out var id);
        var key = registered.AuthenticatorBytes[(37 + 18 + id!.Length)..];

        var asserted = authenticator.Get(AssertionEvidence.OptionsJson(Decision, "localhost", [id]), PasskeySite.Origin);

        Assert.Equal("valid 0", Describe(AssertionEvidence.Verify(key, asserted, Decision, "localhost", [PasskeySite.Origin])));
    }

    [Fact]
    public void Another_decision_breaks_the_challenge()
    {
        _officer.Challenge = SHA256.HashData("approve case 8"u8);
        Assert.Equal("Challenge", Verify());
        _officer.Challenge = [];
        Assert.Equal("Challenge", Verify());
    }

    [Fact]
    public void A_registration_is_no_assertion()
    {
        _officer.Type = "webauthn.create";
        Assert.Equal("Type", Verify());
    }

    [Theory]
    [InlineData("https://evil.example")]
    [InlineData("http://LOCALHOST:5999")]
    [InlineData("http://localhost:5999/")]
    [InlineData("")]
    public void Another_origin_is_refused(string origin)
    {
        _officer.Origin = origin;
        Assert.Equal("Origin", Verify());
    }

    [Fact]
    public void A_frame_of_another_origin_is_refused()
    {
        _officer.ChangeClientData = data => data["crossOrigin"] = true;
        Assert.Equal("CrossOrigin", Verify());
        _officer.ChangeClientData = data => data["topOrigin"] = "https://evil.example";
        Assert.Equal("CrossOrigin", Verify());
        _officer.ChangeClientData = data => data.Remove("crossOrigin");
        Assert.Equal("valid 0", Verify());
    }

    [Fact]
    public void Another_relying_party_is_refused()
    {
        _officer.RpId = "evil.example";
        Assert.Equal("RelyingParty", Verify());
    }

    [Theory]
    [InlineData(0x04, "UserPresence")]
    [InlineData(0x01, "UserVerification")]
    [InlineData(0x00, "UserPresence")]
    [InlineData(0x05, "valid 0")]
    [InlineData(0x1D, "valid 0")]
    [InlineData(0x15, "Malformed")]
    public void Presence_and_verification_are_needed(byte flags, string expected)
    {
        _officer.Flags = flags;
        Assert.Equal(expected, Verify());
    }

    [Fact]
    public void What_was_signed_cannot_be_changed_afterwards()
    {
        var credential = Credential();
        var response = System.Text.Json.JsonElement.Parse(credential).ObjectMember("response")!.Value;
        var data = response.StringMember("authenticatorData")!;
        // The last byte of the counter: nothing but the signature protects it.
        var changed = credential.Replace(data, data[..^2] + (data.EndsWith("AA", StringComparison.Ordinal) ? "AQ" : "AA"), StringComparison.Ordinal);
        Assert.NotEqual(credential, changed);
        Assert.Equal("Signature", Describe(Check(_officer.CoseKey(), changed)));
        Assert.Equal("valid 0", Describe(Check(_officer.CoseKey(), credential)));
    }

    [Fact]
    public void Another_officers_key_does_not_verify()
    {
        using var other = new ForgingAuthenticator();
        Assert.Equal("Signature", Describe(Check(other.CoseKey(), Credential())));
    }

    [Fact]
    public void A_signature_has_one_form_only()
    {
        _officer.ChangeSignature = signature => [.. signature, 0];
        Assert.Equal("Signature", Verify());
        _officer.ChangeSignature = _ => [];
        Assert.Equal("Signature", Verify());
        _officer.ChangeSignature = _ => new byte[64];
        Assert.Equal("Signature", Verify());
        _officer.ChangeSignature = _ => [0x30, 0x06, 0x02, 0x01, 0x00, 0x02, 0x01, 0x00];
        Assert.Equal("Signature", Verify());
    }

    [Theory]
    [InlineData("{\"type\":", "{\"type\":\"webauthn.get\",\"type\":")]
    [InlineData("}", "},")]
    [InlineData("\"crossOrigin\":false", "\"crossOrigin\":\"false\"")]
    [InlineData("\"origin\":", "\"source\":")]
    [InlineData("\"challenge\":\"", "\"challenge\":\"=")]
    public void Client_data_are_strict_json(string part, string instead)
    {
        _officer.ChangeClientText = text => text.Replace(part, instead, StringComparison.Ordinal);
        Assert.Equal("Malformed", Verify());
    }

    [Fact]
    public void Authenticator_data_are_read_to_their_last_byte()
    {
        _officer.ChangeData = data => [.. data, 0];
        Assert.Equal("Malformed", Verify());
        _officer.ChangeData = data => data[..36];
        Assert.Equal("Malformed", Verify());

        // ED is set: one CBOR map follows, an empty one here.
        _officer.Flags = 0x85;
        _officer.ChangeData = data => [.. data, 0xA0];
        Assert.Equal("valid 0", Verify());
        _officer.ChangeData = data => [.. data, 0xA0, 0xA0];
        Assert.Equal("Malformed", Verify());
        _officer.ChangeData = data => data;
        Assert.Equal("Malformed", Verify());
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("{\"id\":\"AA\",\"id\":\"AA\"}")]
    public void What_is_no_credential_is_malformed(string credential) =>
        Assert.Equal("Malformed", Describe(Check(_officer.CoseKey(), credential)));

    [Fact]
    public void The_key_is_a_cose_key_of_an_allowed_algorithm_with_nothing_else_in_it()
    {
        var good = _officer.CoseKey();
        var (x, y) = (good[10..42], good[45..77]);
        Assert.Equal("valid 0", DescribeKey(ForgingAuthenticator.Map((1, 2), (3, -7), (-1, 1), (-2, x), (-3, y))));
        Assert.Equal("Key", DescribeKey([]));
        Assert.Equal("Key", DescribeKey([.. good, 0]));
        Assert.Equal("Key", DescribeKey(good[..^1]));
        Assert.Equal("Key", DescribeKey(ForgingAuthenticator.Map((1, 2), (3, -8), (-1, 1), (-2, x), (-3, y))));
        Assert.Equal("Key", DescribeKey(ForgingAuthenticator.Map((1, 2), (3, -7), (-1, 2), (-2, x), (-3, y))));
        Assert.Equal("Key", DescribeKey(ForgingAuthenticator.Map((1, 2), (3, -7), (-1, 1), (-2, x), (-3, x))));
        Assert.Equal("Key", DescribeKey(ForgingAuthenticator.Map((1, 2), (3, -7), (-1, 1), (-2, x), (-3, y), (-4, new byte[32]))));
        Assert.Equal("Key", DescribeKey(ForgingAuthenticator.Map((1, 2), (2, new byte[4]), (3, -7), (-1, 1), (-2, x), (-3, y))));
        Assert.Equal("Key", DescribeKey(ForgingAuthenticator.Map((1, 3), (3, -257), (-1, new byte[128]), (-2, new byte[] { 1, 0, 1 }))));
    }

    [Fact]
    public void Random_bytes_never_throw()
    {
        for (var i = 0; i < 2000; i++)
        {
            // The same bytes in every run: each round another length, all of them looking random.
            var bytes = SHA512.HashData(BitConverter.GetBytes(i)).Concat(SHA512.HashData(BitConverter.GetBytes(-i))).Take(1 + (i % 128)).ToArray();
            Assert.Equal("Key", DescribeKey(bytes));
            _officer.ChangeData = _ => [.. bytes];
            Assert.NotEqual("valid 0", Verify());
        }
    }

    private string DescribeKey(byte[] key) => Describe(Check(key, Credential()));

    private string Credential() => _officer.Get(AssertionEvidence.OptionsJson(Decision, PasskeySite.RpId, []));

    private string Verify() => Verify(_officer);

    private static string Verify(ForgingAuthenticator officer) =>
        Describe(Check(officer.CoseKey(), officer.Get(AssertionEvidence.OptionsJson(Decision, PasskeySite.RpId, []))));

    private static AssertionVerdict Check(byte[] key, string credential) =>
        AssertionEvidence.Verify(key, credential, Decision, PasskeySite.RpId, [PasskeySite.Origin]);

    private static string Describe(AssertionVerdict verdict) => verdict.Match(valid => $"valid {valid.SignCount}", invalid => invalid.Rule.ToString());
}
