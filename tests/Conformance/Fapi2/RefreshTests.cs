using IdentityPlatform.Conformance.Harness;
using IdentityPlatform.Conformance.Official;
using IdentityPlatform.Conformance.Report;

namespace IdentityPlatform.Conformance.Fapi2;

/// <summary>FAPI 2.0: refresh tokens (§2.7.2 of the reference, step by step).</summary>
public sealed class RefreshTests(Suite suite, Verdicts verdicts) : ModuleTests(suite, verdicts)
{
    private static readonly string[] Unauthenticated = ["invalid_client", "invalid_grant", "invalid_request"];

    [Module("fapi2-security-profile-final-refresh-token")]
    public async Task Refresh(string variant)
    {
        var (flow, other) = (WithOfflineAccess(Flow(variant)), WithOfflineAccess(OtherFlow(variant)));
        var (first, others) = (await flow.SucceedAsync(), await other.SucceedAsync());
        var refreshToken = first.RefreshToken ?? throw new Xunit.Sdk.XunitException("no refresh token was given");
        await IsGoodAsync(flow, first, await flow.RefreshAsync(refreshToken), refreshToken);
        await IsRefusedWithoutAsync(flow, refreshToken);
        await IsRefusedToOthersAsync(flow, others);
    }

    private static Flow WithOfflineAccess(Flow flow)
    {
        if (!flow.Client.Variant.IsHaip)
        {
            (flow.Request["scope"], flow.Request["prompt"]) = ("openid offline_access", "consent");
        }

        return flow;
    }

    // FAPI 2.0 §5.3.2.1-9: no rotation. So there is no old token that would have to live for 30 s more.
    private static async Task IsGoodAsync(Flow flow, TokenSet first, Answer answer, string refreshToken)
    {
        Checks.TokenResponse(answer, flow.Client.UsesDpop ? "DPoP" : "Bearer");
        Assert.True(answer.Text("refresh_token") is null || answer.Text("refresh_token") == refreshToken, "the refresh token is not rotated");
        Assert.NotEqual(first.AccessToken, answer.Text("access_token"));
        if (first.IdToken is { } before && answer.Text("id_token") is { } compact)
        {
            var after = Jws.Parse(compact).IsSignedBy(await flow.Client.Server.KeysAsync(), flow.Client.IdTokenAlgorithm);
            Assert.All(["iss", "sub", "aud", "auth_time", "azp"], claim => Assert.Equal(before.Claims[claim]?.ToJsonString(), after.Claims[claim]?.ToJsonString()));
        }
    }

    private static async Task IsRefusedWithoutAsync(Flow flow, string refreshToken)
    {
        var variant = flow.Client.Variant;
        if (variant is not { Auth: ClientAuth.Mtls, Sender: Sender.Mtls })
        {
            (await flow.RefreshAsync(refreshToken, new() { WithoutAuthentication = true })).IsError(Unauthenticated);
        }

        (await flow.RefreshAsync(refreshToken, new() { WithoutProof = true }))
            .IsError(variant is { Auth: ClientAuth.Mtls, Sender: Sender.Mtls } ? Unauthenticated : ["invalid_request", "invalid_grant", "invalid_dpop_proof"]);
        if (variant.Auth == ClientAuth.Attestation)
        {
            using var instance = SuiteKey.Of("ES256");
            (await flow.RefreshAsync(refreshToken, new() { Attestation = new() { Instance = instance } }))
                .IsError([.. Unauthenticated, "invalid_client_attestation"]);
        }
    }

    private static async Task IsRefusedToOthersAsync(Flow flow, TokenSet others)
    {
        (await flow.RefreshAsync(others.RefreshToken!)).IsError("invalid_grant", "invalid_client", "invalid_request");
        (await others.CallByAsync(flow.Client)).IsRefused();
    }
}
