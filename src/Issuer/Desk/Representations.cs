using System.Text.Json;
using IdentityPlatform.Formats;
using IdentityPlatform.Issuer.Catalogue;
using IdentityPlatform.Issuer.People;
using IdentityPlatform.Issuer.Signing;

namespace IdentityPlatform.Issuer.Desk;

/// <summary>What an application for a representation rests on.</summary>
/// <param name="Slot">The child, as a keyed hash.</param>
/// <param name="Child">The child's sign-in at its provider.</param>
/// <param name="Differs">What was written is not what the child's card says, or that card has ended.</param>
public sealed record RepresentedChild(string Slot, Person Child, bool Differs)
{
    public override string ToString() => nameof(RepresentedChild);
}

/// <summary>
/// Who acts for whom. Rows name the child by a hash under the signer's key: whoever has the database alone cannot say whose parent
/// somebody is, and there is no list of a guardian's children but the guardian's own page.
/// </summary>
public sealed class Representations(Cases cases, Cards cards, PersonRegister people, SignerLink signer, Deployment deployment)
{
    /// <summary>What rows call the child; null while the signer does not answer.</summary>
    public async Task<string?> SlotOfAsync(string childId, CancellationToken ct) =>
        await signer.AskAsync(new HashDocument($"{deployment.Id}|represents|{childId}"), ct) is SignerAnswer.Hashed { Hash: var hash } ? hash : null;

    /// <summary>The child whom an application names by the number of its own case, or why it cannot be.</summary>
    public async Task<(RepresentedChild? Child, DeskRefusal Why)> FindAsync(string guardianId, string? number, JsonElement represented, CancellationToken ct)
    {
        if (await cards.FindOfPersonAsync(guardianId, ct) is not { State: CardState.Active or CardState.Offered or CardState.Approved })
        {
            return (null, DeskRefusal.CardNeeded);
        }

        if (await cases.FindAsync(Normal(number), ct) is not { State: ApplicationState.Approved, Application.Type: "", Claims: { } claims } found
            || found.PersonId == guardianId || await people.FindAsync(found.PersonId, ct) is not { } child)
        {
            return (null, DeskRefusal.ChildUnknown);
        }

        var card = await cards.FindOfApplicationAsync(found.Id, ct);
        var live = card is { State: CardState.Active or CardState.Offered or CardState.Approved or CardState.Suspended };
        return await SlotOfAsync(found.PersonId, ct) is { } slot
            ? (new RepresentedChild(slot, child, !live || !SamePerson(claims.Claims, represented)), DeskRefusal.None)
            : (null, DeskRefusal.ChangedMeanwhile);
    }

    /// <summary>Who acts for a person: their cards, with what everybody sees of them anyway.</summary>
    public async Task<IReadOnlyList<(Card Card, CredentialType Type, JsonElement Claims)>> OfChildAsync(string childId, CancellationToken ct)
    {
        var found = new List<(Card, CredentialType, JsonElement)>();
        foreach (var card in await SlotOfAsync(childId, ct) is { } slot ? await cards.AllOfSlotAsync(slot, ct) : [])
        {
            if (card.State is CardState.Approved or CardState.Offered or CardState.Active or CardState.Suspended
                && await cases.FindAsync(card.ApplicationId, ct) is { Claims: { } claims })
            {
                found.Add((card, deployment.TypeOf(card.Type), claims.Claims));
            }
        }

        return found;
    }

    /// <summary>Ends what rests on a person who is no more: what they held beside the card that has just ended, and what others held for them.</summary>
    public async Task EndWithAsync(string personId, CancellationToken ct)
    {
        var others = await SlotOfAsync(personId, ct) is { } slot ? await cards.AllOfSlotAsync(slot, ct) : [];
        foreach (var card in others.Concat(await cards.AllOfPersonAsync(personId, ct)))
        {
            await cards.ApplyAsync(card, new CardEvent.PersonGone(), new Actor.Clock(), ct);
        }
    }

    private static string Normal(string? number) => number?.Replace(" ", "", StringComparison.Ordinal).ToLowerInvariant() ?? "";

    private static bool SamePerson(JsonElement own, JsonElement represented) =>
        represented.EnumerateObject().All(member => own.StringMember(member.Name) == represented.StringMember(member.Name))
        && represented.StringMember("given_name") == own.StringMember("given_name");
}
