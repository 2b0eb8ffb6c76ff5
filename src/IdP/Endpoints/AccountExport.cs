using System.Globalization;
using System.Text.Json;
using IdentityPlatform.Formats;
using IdentityPlatform.Hosting.Audit;
using IdentityPlatform.Hosting.Passkeys;
using IdentityPlatform.IdP.Accounts;
using IdentityPlatform.IdP.Guardians;
using IdentityPlatform.IdP.Services;
using IdentityPlatform.IdP.SignIn;

namespace IdentityPlatform.IdP.Endpoints;

/// <summary><c>/account/export</c>: everything that the platform holds about a person, as JSON for them to keep.</summary>
public sealed class AccountExport(
    Holder holder, Sessions sessions, Consents consents, Identities identities, PasskeyStore passkeys, Guardianships guardianships, HolderLog log)
{
    public static void Map(IEndpointRouteBuilder app) =>
        app.MapGet("/account/export", (HttpContext http, AccountExport export, CancellationToken ct) => export.AnswerAsync(http, ct));

    private Task<IResult> AnswerAsync(HttpContext http, CancellationToken ct) => holder.WithFreshAsync(
        http,
        "/account/export",
        async person =>
        {
            var id = person.Account.Id;
            await log.AddAsync(id, HolderLog.Exported, ct);
            var content = new Content(
                person.Account,
                await passkeys.OfUserAsync(id, ct),
                await sessions.ListAsync(id, ct),
                await consents.ListAsync(id, ct),
                await identities.FindAsync(id, ct),
                await guardianships.OfGuardianAsync(id, ct),
                await guardianships.OfChildAsync(id, ct),
                await log.ReadAsync(id, ct));
            http.Response.Headers.CacheControl = "no-store";
            return Results.File(JsonText.Write(content.WriteTo), "application/json", "account.json");
        },
        ct);

    private sealed record Content(
        Account Account, IReadOnlyList<Passkey> Passkeys, IReadOnlyList<ListedSession> Sessions, IReadOnlyList<Consent> Consents,
        VerifiedIdentity? Identity, IReadOnlyList<ListedGuardianship> Children, IReadOnlyList<ListedGuardianship> Guardians, IReadOnlyList<HolderLogEntry> Log)
    {
        public void WriteTo(Utf8JsonWriter json)
        {
            json.WriteStartObject();
            json.WriteString("account_id", Account.Id);
            json.WriteString("opened_on", Day(Account.OpenedOn));
            json.WriteString("display_name", Account.DisplayName);
            WriteArray(json, "passkeys", Passkeys, passkey =>
            {
                json.WriteString("id", passkey.CredentialId);
                json.WriteString("created_at", Time(passkey.CreatedAt));
                json.WriteBoolean("synced", passkey.BackedUp);
            });
            WriteArray(json, "sessions", Sessions, entry =>
            {
                json.WriteString("signed_in_at", Time(entry.Session.AuthTime));
                json.WriteString("last_seen_at", Time(entry.Session.LastSeenAt));
                json.WriteString("browser", entry.Browser);
                json.WriteString("services", string.Join(' ', entry.Services));
            });
            WriteArray(json, "consents", Consents, consent =>
            {
                json.WriteString("service", consent.ServiceId);
                json.WriteString("scope", string.Join(' ', consent.Scopes));
                json.WriteString("claims", string.Join(' ', consent.Claims));
                json.WriteString("given_at", Time(DateTimeOffset.FromUnixTimeSeconds(consent.GivenAt)));
            });
            WriteIdentity(json);
            WriteArray(json, "acts_for", Children, listed => WriteGuardianship(json, listed.Guardianship, listed.Guardianship.ChildName));
            WriteArray(json, "acted_for_by", Guardians, listed => WriteGuardianship(json, listed.Guardianship, null));
            WriteArray(json, "log", Log, entry =>
            {
                json.WriteString("at", Time(entry.At));
                json.WriteString("event", entry.Name);
                json.WritePropertyName("details");
                entry.Details.WriteTo(json);
            });
            json.WriteEndObject();
        }

        // Neither learns the account of the other: the guardian knows the child by name, and the child knows who its guardian is.
        private static void WriteGuardianship(Utf8JsonWriter json, Guardianship guardianship, string? name)
        {
            json.WriteString("name", name);
            json.WriteString("nature", RepresentationClaims.WordOf(guardianship.Nature));
            json.WriteString("powers", string.Join(' ', guardianship.Powers.Select(RepresentationClaims.WordOf)));
            json.WriteString("ends_at", Time(guardianship.EndsAt));
            json.WriteBoolean("child_agrees", guardianship.ChildAgrees);
        }

        private void WriteIdentity(Utf8JsonWriter json)
        {
            json.WritePropertyName("identity");
            if (Identity is null)
            {
                json.WriteNullValue();
                return;
            }

            json.WriteRawValue(Identity.ToJson());
        }

        private static void WriteArray<T>(Utf8JsonWriter json, string name, IEnumerable<T> items, Action<T> write)
        {
            json.WriteStartArray(name);
            foreach (var item in items)
            {
                json.WriteStartObject();
                write(item);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        private static string Day(DateTimeOffset at) => at.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

        private static string Time(DateTimeOffset at) => at.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
    }
}
