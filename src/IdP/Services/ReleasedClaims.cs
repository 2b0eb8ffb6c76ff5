using System.Globalization;
using System.Text.Json;
using IdentityPlatform.IdP.Accounts;

namespace IdentityPlatform.IdP.Services;

/// <summary>
/// The values behind claim names. <c>name</c>, <c>given_name</c> and <c>family_name</c> are given only from a card that was
/// checked, and <c>verified_at</c> says on which day; what a person typed is never passed on under these names.
/// </summary>
public static class ReleasedClaims
{
    /// <summary>The values there are for the names; a claim without a value is left out (OpenID Connect Core §5.3.2).</summary>
    public static IReadOnlyDictionary<string, string> Of(IEnumerable<string> names, VerifiedIdentity? identity)
    {
        if (identity?.Attributes is not { } attributes)
        {
            return new Dictionary<string, string>();
        }

        return names
            .Select(name => (Name: name, Value: ValueOf(name, attributes)))
            .Where(claim => !string.IsNullOrEmpty(claim.Value))
            .ToDictionary(claim => claim.Name, claim => claim.Value!);
    }

    /// <summary>Writes them as members.</summary>
    public static void WriteTo(Utf8JsonWriter json, IReadOnlyDictionary<string, string> claims)
    {
        foreach (var (name, value) in claims)
        {
            json.WriteString(name, value);
        }
    }

    private static string? ValueOf(string name, VerifiedAttributes attributes) => name switch
    {
        // Any part of a name may be absent.
        "name" => string.Join(' ', new[] { attributes.Values.GetValueOrDefault("given_name"), attributes.Values.GetValueOrDefault("family_name") }.Where(part => part is not null)),
        "verified_at" => DateTimeOffset.FromUnixTimeSeconds(attributes.VerifiedAt).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        _ => attributes.Values.GetValueOrDefault(name),
    };
}
