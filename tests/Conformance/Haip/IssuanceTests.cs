using IdentityPlatform.Conformance.Harness;
using IdentityPlatform.Conformance.Harness.Issuance;
using IdentityPlatform.Conformance.Report;

namespace IdentityPlatform.Conformance.Haip;

/// <summary>OpenID4VCI 1.0: issuances that succeed, with the checks of what is issued (§5.1 of the reference).</summary>
public sealed class IssuanceTests(Suite suite, Verdicts verdicts) : ModuleTests(suite, verdicts)
{
    [Module("oid4vci-1_0-issuer-happy-flow")]
    public async Task A_card(string variant)
    {
        using var flow = await new CardFlow(Flow(variant)).AuthorizeAsync(Suite.CardOffer);
        var issued = await flow.CollectAsync();
        await CheckAsync(variant, flow, issued);
        await flow.NotifyAsync(issued.NotificationId!);
    }

    [Module("oid4vci-1_0-issuer-happy-flow-additional-requests")]
    public async Task More_requests_with_the_same_token(string variant)
    {
        using var flow = await new CardFlow(Flow(variant)).AuthorizeAsync(Suite.CardOffer);
        await CheckAsync(variant, flow, await flow.CollectAsync());
        await CheckAsync(variant, flow, await flow.CollectAsync(1, new()
        {
            Message = request =>
            {
                request.Headers.Add("x-fapi-customer-ip-address", "2001:db8::1893:25c8:1946");
                request.Headers.Accept.ParseAdd("application/json;charset=UTF-8");
            },
        }));
        await CheckAsync(variant, flow, await flow.CollectAsync(1, new() { Message = request => request.Headers.Accept.ParseAdd("application/json, application/*;q=0.9, */*;q=0.8") }));
    }

    [Module("oid4vci-1_0-issuer-happy-flow-multiple-clients")]
    public async Task Two_wallets(string variant)
    {
        using var flow = await new CardFlow(Flow(variant)).AuthorizeAsync(Suite.CardOffer);
        using var other = await new CardFlow(OtherFlow(variant)).AuthorizeAsync(Suite.CardOffer);
        var one = await CheckAsync(variant, flow, await flow.CollectAsync());
        await Task.Delay(TimeSpan.FromSeconds(2));
        CardCheck.AreNotLinkable(one[0], (await CheckAsync(variant, other, await other.CollectAsync()))[0]);
    }

    [Module("oid4vci-1_0-issuer-happy-flow-skip-notification")]
    public async Task No_notification(string variant)
    {
        using var flow = await new CardFlow(Flow(variant)).AuthorizeAsync(Suite.CardOffer);
        await CheckAsync(variant, flow, await flow.CollectAsync());
    }

    [Module("oid4vci-1_0-issuer-batch-issuance")]
    public async Task A_batch(string variant)
    {
        using var flow = await new CardFlow(Flow(variant)).AuthorizeAsync(Suite.CardOffer);
        var size = (int)flow.Metadata["batch_credential_issuance"]!["batch_size"]!;
        await CheckAsync(variant, flow, await flow.CollectAsync(size));
    }

    private Task<IReadOnlyList<CheckedCard>> CheckAsync(string variant, CardFlow flow, IssuedCards issued) =>
        CardCheck.AllAsync(issued, flow, Suite.ClientOf(Official.OfficialModules.Find(variant), 1).Server, Suite.IssuerRoot);
}
