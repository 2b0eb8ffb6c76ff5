using System.Text.Json;
using IdentityPlatform.Issuer.Catalogue;
using IdentityPlatform.Issuer.Desk;
using IdentityPlatform.Issuer.Signing;

namespace IdentityPlatform.Issuer.Patents;

/// <summary>
/// Which place an application for a patent takes beside what its person has: one patent for each region that no other covers. Rows name
/// the region by a hash under the signer's key, a different one for everybody: the database does not say where somebody may work.
/// </summary>
public sealed class PatentPlaces(Cards cards, PatentRegister patents, AgreementsInForce agreements, SignerLink signer, Deployment deployment, TimeProvider time)
{
    /// <summary>The slot of a patent for the region that is applied for, or why there is none.</summary>
    public async Task<(string? Slot, DeskRefusal Why)> ForAsync(string personId, CredentialType type, JsonElement claims, CancellationToken ct)
    {
        var region = PaymentRules.JurisdictionOf(type, claims, deployment)!;
        foreach (var card in (await cards.AllOfPersonAsync(personId, ct)).Where(card => card.Type == deployment.Stored(type) && IsLive(card)))
        {
            // A suspicion is decided as such, and nothing is begun beside it.
            if (card.Suspension == SuspensionReason.Fraud)
            {
                return (null, DeskRefusal.AlreadyThere);
            }

            if (await patents.FindOfCardAsync(card, ct) is { } held && Answer(held.Patent, region, await agreements.DeploymentAsync(ct), time.GetUtcNow()) is var answer && answer != PatentPlace.Beside)
            {
                return answer == PatentPlace.InItsPlace ? (card.Slot, DeskRefusal.None) : (null, DeskRefusal.AlreadyThere);
            }
        }

        return await signer.AskAsync(new HashDocument($"{deployment.Id}|region|{personId}|{region.Code}"), ct) is SignerAnswer.Hashed { Hash: var hash }
            ? (hash, DeskRefusal.None)
            : (null, DeskRefusal.ChangedMeanwhile);
    }

    /// <summary>Where an application for a region stands towards a patent that its person has. Pure.</summary>
    public static PatentPlace Answer(Patent held, Region region, Deployment deployment, DateTimeOffset now)
    {
        if (held.State is PatentState.Lapsed or PatentState.Expired or PatentState.Closed or PatentState.Cancelled)
        {
            return held.Jurisdiction.Code == region.Code ? PatentPlace.InItsPlace : PatentPlace.Beside;
        }

        var covered = held.Term?.Regions ?? deployment.AgreementFor(held.Jurisdiction.Code, held.Jurisdiction.Today(now))?.Regions ?? [held.Jurisdiction.Code];
        return covered.Contains(region.Code, StringComparer.Ordinal) ? PatentPlace.Covered : PatentPlace.Beside;
    }

    private static bool IsLive(Card card) => card.State is CardState.Approved or CardState.Offered or CardState.Active or CardState.Suspended;
}

/// <summary>Where an application for a region stands towards a patent.</summary>
public enum PatentPlace
{
    /// <summary>It is valid there, or will be once it is paid for: nothing is applied for.</summary>
    Covered,

    /// <summary>It has ended there: the next one takes its place.</summary>
    InItsPlace,

    /// <summary>Its regions are others: a second one stands beside it.</summary>
    Beside,
}
