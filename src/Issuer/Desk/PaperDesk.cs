using System.Text.Json;
using IdentityPlatform.Formats;
using IdentityPlatform.Issuer.Catalogue;
using IdentityPlatform.Issuer.Issuance;
using IdentityPlatform.Issuer.Protocol;
using IdentityPlatform.Issuer.Status;

namespace IdentityPlatform.Issuer.Desk;

/// <summary>
/// Prints the card of a person without a smartphone, as one code on paper. It rests on the same two decisions as every copy, has a status
/// entry like one, and is the card's only paper: the next one revokes it. Nothing of it is kept, so it cannot be printed a second time.
/// </summary>
public sealed class PaperDesk(CardRegister register, MintCopies minting, CardStatus status, Deployment deployment, TimeProvider time)
{
    /// <summary>A paper; or why there is none.</summary>
    public async Task<PaperOutcome> PrintAsync(Card card, Actor.Officer officer, CancellationToken ct)
    {
        var type = deployment.TypeOf(card.Type);

        // Asked of the rules first: what they refuse reserves nothing.
        if (card.On(new CardEvent.Printed(), officer, time.GetUtcNow()) is CardTransition.Declined early)
        {
            return new PaperOutcome.Declined(early.Why);
        }

        if (type.Printed is null || await register.FindPrintableAsync(card, ct) is not { } found)
        {
            return new PaperOutcome.Declined(type.Printed is null ? DeskRefusal.NotPrinted : DeskRefusal.NotPaid);
        }

        if (found.Claims.Claims.StringMember(type.Photograph!.Name) is not { } photograph)
        {
            return new PaperOutcome.Declined(DeskRefusal.NotPrinted);
        }

        if ((await minting.PrepareAsync(found, type.Configurations[0], ct, onPaper: true)).Failed(out var failure, out var mintable))
        {
            return new PaperOutcome.Declined(WhyOf(failure));
        }

        if ((await minting.PrintAsync(mintable, ct)).Failed(out failure, out var outcome))
        {
            return new PaperOutcome.Declined(WhyOf(failure));
        }

        return outcome is MintOutcome.Minted minted
            ? await HandOutAsync(card, officer, new PrintedPaper(type, minted.Credentials[0], photograph, RowsOf(mintable), mintable.Validity), minted.BatchId, ct)
            : new PaperOutcome.Declined(DeskRefusal.NotNow);
    }

    // What was minted is handed out only when the card still stands and this is its one paper; else it is revoked, or was already.
    private async Task<PaperOutcome> HandOutAsync(Card card, Actor.Officer officer, PrintedPaper paper, string batchId, CancellationToken ct)
    {
        var marked = await register.MarkPrintedAsync(card.Id, officer, ct);
        if (marked != DeskRefusal.None)
        {
            await status.RevokeOutstandingAsync(card.Id, RevocationGround.Suspension, ct, onPaperAlone: true);
            return new PaperOutcome.Declined(marked);
        }

        return await status.ReplacePaperAsync(card.Id, batchId, ct) ? new PaperOutcome.Printed(paper) : new PaperOutcome.Declined(DeskRefusal.ChangedMeanwhile);
    }

    private List<(ClaimDefinition, JsonElement)> RowsOf(MintableCard mintable) => [.. mintable.Configuration.Type.Printed!.Claims
        .Select(name => mintable.Configuration.Type.Claims.First(claim => claim.Name == name))
        .Select(claim => (claim, CardClaims.Given(claim, deployment, mintable.Card.Claims.Claims, mintable.Details)))
        .Where(row => row.Item2 is not null)
        .Select(row => (row.claim, row.Item2!.Value))];

    private static DeskRefusal WhyOf(CredentialFailure failure) => failure.Rule == CredentialRule.NotPaid ? DeskRefusal.NotPaid : DeskRefusal.NotPrinted;
}

/// <summary>What came of printing. Closed.</summary>
public abstract class PaperOutcome
{
    private PaperOutcome()
    {
    }

    public sealed class Printed(PrintedPaper paper) : PaperOutcome
    {
        public PrintedPaper Paper { get; } = paper;
    }

    public sealed class Declined(DeskRefusal why) : PaperOutcome
    {
        public DeskRefusal Why { get; } = why;
    }
}

/// <summary>What stands on the paper. Holds personal data: redacted.</summary>
public sealed class PrintedPaper(CredentialType type, string code, string photograph, IReadOnlyList<(ClaimDefinition Claim, JsonElement Value)> rows, CopyValidity validity)
{
    public CredentialType Type { get; } = type;

    /// <summary>The text of the QR code.</summary>
    public string Code { get; } = code;

    /// <summary>The photograph whose hash the code holds, as a data URL.</summary>
    public string Photograph { get; } = photograph;

    /// <summary>What the code says, in its order.</summary>
    public IReadOnlyList<(ClaimDefinition Claim, JsonElement Value)> Rows { get; } = rows;

    /// <summary>The last day on which it is valid, by the calendar of its region.</summary>
    public DateOnly LastDay { get; } = Days.Date(validity.EndDay - 1);

    /// <summary>Redacted.</summary>
    public override string ToString() => $"paper of {Type.Id}";
}
