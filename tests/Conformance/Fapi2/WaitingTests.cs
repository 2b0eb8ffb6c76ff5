using IdentityPlatform.Conformance.Harness;
using IdentityPlatform.Conformance.Report;

namespace IdentityPlatform.Conformance.Fapi2;

/// <summary>FAPI 2.0: a code that has expired. All variants wait at the same time.</summary>
public sealed class ExpiredCodeTests(Suite suite, Verdicts verdicts) : ModuleTests(suite, verdicts)
{
    private const string Name = "fapi2-security-profile-final-ensure-token-endpoint-fails-with-expired-auth-code";
    private static readonly Together Waiting = new(Name);

    [Module(Name)]
    public Task A_code_after_62_seconds(string variant) => TogetherAsync(Waiting, variant, async each =>
    {
        var flow = Flow(each);
        var code = await flow.CodeAsync();
        await Task.Delay(TimeSpan.FromSeconds(62));
        (await flow.RedeemAsync(code)).IsError("invalid_grant");
    });
}

/// <summary>FAPI 2.0: a pushed request that has expired: the real five minutes.</summary>
public sealed class ExpiredRequestTests(Suite suite, Verdicts verdicts) : ModuleTests(suite, verdicts)
{
    private const string Name = "fapi2-security-profile-final-par-attempt-to-use-expired-request_uri";
    private static readonly Together Waiting = new(Name);

    [Module(Name)]
    public Task A_request_uri_after_its_time(string variant) => TogetherAsync(Waiting, variant, async each =>
    {
        var flow = Flow(each);
        var seconds = (int)(await flow.PushAsync()).Is(201).Json["expires_in"]!;
        Assert.InRange(seconds, 5, 1800);
        await Task.Delay(TimeSpan.FromSeconds(seconds + 1));
        (await flow.OpenAsync()).IsErrorPageOr("invalid_request_uri");
    });
}
