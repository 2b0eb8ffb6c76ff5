using IdentityPlatform.Hosting.Web;
using IdentityPlatform.IdP.Guardians;
using IdentityPlatform.IdP.SignIn;
using IdentityPlatform.Verifier;

namespace IdentityPlatform.IdP.Endpoints;

/// <summary>For whom a person acts, and who acts for them.</summary>
/// <param name="Children">Whom they act for.</param>
/// <param name="Guardians">Who acts for them.</param>
/// <param name="Confirmed">The keys of those that count at this moment: shown lately, and not withdrawn.</param>
/// <param name="Now">The moment.</param>
public sealed record AccountGuardianships(
    IReadOnlyList<ListedGuardianship> Children, IReadOnlyList<ListedGuardianship> Guardians, IReadOnlySet<string> Confirmed, DateTimeOffset Now)
{
    /// <summary>Redacted.</summary>
    public override string ToString() => nameof(AccountGuardianships);
}

/// <summary>What the account page says about acting for a child, and its forms: a guardian ends it, a child of 14 or more gives or takes back its word.</summary>
public sealed class AccountGuardians(Holder holder, Guardianships guardianships, CardTrust trust, TimeProvider time)
{
    private const string AccountPath = "/account";

    public static void Map(IEndpointRouteBuilder app)
    {
        Post(app, "/account/children/end", (guardians, id, form, ct) => guardians.EndAsync(id, form, ct));
        Post(app, "/account/guardians/word", (guardians, id, form, ct) => guardians.SetWordAsync(id, form, ct));
    }

    /// <summary>Both lists.</summary>
    public async Task<AccountGuardianships> OfAsync(string accountId, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var (children, guardians) = (await guardianships.OfGuardianAsync(accountId, ct), await guardianships.OfChildAsync(accountId, ct));
        var confirmed = children.Concat(guardians)
            .Where(listed => now < listed.Guardianship.ShownUntil && trust.Current.SaysValid(listed.Guardianship.Status, Policy.Haip, now))
            .Select(listed => listed.Key);
        return new(children, guardians, confirmed.ToHashSet(StringComparer.Ordinal), now);
    }

    private static void Post(IEndpointRouteBuilder app, string path, Func<AccountGuardians, string, PageForm, CancellationToken, Task> act) =>
        app.MapPost(path, (HttpContext http, AccountGuardians guardians, CancellationToken ct) => PageForm.HandleAsync(
            http, form => guardians.ActAsync(http, id => act(guardians, id, form, ct), ct), ct)).RequireSameOrigin();

    private Task<IResult> ActAsync(HttpContext http, Func<string, Task> act, CancellationToken ct) => holder.WithAsync(
        http,
        AccountPath,
        async person =>
        {
            await act(person.Account.Id);
            return new SeeOther(AccountPath);
        },
        ct);

    private async Task EndAsync(string guardianId, PageForm form, CancellationToken ct)
    {
        if (Named(await guardianships.OfGuardianAsync(guardianId, ct), form) is { } found)
        {
            await guardianships.EndAsync(guardianId, found.ChildId, ct);
        }
    }

    // Before 14 the child sees it, and has no word in it.
    private async Task SetWordAsync(string childId, PageForm form, CancellationToken ct)
    {
        if (Named(await guardianships.OfChildAsync(childId, ct), form) is { } found && time.GetUtcNow() >= found.ChildTurns14At)
        {
            await guardianships.SetConsentAsync(found.GuardianId, childId, form["word"] == "yes", ct);
        }
    }

    private static Guardianship? Named(IReadOnlyList<ListedGuardianship> own, PageForm form) =>
        own.FirstOrDefault(listed => listed.Key == form["guardianship"])?.Guardianship;
}
