using System.Text.Json;
using IdentityPlatform.Formats;

namespace IdentityPlatform.IdP.Services;

/// <summary>Which claims a grant was asked for, kept with the grant: names, never values.</summary>
public sealed class GrantedClaims
{
    private const string UserInfoMember = "userinfo";
    private const string IdTokenMember = "id_token";

    private GrantedClaims(IReadOnlyList<string> userInfo, IReadOnlyList<string> idToken) => (UserInfo, IdToken) = (userInfo, idToken);

    /// <summary>For userinfo.</summary>
    public IReadOnlyList<string> UserInfo { get; }

    /// <summary>For the ID token.</summary>
    public IReadOnlyList<string> IdToken { get; }

    /// <summary>Writes what was asked.</summary>
    public static JsonElement ToJson(ClaimsAsked asked) => JsonElement.Parse(JsonText.Write(json =>
    {
        json.WriteStartObject();
        WriteNames(json, UserInfoMember, asked.InUserInfo);
        WriteNames(json, IdTokenMember, asked.InIdToken);
        json.WriteEndObject();
    }));

    /// <summary>Reads what <see cref="ToJson"/> wrote; nothing is granted where nothing was written.</summary>
    public static GrantedClaims Of(JsonElement? extra) =>
        new(extra?.StringsMember(UserInfoMember) ?? [], extra?.StringsMember(IdTokenMember) ?? []);

    private static void WriteNames(Utf8JsonWriter json, string member, IReadOnlyList<string> names)
    {
        json.WriteStartArray(member);
        foreach (var name in names)
        {
            json.WriteStringValue(name);
        }

        json.WriteEndArray();
    }
}
