using IdentityPlatform.OAuth.Protocol;
using IdentityPlatform.OAuth.Tests.Server;

namespace IdentityPlatform.OAuth.Tests.Conformance;

/// <summary>A server that asks for nonces (RFC 9449 §8 and §9).</summary>
public sealed class DpopNonceTests() : ServerTests(new TestSetup { RequireDpopNonce = true })
{
    [Fact]
    public async Task A_proof_without_the_nonce_is_told_which_one_and_costs_no_code()
    {
        var code = await One.CodeAsync();
        var first = await One.RedeemAsync(code);
        first.IsError(Server, 400, OAuthErrors.UseDpopNonce, Rule.ProofNonce);

        var tokens = await RedeemWithNonceAsync(code, first.Header("DPoP-Nonce")!);
        Assert.Equal(200, tokens.Status);

        var token = tokens.Text("access_token");
        var refused = await One.ResourceAsync(token);
        refused.IsError(Server, 401, OAuthErrors.UseDpopNonce, Rule.ProofNonce);
        Assert.StartsWith("DPoP error=\"use_dpop_nonce\"", refused.Header("WWW-Authenticate"), StringComparison.Ordinal);
        var nonce = refused.Header("DPoP-Nonce");
        Assert.Equal(200, (await One.ResourceAsync(token, changeProof: (_, claims) => claims["nonce"] = nonce)).Status);
    }

    [Fact]
    public async Task An_invented_nonce_is_refused() =>
        (await RedeemWithNonceAsync(await One.CodeAsync(), "invented")).IsError(Server, 400, OAuthErrors.UseDpopNonce, Rule.ProofNonce);

    [Fact]
    public async Task The_nonce_of_the_window_before_is_still_good_and_the_answer_has_the_next()
    {
        var old = (await One.RedeemAsync(await One.CodeAsync())).Header("DPoP-Nonce")!;
        Server.Clock.Advance(TimeSpan.FromMinutes(5));
        var answer = await RedeemWithNonceAsync(await One.CodeAsync(), old);
        Assert.Equal(200, answer.Status);
        Assert.NotEqual(old, answer.Header("DPoP-Nonce"));
    }

    [Fact]
    public async Task A_nonce_of_ten_minutes_ago_is_refused()
    {
        var old = (await One.RedeemAsync(await One.CodeAsync())).Header("DPoP-Nonce")!;
        Server.Clock.Advance(TimeSpan.FromMinutes(10));
        (await RedeemWithNonceAsync(await One.CodeAsync(), old)).IsError(Server, 400, OAuthErrors.UseDpopNonce, Rule.ProofNonce);
    }

    private Task<Answer> RedeemWithNonceAsync(string code, string nonce) => One.RedeemAsync(
        code, request => request.Headers["DPoP"] = One.Proof("POST", $"{TestServer.Issuer}/token", (_, claims) => claims["nonce"] = nonce));
}
