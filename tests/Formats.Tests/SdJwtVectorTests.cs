using IdentityPlatform.Formats.SdJwt;

namespace IdentityPlatform.Formats.Tests;

/// <summary>SD-JWTs that others made: each is processed to exactly the published claims, and altered in one place it fails.</summary>
public sealed class SdJwtVectorTests
{
    public static TheoryData<string, string> Cases()
    {
        var cases = new TheoryData<string, string>();
        foreach (var source in (string[])["rfc9901", "sd-jwt-vc"])
        {
            foreach (var name in Vectors.Names(source))
            {
                cases.Add(source, name);
            }
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_published_sd_jwt_is_processed_to_the_published_claims(string source, string name)
    {
        var vector = Vectors.Read(source, name);
        var text = vector.StringMember("sd_jwt")!;
        var sdJwt = Expect.Accepted(SignedSdJwt.Parse(text));
        var issuer = Expect.Accepted(sdJwt.IssuerJwt.Verify(IssuerKey(vector), vector.StringMember("typ"), JwsAlgorithm.ES256));
        var processed = Expect.Accepted(sdJwt.Process(issuer.Claims));
        Assert.True(JsonElement.DeepEquals(vector.GetProperty("claims"), processed.Claims), processed.Claims.GetRawText());
        Assert.Equal(sdJwt.Disclosures.Count, processed.DisclosedPaths.Count);
        Assert.All(processed.DisclosedPaths, path => Assert.Single(path.Select(processed.Claims)));
        Assert.Equal(text, sdJwt.Compact());
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_published_key_binding_verifies(string source, string name)
    {
        var vector = Vectors.Read(source, name);
        var sdJwt = SignedSdJwt.Parse(vector.StringMember("sd_jwt")!).OrThrow();
        if (vector.ObjectMember("key_binding") is not { } expected)
        {
            Assert.Null(sdJwt.KeyBinding);
            return;
        }

        var claims = sdJwt.IssuerJwt.UnverifiedClaims;
        var binding = Expect.Accepted(sdJwt.KeyBinding!.Verify(HolderKey(claims), "kb+jwt", JwsAlgorithm.ES256));
        Assert.Equal(Expect.Accepted(sdJwt.ExpectedSdHash(claims)), binding.Claims.StringMember("sd_hash"));
        Assert.Equal(expected.StringMember("nonce"), binding.Claims.StringMember("nonce"));
        Assert.Equal(expected.StringMember("aud"), binding.Claims.StringMember("aud"));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void An_altered_issuer_signature_is_refused(string source, string name)
    {
        var vector = Vectors.Read(source, name);
        var text = vector.StringMember("sd_jwt")!;
        var at = text.IndexOf('~', StringComparison.Ordinal) - 10;
        var altered = SignedSdJwt.Parse(Changed(text, at)).OrThrow();
        Expect.Refused(FormatRule.Signature, altered.IssuerJwt.Verify(IssuerKey(vector), vector.StringMember("typ"), JwsAlgorithm.ES256));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void An_altered_disclosure_is_referenced_by_nothing(string source, string name)
    {
        var parts = Vectors.Read(source, name).StringMember("sd_jwt")!.Split('~');
        for (var i = 1; i < parts.Length - 1; i++)
        {
            // The salt is changed: the disclosure stays well formed, and its digest is another.
            var changed = parts.ToArray();
            var json = Base64UrlText.Parse(parts[i], "a disclosure").OrThrow();
            json[2] = json[2] == (byte)'A' ? (byte)'B' : (byte)'A';
            changed[i] = Base64UrlText.Encode(json);
            Expect.Refused(FormatRule.Digest, Process(changed));
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_disclosure_given_twice_is_refused(string source, string name)
    {
        var parts = Vectors.Read(source, name).StringMember("sd_jwt")!.Split('~');
        if (parts.Length > 2)
        {
            Expect.Refused(FormatRule.Digest, Process([.. parts[..2], .. parts[1..]]));
        }

        Expect.Accepted(Process(parts));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void An_altered_key_binding_is_refused(string source, string name)
    {
        var text = Vectors.Read(source, name).StringMember("sd_jwt")!;
        var sdJwt = SignedSdJwt.Parse(text).OrThrow();
        if (sdJwt.KeyBinding is null)
        {
            return;
        }

        var claims = sdJwt.IssuerJwt.UnverifiedClaims;
        var altered = SignedSdJwt.Parse(Changed(text, text.Length - 10)).OrThrow();
        Expect.Refused(FormatRule.Signature, altered.KeyBinding!.Verify(HolderKey(claims), "kb+jwt", JwsAlgorithm.ES256));

        // Without its first disclosure the rest is another presentation than the one that was bound.
        var parts = text.Split('~');
        var shorter = SignedSdJwt.Parse(string.Join('~', [parts[0], .. parts[2..]])).OrThrow();
        Assert.NotEqual(shorter.ExpectedSdHash(claims).OrThrow(), sdJwt.KeyBinding.UnverifiedClaims.StringMember("sd_hash"));
    }

    [Theory]
    [InlineData("8.2-flattened-issued")]
    [InlineData("8.2-flattened-presented")]
    [InlineData("8.3-general-presented")]
    public void The_json_serialisations_of_RFC_9901_are_processed(string name)
    {
        var vector = Vectors.Read("rfc9901-json", name);
        var sdJwt = Expect.Accepted(SignedSdJwt.ParseJson(JsonText.Write(vector.GetProperty("jws").WriteTo)));
        var issuer = Expect.Accepted(sdJwt.IssuerJwt.Verify(IssuerKey(vector), vector.StringMember("typ"), JwsAlgorithm.ES256));
        Assert.True(JsonElement.DeepEquals(vector.GetProperty("claims"), Expect.Accepted(sdJwt.Process(issuer.Claims)).Claims));
        Assert.Equal(vector.BooleanMember("key_bound"), sdJwt.KeyBinding is not null);
        if (sdJwt.KeyBinding is not null)
        {
            var binding = Expect.Accepted(sdJwt.KeyBinding.Verify(HolderKey(issuer.Claims), "kb+jwt", JwsAlgorithm.ES256));
            Assert.Equal(sdJwt.ExpectedSdHash(issuer.Claims).OrThrow(), binding.Claims.StringMember("sd_hash"));
        }
    }

    [Theory]
    [InlineData("A.3-issued")]
    [InlineData("A.4-issued")]
    [InlineData("5.1-issued")]
    public void A_holder_of_a_published_sd_jwt_discloses_each_claim_alone(string name)
    {
        var held = Expect.Accepted(HeldSdJwt.Parse(Vectors.Read("rfc9901", name).StringMember("sd_jwt")!));
        Assert.Equal(held.Received.Disclosures.Count, held.Disclosable.Count);
        foreach (var path in held.Disclosable)
        {
            var presented = Expect.Accepted(SignedSdJwt.Parse(held.Present([path])));
            var processed = Expect.Accepted(presented.Process(presented.IssuerJwt.UnverifiedClaims));

            // What is there is the claim and what lies above it.
            Assert.All(processed.DisclosedPaths, shown => Assert.True(shown.Parts.Count <= path.Parts.Count));
            Assert.Equal(held.Disclosable.Count(path.NeedsParent), processed.DisclosedPaths.Count);
        }
    }

    private static Parsed<DisclosedClaims> Process(string[] parts) =>
        SignedSdJwt.Parse(string.Join('~', parts)).Failed(out var failure, out var sdJwt) ? failure : sdJwt.Process(sdJwt.IssuerJwt.UnverifiedClaims);

    private static VerificationKey IssuerKey(JsonElement vector) =>
        VerificationKey.Import(Jwk.Parse(vector.GetProperty("issuer_key")).OrThrow()).OrThrow();

    private static VerificationKey HolderKey(JsonElement claims) =>
        VerificationKey.Import(Jwk.Parse(claims.ObjectMember("cnf")!.Value.ObjectMember("jwk")!.Value).OrThrow()).OrThrow();

    private static string Changed(string text, int at) => text[..at] + (text[at] == 'B' ? 'C' : 'B') + text[(at + 1)..];
}
