using IdentityPlatform.Playground.People;

namespace IdentityPlatform.Playground.Story;

/// <summary>Real damage to what a step stands on, so that anybody can see the story notice it.</summary>
internal static class Damage
{
    /// <summary>Does the damage of one step.</summary>
    public static async Task DoAsync(int step, Cast cast)
    {
        switch (step)
        {
            case 1 or 8: // A provider that is down.
                await cast.Town.Idp.StopAsync();
                break;
            case 2: // A service that is down.
                await cast.Town.ServiceTwo.StopAsync();
                break;
            case 3: // An officer who lost the session and the passkey.
                cast.OfficerB.Lose();
                break;
            case 4: // An issuer that is down.
                await cast.Town.CardIssuer.StopAsync();
                break;
            case 5 or 6: // A holder whose phone was wiped.
                cast.Holder.Lose();
                break;
            case 7: // A mirror that goes on serving what it had before the loss.
                cast.Mirror.Instead = await cast.Mirror.ReadAsync(CancellationToken.None);
                break;
            case 9: // An issuer of patents that is down.
                await cast.Town.PatentIssuer.StopAsync();
                break;
            case 10: // A visitor whose phone was wiped.
                cast.Holder.Lose();
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(step), step, "The story has no such step.");
        }
    }
}
