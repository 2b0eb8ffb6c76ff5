using System.Collections.Immutable;
using System.Text.Json;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.SdJwt;

namespace IdentityPlatform.Verifier.Presentation;

/// <summary>Reads a DCQL query strictly (OpenID4VP §6): the rules of the language are checked here, once.</summary>
internal static class DcqlReader
{
    public static Parsed<DcqlQuery> Read(JsonElement json)
    {
        if (json.ArrayMember("credentials") is not { } array || array.GetArrayLength() == 0)
        {
            return Refuse("credentials is an array with at least one query");
        }

        var credentials = ImmutableArray.CreateBuilder<CredentialQuery>();
        foreach (var item in array.EnumerateArray())
        {
            if (ReadCredential(item).Failed(out var failure, out var query))
            {
                return failure;
            }

            if (credentials.Any(other => other.Id == query.Id))
            {
                return Refuse("no two credential queries have one id");
            }

            credentials.Add(query);
        }

        var ids = credentials.Select(query => query.Id).ToHashSet(StringComparer.Ordinal);
        return ReadSets(json, ids) is { } sets ? new DcqlQuery(credentials.ToImmutable(), sets) : Refuse("credential_sets names queries by their ids");
    }

    private static Parsed<CredentialQuery> ReadCredential(JsonElement json)
    {
        if (json.StringMember("id") is not { } id || !CredentialQuery.IsId(id))
        {
            return Refuse("a credential query has an id of letters, digits, '_' and '-'");
        }

        if (OfFormat(json, id).Failed(out var unknown, out var query))
        {
            return unknown;
        }

        if (IsWrongBoolean(json, "multiple") || IsWrongBoolean(json, "require_cryptographic_holder_binding"))
        {
            return Refuse("multiple and require_cryptographic_holder_binding are booleans");
        }

        query = json.BooleanMember("multiple") == true ? query.AllowingSeveral() : query;
        query = json.BooleanMember("require_cryptographic_holder_binding") == false ? query.WithoutHolderBinding() : query;
        return ReadClaims(json, query).Failed(out var failure, out var withClaims) ? failure : ReadAuthorities(json, withClaims);
    }

    private static Parsed<CredentialQuery> OfFormat(JsonElement json, string id)
    {
        var meta = json.ObjectMember("meta");
        switch (json.StringMember("format"))
        {
            case CredentialQuery.SdJwtFormat:
                return meta?.StringsMember("vct_values") is { Count: > 0 } types
                    ? CredentialQuery.OfType(id, [.. types])
                    : Refuse("meta has vct_values with at least one type");
            case CredentialQuery.MdocFormat:
                return meta?.StringMember("doctype_value") is { Length: > 0 } type
                    ? CredentialQuery.OfDocType(id, type)
                    : Refuse("meta has a doctype_value");
            default:
                return Refuse("the format is none that is supported");
        }
    }

    private static Parsed<CredentialQuery> ReadClaims(JsonElement json, CredentialQuery query)
    {
        if (json.Member("claims") is null)
        {
            return json.Member("claim_sets") is null ? query : Refuse("claim_sets comes only with claims");
        }

        if (json.ArrayMember("claims") is not { } claims || claims.GetArrayLength() == 0)
        {
            return Refuse("claims is an array with at least one claim");
        }

        foreach (var item in claims.EnumerateArray())
        {
            if (ReadClaim(item, query).Failed(out var failure, out var claim))
            {
                return failure;
            }

            query = query.Asking(claim);
        }

        return ReadClaimSets(json, query);
    }

    private static Parsed<ClaimQuery> ReadClaim(JsonElement json, CredentialQuery query)
    {
        if (json.ArrayMember("path") is not { } array || ClaimPath.Parse(array).Failed(out _, out var path))
        {
            return Refuse("a claim has a path of strings, whole numbers and nulls");
        }

        // OpenID4VP §B.2.4: a namespace and an element, and more only within the element.
        if (query.Format == CredentialQuery.MdocFormat && !CredentialQuery.IsElement(path))
        {
            return Refuse("a claim of an mdoc has a path of a namespace and an element");
        }

        var id = json.StringMember("id");
        if (json.Member("id") is not null && !IsFreeId(id, query))
        {
            return Refuse("a claim's id is its own, of letters, digits, '_' and '-'");
        }

        if (query.Claims.Any(other => other.Path.Equals(path)))
        {
            return Refuse("a query does not point at one claim twice");
        }

        if (IsWrongBoolean(json, "intent_to_retain"))
        {
            return Refuse("intent_to_retain is a boolean");
        }

        return ReadValues(json, id, path).Failed(out var failure, out var claim) ? failure : claim with { IntentToRetain = json.BooleanMember("intent_to_retain") };
    }

    private static Parsed<ClaimQuery> ReadValues(JsonElement json, string? id, ClaimPath path)
    {
        if (json.Member("values") is null)
        {
            return new ClaimQuery(id, path, []);
        }

        return json.ArrayMember("values") is { } values && values.GetArrayLength() > 0 && values.EnumerateArray().All(IsScalar)
            ? new ClaimQuery(id, path, [.. values.EnumerateArray()])
            : Refuse("values holds strings, whole numbers or booleans");
    }

    private static bool IsFreeId(string? id, CredentialQuery query) =>
        id is not null && CredentialQuery.IsId(id) && query.Claims.All(other => other.Id != id);

    private static Parsed<CredentialQuery> ReadClaimSets(JsonElement json, CredentialQuery query)
    {
        if (json.Member("claim_sets") is not { } sets)
        {
            return query;
        }

        return ReadOptions(sets, query.Claims.Select(claim => claim.Id).OfType<string>().ToHashSet(StringComparer.Ordinal)) is { } options
            && query.Claims.All(claim => claim.Id is not null)
            ? query.WithClaimSets(options)
            : Refuse("claim_sets names claims by their ids");
    }

    private static Parsed<CredentialQuery> ReadAuthorities(JsonElement json, CredentialQuery query)
    {
        if (json.Member("trusted_authorities") is null)
        {
            return query;
        }

        if (json.ArrayMember("trusted_authorities") is not { } array || array.GetArrayLength() == 0)
        {
            return Refuse("trusted_authorities is an array with at least one entry");
        }

        foreach (var item in array.EnumerateArray())
        {
            if (item.StringMember("type") is not { } type || item.StringsMember("values") is not { Count: > 0 } values)
            {
                return Refuse("a trusted authority has a type and values");
            }

            query = query.From(new TrustedAuthorities(type, [.. values]));
        }

        return query;
    }

    private static ImmutableArray<CredentialSet>? ReadSets(JsonElement json, HashSet<string> ids)
    {
        if (json.Member("credential_sets") is null)
        {
            return [];
        }

        if (json.ArrayMember("credential_sets") is not { } array || array.GetArrayLength() == 0)
        {
            return null;
        }

        var sets = ImmutableArray.CreateBuilder<CredentialSet>();
        foreach (var item in array.EnumerateArray())
        {
            if (item.ArrayMember("options") is not { } options || IsWrongBoolean(item, "required") || ReadOptions(options, ids) is not { } read)
            {
                return null;
            }

            sets.Add(new CredentialSet(read, item.BooleanMember("required") ?? true));
        }

        return sets.ToImmutable();
    }

    // An array of at least one array of at least one known id.
    private static ImmutableArray<ImmutableArray<string>>? ReadOptions(JsonElement json, HashSet<string> ids)
    {
        if (json.ValueKind != JsonValueKind.Array || json.GetArrayLength() == 0 || !json.EnumerateArray().All(option => IsOption(option, ids)))
        {
            return null;
        }

        return [.. json.EnumerateArray().Select(option => option.EnumerateArray().Select(id => id.GetString()!).ToImmutableArray())];
    }

    private static bool IsOption(JsonElement json, HashSet<string> ids) =>
        json.ValueKind == JsonValueKind.Array && json.GetArrayLength() > 0
        && json.EnumerateArray().All(id => id.ValueKind == JsonValueKind.String && ids.Contains(id.GetString()!));

    private static bool IsScalar(JsonElement json) =>
        json.ValueKind is JsonValueKind.String or JsonValueKind.True or JsonValueKind.False
        || (json.ValueKind == JsonValueKind.Number && json.TryGetInt64(out _));

    private static bool IsWrongBoolean(JsonElement json, string name) => json.Member(name) is not null && json.BooleanMember(name) is null;

    private static FormatFailure Refuse(string fact) => new(FormatRule.Structure, fact);
}
