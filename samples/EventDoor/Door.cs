using System.Text.Json;
using IdentityPlatform.Formats.SdJwt;
using IdentityPlatform.Kiosk;
using IdentityPlatform.Verifier.AspNetCore;
using IdentityPlatform.Verifier.Presentation;

namespace IdentityPlatform.EventDoor;

/// <summary>Asks one question of each visitor. It keeps and logs no claim.</summary>
internal sealed class Door(Visits<Verdict> visits)
{
    /// <summary>The one kind of card.</summary>
    private const string CardType = "https://example.org/vct/compatriot-card/1";

    /// <summary>The door's words.</summary>
    public static Words Words { get; } = new(typeof(Door));

    /// <summary>"Over 18, valid card", and nothing else.</summary>
    public static DcqlQuery Question { get; } = DcqlQuery.For(CredentialQuery.OfType("card", CardType)
        .Asking(new ClaimQuery(null, ClaimPath.Of("age_equal_or_over", "18"), [JsonElement.Parse("true")])));

    /// <summary>Starts a challenge, or answers null when too many are open.</summary>
    public Task<StartedPresentation?> BeginAsync() => visits.BeginAsync(Question, outcome => Task.FromResult(Verdict.Of(outcome)));
}
