using System.Security.Cryptography;

namespace IdentityPlatform.Formats.Tests;

public sealed class DpopProofTests
{
    private const string Claims = """{"jti":"a1","htm":"POST","htu":"https://server.example/token","iat":1780000000}""";

    [Theory]
    [InlineData("rfc9449-token-request")]
    [InlineData("rfc9449-resource-request")]
    public void The_proofs_of_RFC_9449_are_read(string name)
    {
        var vector = Vectors.Read("jose", name);
        var proof = Expect.Accepted(DpopProof.Parse(vector.StringMember("proof")!));
        Assert.Equal(vector.StringMember("jti"), proof.Jti);
        Assert.Equal(vector.StringMember("htm"), proof.Htm);
        Assert.Equal(vector.StringMember("htu"), proof.Htu);
        Assert.Equal(vector.LongMember("iat"), proof.IssuedAt);
        Assert.Equal(vector.StringMember("ath"), proof.AccessTokenHash);
        Assert.Equal(vector.StringMember("thumbprint"), proof.KeyThumbprint);
        Assert.True(proof.IsFor(vector.StringMember("htm")!, vector.StringMember("htu")!));
        if (vector.StringMember("access_token") is { } token)
        {
            Assert.Equal(proof.AccessTokenHash, DpopProof.HashOf(token));
        }
    }

    [Fact]
    public void A_proof_reads_back_as_it_was_made()
    {
        using var key = TestKeys.Es256();
        var text = DpopProof.Create(key, "GET", "https://rs.example/x?y=1#z", TestKeys.Now, "id-1", "token", "nonce-1");
        var proof = Expect.Accepted(DpopProof.Parse(text));
        Assert.Equal(("GET", "https://rs.example/x", "id-1", "nonce-1"), (proof.Htm, proof.Htu, proof.Jti, proof.Nonce));
        Assert.Equal(DpopProof.HashOf("token"), proof.AccessTokenHash);
        Assert.Equal(TestKeys.Now.ToUnixTimeSeconds(), proof.IssuedAt);
        Assert.Equal(key.PublicKey.ThumbprintText(), proof.KeyThumbprint);
    }

    [Theory]
    [InlineData("POST", "https://server.example/token", true)]
    [InlineData("POST", "https://server.example/token?a=b#c", true)]
    [InlineData("POST", "HTTPS://SERVER.example:443/token", true)]
    [InlineData("POST", "https://server.example/x/../token", true)]
    [InlineData("POST", "https://server.example/%74oken", true)]
    [InlineData("post", "https://server.example/token", false)]
    [InlineData("PUT", "https://server.example/token", false)]
    [InlineData("POST", "http://server.example/token", false)]
    [InlineData("POST", "https://server.example:8443/token", false)]
    [InlineData("POST", "https://server.example/token/", false)]
    [InlineData("POST", "https://server.example/Token", false)]
    [InlineData("POST", "https://server.example.evil/token", false)]
    [InlineData("POST", "https://user@server.example/token", false)]
    [InlineData("POST", "https:\\\\server.example\\token", false)]
    [InlineData("POST", " https://server.example/token", false)]
    [InlineData("POST", "/token", false)]
    [InlineData("POST", "", false)]
    public void Method_and_url_are_compared_in_their_normal_form(string method, string url, bool same)
    {
        using var key = TestKeys.Es256();
        Assert.Equal(same, DpopProof.Parse(Signed(key, Header(key), Claims)).OrThrow().IsFor(method, url));
    }

    [Theory]
    [InlineData("https://rs.example/a%2Fb", "https://rs.example/a/b", false)]
    [InlineData("https://rs.example/a%2fb", "https://rs.example/a%2Fb", true)]
    [InlineData("https://rs.example/%e2%82%AC/%3a", "https://rs.example/%E2%82%ac/%3A", true)]
    [InlineData("https://rs.example/ab%3ac", "https://rs.example/aB%3Ac", false)]
    [InlineData("https://rs.example/%2D%2e%5F%7e%61", "https://rs.example/-._~a", true)]
    [InlineData("https://rs.example/%21", "https://rs.example/!", false)]
    [InlineData("https://rs.example/a%25zz", "https://rs.example/a%25zz", true)]
    [InlineData("https://rs.example/a%zz", "https://rs.example/a%zz", false)]
    [InlineData("https://rs.example/a%zz", "https://rs.example/a%25zz", false)]
    [InlineData("https://rs.example/a%2z", "https://rs.example/a%252z", false)]
    [InlineData("https://rs.example/a%z2", "https://rs.example/a%25z2", false)]
    [InlineData("https://rs.example/a%2", "https://rs.example/a%252", false)]
    [InlineData("https://rs.example/a%", "https://rs.example/a%25", false)]
    [InlineData("https://rs.example/%20", "https://rs.example/%20", true)]
    [InlineData("https://rs.example/%20%2", "https://rs.example/%20%252", false)]
    [InlineData("https://@rs.example/x", "https://rs.example/x", false)]
    [InlineData("https://rs.example/@x", "https://rs.example/@x", true)]
    [InlineData("https://rs.example?@x", "https://rs.example/", true)]
    [InlineData("https://rs.example#@x", "https://rs.example/", true)]
    [InlineData("ftp://rs.example/x", "ftp://rs.example/x", false)]
    [InlineData("https:rs.example/x", "https:rs.example/x", false)]
    [InlineData("https://rs.example", "https://rs.example/", true)]
    [InlineData("http://localhost:5102/credential", "http://localhost:5102/credential", true)]
    [InlineData("http://localhost:5102/credential", "http://localhost:5103/credential", false)]
    [InlineData("http://127.0.0.1:80/x", "http://127.0.0.1/x", true)]
    [InlineData("not a url", "not a url", false)]
    public void A_claimed_url_is_normalised_and_no_more(string htu, string url, bool same)
    {
        using var key = TestKeys.Es256();
        var claims = $$"""{"jti":"a1","htm":"GET","htu":"{{htu}}","iat":1780000000}""";
        Assert.Equal(same, DpopProof.Parse(Signed(key, Header(key), claims)).OrThrow().IsFor("GET", url));
    }

    [Theory]
    [InlineData("""{"htm":"POST","htu":"https://server.example/token","iat":1780000000}""")]
    [InlineData("""{"jti":"","htm":"POST","htu":"https://server.example/token","iat":1780000000}""")]
    [InlineData("""{"jti":7,"htm":"POST","htu":"https://server.example/token","iat":1780000000}""")]
    [InlineData("""{"jti":"a1","htu":"https://server.example/token","iat":1780000000}""")]
    [InlineData("""{"jti":"a1","htm":"POST","iat":1780000000}""")]
    [InlineData("""{"jti":"a1","htm":"POST","htu":"https://server.example/token"}""")]
    [InlineData("""{"jti":"a1","htm":"POST","htu":"https://server.example/token","iat":"1780000000"}""")]
    [InlineData("""{"jti":"a1","htm":"POST","htu":"https://server.example/token","iat":1780000000.5}""")]
    [InlineData("""{"jti":"a1","htm":"POST","htu":"https://server.example/token","iat":1780000000,"ath":1}""")]
    [InlineData("""{"jti":"a1","htm":"POST","htu":"https://server.example/token","iat":1780000000,"nonce":null}""")]
    public void A_missing_or_mistyped_claim_is_refused(string claims)
    {
        using var key = TestKeys.Es256();
        Expect.Refused(FormatRule.Member, DpopProof.Parse(Signed(key, Header(key), claims)));
    }

    [Fact]
    public void Unknown_header_members_and_claims_are_ignored()
    {
        using var key = TestKeys.Es256();
        Expect.Accepted(DpopProof.Parse(Signed(key, Header(key)[..^1] + ""","more":{"x":1}}""", Claims[..^1] + ""","more":[1]}""")));
    }

    [Fact]
    public void A_header_without_type_algorithm_or_key_is_refused()
    {
        using var key = TestKeys.Es256();
        var jwk = key.PublicKey.WithoutKeyId().ToJson();
        Expect.Accepted(DpopProof.Parse(Signed(key, $$"""{"typ":"dpop+jwt","alg":"ES256","jwk":{{jwk}}}""", Claims)));
        Expect.Refused(FormatRule.Type, DpopProof.Parse(Signed(key, $$"""{"alg":"ES256","jwk":{{jwk}}}""", Claims)));
        Expect.Refused(FormatRule.Type, DpopProof.Parse(Signed(key, $$"""{"typ":"JWT","alg":"ES256","jwk":{{jwk}}}""", Claims)));
        Expect.Refused(FormatRule.Algorithm, DpopProof.Parse(Signed(key, $$"""{"typ":"dpop+jwt","jwk":{{jwk}}}""", Claims)));
        Expect.Refused(FormatRule.Algorithm, DpopProof.Parse(Signed(key, $$"""{"typ":"dpop+jwt","alg":"none","jwk":{{jwk}}}""", Claims)));
        Expect.Refused(FormatRule.Key, DpopProof.Parse(Signed(key, """{"typ":"dpop+jwt","alg":"ES256"}""", Claims)));
        Expect.Refused(FormatRule.Key, DpopProof.Parse(Signed(key, $$$"""{"typ":"dpop+jwt","alg":"ES256","jwk":{{{jwk[..^1]}}},"d":"AQ"}}""", Claims)));
    }

    [Fact]
    public void Rs256_is_refused_and_ps256_is_accepted()
    {
        using var rsa = RSA.Create(2048);
        var parameters = rsa.ExportParameters(includePrivateParameters: true);
        using var rs256 = SigningKey.From(RSA.Create(parameters), JwsAlgorithm.RS256);
        Expect.Refused(FormatRule.Algorithm, DpopProof.Parse(DpopProof.Create(rs256, "GET", "https://rs.example/", TestKeys.Now, "1")));
        using var ps256 = SigningKey.From(RSA.Create(parameters), JwsAlgorithm.PS256);
        Expect.Accepted(DpopProof.Parse(DpopProof.Create(ps256, "GET", "https://rs.example/", TestKeys.Now, "1")));
    }

    [Fact]
    public void A_broken_signature_or_another_key_is_refused()
    {
        using var key = TestKeys.Es256();
        using var other = TestKeys.Es256();
        Expect.Refused(FormatRule.Signature, DpopProof.Parse(Signed(other, Header(key), Claims)));
        var text = Signed(key, Header(key), Claims);
        Expect.Refused(FormatRule.Signature, DpopProof.Parse(text[..text.LastIndexOf('.')] + "." + new string('A', 86)));
    }

    [Fact]
    public void A_proof_of_unreasonable_length_is_refused()
    {
        using var key = TestKeys.Es256();
        Expect.Refused(FormatRule.Size, DpopProof.Parse(Signed(key, Header(key), Claims[..^1] + $$""","x":"{{new string('x', DpopProof.MaxLength)}}"}""")));
    }

    [Fact]
    public void A_proof_prints_that_it_is_one_and_nothing_of_what_it_says()
    {
        using var key = TestKeys.Es256();
        Assert.Equal("DPoP proof", DpopProof.Parse(DpopProof.Create(key, "GET", "https://rs.example/x", TestKeys.Now, "id-1", "token", "nonce-1")).OrThrow().ToString());
    }

    private static string Header(SigningKey key) => $$"""{"typ":"dpop+jwt","alg":"ES256","jwk":{{key.PublicKey.WithoutKeyId().ToJson()}}}""";

    private static string Signed(SigningKey key, string header, string claims) => TestKeys.Sign(key, header, claims);
}
