using System.Text.Json;
using IdentityPlatform.Formats;

namespace IdentityPlatform.OAuth.Protocol;

/// <summary>Asking at the token endpoint for less than what was granted (RFC 9396 §6): never for more, and never for something else.</summary>
internal static class DetailNarrowing
{
    /// <summary>Null when each detail that is asked for is one of those granted, or a part of one.</summary>
    public static Refusal? Check(JsonElement? granted, DetailList asked) =>
        granted is { } all && asked.Json.EnumerateArray().All(detail => all.EnumerateArray().Any(whole => IsPart(detail, whole)))
            ? null
            : new(Rule.AuthorizationDetails, OAuthErrors.InvalidAuthorizationDetails, "authorization_details asks for what was not granted");

    // What a member means is known to its type alone. So each has to come back as it is; only a list may name fewer things, and
    // none may be left out: a list that is missing may mean all.
    private static bool IsPart(JsonElement detail, JsonElement whole) => detail.StringMember("type") == AuthorizationDetails.CredentialType
        ? IsSameCredential(detail, whole)
        : IsPartOfAny(detail, whole);

    // OpenID4VCI 1.0 §5.1.1: what is unknown beside the configuration is ignored.
    private static bool IsSameCredential(JsonElement detail, JsonElement whole) =>
        whole.StringMember("type") == AuthorizationDetails.CredentialType
        && detail.StringMember("credential_configuration_id") is { } id && id == whole.StringMember("credential_configuration_id");

    private static bool IsPartOfAny(JsonElement detail, JsonElement whole) =>
        detail.EnumerateObject().Count() == whole.EnumerateObject().Count()
        && detail.EnumerateObject().All(member => whole.Member(member.Name) is { } value && IsPartOfMember(member.Value, value));

    private static bool IsPartOfMember(JsonElement asked, JsonElement granted) =>
        JsonElement.DeepEquals(asked, granted)
        || (asked.ValueKind == JsonValueKind.Array && granted.ValueKind == JsonValueKind.Array && asked.GetArrayLength() > 0
            && asked.EnumerateArray().All(item => granted.EnumerateArray().Any(other => JsonElement.DeepEquals(item, other))));
}
