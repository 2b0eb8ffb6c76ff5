using System.Collections.Immutable;
using System.Text.Json;
using IdentityPlatform.Formats;

namespace IdentityPlatform.Verifier.SdJwt;

/// <summary>
/// The type as which a credential answers a query: its own (<c>vct</c>), another name of it (<c>aka_vcts</c>), or one that it extends. A name
/// gives no authority: the signer has to be trusted for that type too (SD-JWT VC, "Credential Type Extension and Issuer Authorization").
/// </summary>
internal static class AcceptedType
{
    /// <summary>The type that claims state themselves, or null. One that was asked for is not made anew.</summary>
    public static string? Stated(JsonElement claims, ImmutableArray<string> asked)
    {
        foreach (var type in asked)
        {
            if (claims.HasString("vct", type))
            {
                return type;
            }
        }

        return claims.StringMember("vct");
    }

    /// <summary>The type, or null where the credential is of none that is asked for.</summary>
    /// <param name="claims">The claims of the issuer's JWT.</param>
    /// <param name="c">The case.</param>
    public static string? Of(JsonElement claims, SdJwtCase c)
    {
        var asked = c.Expectation.Query.Types;
        if (c.Type is not { } own)
        {
            return null;
        }

        return asked.Contains(own) ? own : Among(asked, claims.StringsMember("aka_vcts") ?? []) ?? Among(asked, Extended(own, c));
    }

    /// <summary>Why <c>aka_vcts</c> is not as it has to be, or null.</summary>
    public static Failure? Malformed(JsonElement claims) => claims.Member("aka_vcts") is null
        || (claims.StringsMember("aka_vcts") is { Count: > 0 } names && !names.Contains(claims.StringMember("vct"), StringComparer.Ordinal))
        ? null
        : new Failure.AkaTypesMalformed();

    private static IEnumerable<string> Extended(string own, SdJwtCase c) =>
        c.Policy.TypeMetadata != TypeMetadataCheck.NotRead && c.Trust.Types.Find(own) is { } held && held.Succeeded(out var chain, out _)
            ? chain.Documents.Skip(1).Select(document => document.Type)
            : [];

    private static string? Among(IReadOnlyList<string> asked, IEnumerable<string> names) => names.FirstOrDefault(name => asked.Contains(name, StringComparer.Ordinal));
}
