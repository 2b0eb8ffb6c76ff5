using System.Data.Common;
using System.Security.Cryptography;
using System.Text.Json;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Hosting.Keys;
using IdentityPlatform.Hosting.PersonKeys;
using IdentityPlatform.Hosting.Storage;
using IdentityPlatform.Issuer.Catalogue;
using IdentityPlatform.Issuer.Desk;
using IdentityPlatform.Issuer.Issuance;
using IdentityPlatform.Issuer.Officers;
using IdentityPlatform.Issuer.Tests.Signing;

namespace IdentityPlatform.Issuer.Tests.Issuance;

/// <summary>A register in memory whose decisions are real: two officers' assertions over the person's claims.</summary>
internal sealed class TestRegister(TestSigner signer, PersonKeys keys, Database database, TimeProvider time) : ICardRegister
{
    public const string Claims = """
        {"family_name":"Щеглова","given_name":"Юлия","family_name_latin1":"SHCHEGLOVA","given_name_latin1":"IULIIA","birthdate":"2009-05-26",
        "nationalities":["AM","GE"],"citizenship_status":"non_citizen","address":{"country":"AM"},"place_of_birth":{"country":"AM","locality":"Гюмри"},
        "account":{"iss":"http://localhost:5101","sub":"pairwise-1"}}
        """;

    private readonly OfficerKey _operator = new("officer-a", OfficerRole.Operator);
    private readonly OfficerKey _supervisor = new("officer-b", OfficerRole.Supervisor);

    public Dictionary<string, RegisteredCard> Cards { get; } = [];

    public HashSet<string> Withdrawn { get; } = [];

    /// <summary>Cards at which officers look.</summary>
    public HashSet<string> UnderReview { get; } = [];

    /// <summary>What happens while copies are being minted.</summary>
    public Func<string, Task>? BeforeCollected { get; set; }

    /// <summary>A person with an approved card.</summary>
    public async Task<RegisteredCard> AddAsync(string person, string claims = Claims)
    {
        await keys.CreateAsync(person, CancellationToken.None);
        var decided = PersonClaims.Of(JsonElement.Parse(claims), RandomNumberGenerator.Fill);
        return Cards[person] = new RegisteredCard($"card-of-{person}", person, decided, Decide($"application-of-{person}", decided));
    }

    public MintEvidence Decide(string application, PersonClaims claims, OfficerKey? approver = null) => new(
        application,
        "card",
        [
            _operator.Decide(application, DecisionKind.RecommendIssue, claims, time.GetUtcNow().AddMinutes(-2), Roster),
            (approver ?? _supervisor).Decide(application, DecisionKind.Approve, claims, time.GetUtcNow().AddMinutes(-1), Roster),
        ]);

    public Task<RegisteredCard?> FindOfTypeAsync(string personId, CredentialType type, CancellationToken ct) =>
        Task.FromResult(Cards.TryGetValue(personId, out var card) && !Withdrawn.Contains(card.CardId) && !UnderReview.Contains(card.CardId) ? card : null);

    public async Task<RegisteredCard?> FindCollectableAsync(string personId, string cardId, CancellationToken ct, PersonKey? key = null) =>
        await FindOfTypeAsync(personId, signer.Type, ct) is { } card && card.CardId == cardId ? card : null;

    public Task<bool> IsUnderReviewAsync(string personId, string cardId, CancellationToken ct) =>
        Task.FromResult(Cards.TryGetValue(personId, out var card) && card.CardId == cardId && UnderReview.Contains(cardId));

    public async Task<bool> MarkCollectedAsync(RegisteredCard card, Func<DbConnection, DbTransaction, Task> also, CancellationToken ct)
    {
        await (BeforeCollected?.Invoke(card.CardId) ?? Task.CompletedTask);
        if (Withdrawn.Contains(card.CardId) || UnderReview.Contains(card.CardId))
        {
            return false;
        }

        return await database.WriteAsync(
            async (connection, transaction) =>
            {
                await also(connection, transaction);
                return true;
            },
            ct);
    }

    private SigningKey Roster => signer.Keys.Active(KeyRole.Roster);
}
