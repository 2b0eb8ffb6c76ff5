using IdentityPlatform.Hosting.Audit;
using IdentityPlatform.Issuer.Events;
using IdentityPlatform.Issuer.Issuance;
using IdentityPlatform.Issuer.Officers;
using IdentityPlatform.Issuer.Status;

namespace IdentityPlatform.Issuer.Signing;

/// <summary>
/// Mints tickets: judges an order as cards are judged, counts its place in the signer's own memory, and writes down that a ticket of this
/// event was given, and nothing else of it.
/// </summary>
internal sealed class TicketMinting(SignerState state, RosterSigner roster, CardMinter minter, SignerSettings settings, StatusPolicy lists)
{
    private readonly TicketRules _rules = new(settings.Deployment, lists.Entries);
    private readonly TicketMemory _memory = new(state);

    /// <summary>The answer to an order at a time.</summary>
    public async Task<SignerAnswer> MintAsync(TicketOrder order, DateTimeOffset now, CancellationToken ct)
    {
        var verdict = await JudgeAsync(order, now, ct);
        if (verdict is not TicketVerdict.Mintable mintable)
        {
            return await RefuseAsync(order, ((TicketVerdict.Refused)verdict).Refusal, ct);
        }

        if (minter.KeyId != order.KeyId)
        {
            return new SignerAnswer.NotNow("another key signs now");
        }

        return await _memory.SpendAsync(mintable.Facts, order.Ticket, order.AdmissionClass, order.Seat, now, Event("mint.granted", order), ct) is { } refusal
            ? await RefuseAsync(order, refusal, ct)
            : new SignerAnswer.Minted(minter.Mint(order.KeyId, mintable.Configuration, mintable.Claims, [order.Copy.Key!], [order.Copy.Status], mintable.Validity));
    }

    private async Task<TicketVerdict> JudgeAsync(TicketOrder order, DateTimeOffset now, CancellationToken ct)
    {
        if (state.ReadDenials(roster.Keys, settings.Deployment.Id) is not { } denials)
        {
            return new TicketVerdict.Refused(new MintRefusal.DenialsUnreadable());
        }

        var trust = new MintTrust(roster.Keys, settings.RpId, [settings.PublicUrl], denials)
        {
            FirstMinted = denials.Officers.Count > 0 ? await _memory.FirstMintedAsync(order.EventId, ct) : null,
        };
        return _rules.Judge(order, trust, now);
    }

    private async Task<SignerAnswer> RefuseAsync(TicketOrder order, MintRefusal refusal, CancellationToken ct)
    {
        await state.Audit.AppendAsync(Event("mint.refused", order, refusal.Name), ct);
        return new SignerAnswer.Refused(refusal.Name);
    }

    // Neither the ticket nor its entry: what is written here could be laid beside a door's list.
    private static AuditEvent Event(string name, TicketOrder order, string? rule = null)
    {
        var details = new Dictionary<string, string> { ["event"] = order.EventId, ["configuration"] = order.ConfigurationId, ["class"] = order.AdmissionClass };
        if (rule is not null)
        {
            details["rule"] = rule;
        }

        return new AuditEvent(name, MintingSigner.Caller, null, details);
    }
}
