using IdentityPlatform.Issuer.Catalogue;
using IdentityPlatform.Issuer.Patents;

namespace IdentityPlatform.Issuer.Desk;

/// <summary>What a person is reminded of, over everything that they hold here; the nearest first.</summary>
public sealed class Reminders(Cards cards, PatentRegister patents, Deployment deployment, TimeProvider time)
{
    public async Task<IReadOnlyList<Reminder>> OfPersonAsync(string personId, CancellationToken ct)
    {
        var found = new List<Reminder>();
        foreach (var card in await cards.AllOfPersonAsync(personId, ct))
        {
            var patent = deployment.TypeOf(card.Type).IsPaid ? (await patents.FindOfCardAsync(card, ct))?.Patent : null;
            if (Reminder.Of(card, patent, time.GetUtcNow()) is { } reminder)
            {
                found.Add(reminder);
            }
        }

        return [.. found.OrderBy(reminder => reminder.DaysLeft)];
    }
}
