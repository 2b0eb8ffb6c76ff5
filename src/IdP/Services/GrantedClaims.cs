using System.Text.Json;
using IdentityPlatform.Formats;

namespace IdentityPlatform.IdP.Services;

/// <summary>What is kept with a grant: which claims it was asked for, by their names, and the session that it was given in.</summary>
public sealed class GrantedClaims
{
    private const string UserInfoMember = "userinfo";
    private const string IdTokenMember = "id_token";

    private const string SessionMember = "session";

    private GrantedClaims(IReadOnlyList<string> userInfo, IReadOnlyList<string> idToken, string? session) => (UserInfo, IdToken, Session) = (userInfo, idToken, session);

    /// <summary>For userinfo.</summary>
    public IReadOnlyList<string> UserInfo { get; }

    /// <summary>For the ID token.</summary>
    public IReadOnlyList<string> IdToken { get; }

    /// <summary>The <see cref="SignIn.Session.Id"/>; null for a grant that no session stands behind.</summary>
    public string? Session { get; }

    /// <summary>Writes what was asked, and in which session.</summary>
    public static JsonElement ToJson(ClaimsAsked asked, string session) => JsonElement.Parse(JsonText.Write(json =>
    {
        json.WriteStartObject();
        WriteNames(json, UserInfoMember, asked.InUserInfo);
        WriteNames(json, IdTokenMember, asked.InIdToken);
        json.WriteString(SessionMember, session);
        json.WriteEndObject();
    }));

    /// <summary>Reads what <see cref="ToJson"/> wrote; nothing is granted where nothing was written.</summary>
    public static GrantedClaims Of(JsonElement? extra) =>
        new(extra?.StringsMember(UserInfoMember) ?? [], extra?.StringsMember(IdTokenMember) ?? [], extra?.StringMember(SessionMember));

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
