using System.Text.Json;
using IdentityPlatform.Formats;

namespace IdentityPlatform.IdP.Services;

/// <summary>
/// The personal claims that one authorization request asks for, by scope and by the <c>claims</c> parameter
/// (OpenID Connect Core §5.4, §5.5). Claims that the platform does not hold are not in it: §5.5.1 lets a provider leave them out.
/// </summary>
public sealed class ClaimsAsked
{
    /// <summary>The scope that stands for the verified name.</summary>
    public const string ProfileScope = "profile";

    /// <summary>Every personal claim that the platform can give, always from verified data.</summary>
    public static readonly IReadOnlyList<string> Known = ["name", "given_name", "family_name", "birthdate", "verified_at"];

    // A date of birth is asked for by its name alone: few services that want a name need it.
    private static readonly string[] OfProfile = ["name", "given_name", "family_name", "verified_at"];

    private ClaimsAsked(IReadOnlyList<string> inUserInfo, IReadOnlyList<string> inIdToken) => (InUserInfo, InIdToken) = (inUserInfo, inIdToken);

    /// <summary>What userinfo should hold.</summary>
    public IReadOnlyList<string> InUserInfo { get; }

    /// <summary>What the ID token should hold.</summary>
    public IReadOnlyList<string> InIdToken { get; }

    /// <summary>Both, in a fixed order.</summary>
    public IReadOnlyList<string> All => [.. Known.Where(name => InUserInfo.Contains(name) || InIdToken.Contains(name))];

    /// <summary>Reads a request's scopes and its <c>claims</c> parameter.</summary>
    public static ClaimsAsked Of(IEnumerable<string> scopes, JsonElement? claims)
    {
        var byScope = scopes.Contains(ProfileScope) ? OfProfile : [];
        return new(
            [.. Known.Where(name => byScope.Contains(name) || Names(claims, "userinfo", name))],
            [.. Known.Where(name => Names(claims, "id_token", name))]);
    }

    /// <summary>True when a claim is asked for that no scope registered for the service covers (SG8).</summary>
    public bool IsBeyond(IEnumerable<string> registeredScopes) => All.Count > 0 && !registeredScopes.Contains(ProfileScope);

    /// <inheritdoc/>
    public override string ToString() => string.Join(' ', All);

    private static bool Names(JsonElement? claims, string target, string name) =>
        claims?.ObjectMember(target)?.Member(name) is { ValueKind: JsonValueKind.Null or JsonValueKind.Object };
}
