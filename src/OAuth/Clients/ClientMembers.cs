using System.Buffers;
using System.Text.Json;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Jose;

namespace IdentityPlatform.OAuth.Clients;

/// <summary>The members of a registration (RFC 7591 §2), read one by one. The first that is wrong is remembered as the fault.</summary>
internal sealed class ClientMembers(JsonElement json)
{
    private static readonly HashSet<string> Known = new(StringComparer.Ordinal)
    {
        "client_id", "client_name", "client_uri", "purpose", "logo_uri", "policy_uri", "tos_uri", "contacts",
        "redirect_uris", "post_logout_redirect_uris", "grant_types", "response_types", "scope",
        "token_endpoint_auth_method", "token_endpoint_auth_signing_alg", "jwks", "jwks_uri", "client_secret_sha256",
        "tls_client_auth_subject_dn", "tls_client_auth_san_dns", "tls_client_auth_san_uri", "tls_client_auth_san_ip", "tls_client_auth_san_email",
        "subject_type", "sector_identifier_uri", "id_token_signed_response_alg", "default_max_age", "default_acr_values",
        "require_auth_time", "initiate_login_uri", "backchannel_logout_uri", "backchannel_logout_session_required",
        "require_pushed_authorization_requests", "require_pkce", "dpop_bound_access_tokens", "tls_client_certificate_bound_access_tokens",
        "require_signed_request_object", "request_object_signing_alg", "authorization_signed_response_alg",
        "userinfo_signed_response_alg", "introspection_signed_response_alg",
        "authorization_details_types", "resource", "resource_scopes",
    };

    private static readonly SearchValues<char> UriCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~:/?[]@!$&'()*+,;=%");

    // Schemes that a browser runs or reads itself instead of handing them on.
    private static readonly string[] Forbidden = ["javascript", "data", "file", "vbscript", "blob", "filesystem", "about", "view-source", "ws", "wss", "ftp"];

    // RFC 7591 §2.2: what people read may be there in several languages.
    private static readonly string[] ForPeople = ["client_name", "client_uri", "purpose", "logo_uri", "policy_uri", "tos_uri"];

    /// <summary>The member that is wrong, or null.</summary>
    public string? FaultyMember { get; private set; }

    /// <summary>Why, following the member's name.</summary>
    public string? Fault { get; private set; }

    /// <summary>True for a member that the engine or a host obeys, also with a language tag where people read it.</summary>
    public static bool IsKnown(string name) => NameOf(name) is { } plain && Known.Contains(plain) && (plain == name || ForPeople.Contains(plain));

    /// <summary>Remembers that a member is wrong.</summary>
    public void Fail(string member, string fault)
    {
        if (Fault is null)
        {
            (FaultyMember, Fault) = (member, fault);
        }
    }

    public JsonElement? Find(string name) => json.Member(name);

    public string Required(string name)
    {
        var text = Text(name);
        if (text is null)
        {
            Fail(name, "is missing");
        }

        return text ?? "";
    }

    public string? Text(string name) => Read(name, "is not a text", json.StringMember(name) is { Length: > 0 } text ? text : null);

    public IReadOnlyList<string> Words(string name) => Text(name)?.Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [];

    public IReadOnlyList<string>? Strings(string name) => Read(name, "is not an array of texts", json.StringsMember(name));

    public bool? Boolean(string name)
    {
        var value = json.BooleanMember(name);
        _ = Read(name, "is neither true nor false", (object?)value);
        return value;
    }

    public long? Seconds(string name)
    {
        long? value = json.LongMember(name) is { } number and >= 0 and <= int.MaxValue ? number : null;
        _ = Read(name, "is not a number of seconds", (object?)value);
        return value;
    }

    public JwsAlgorithm? Algorithm(string name)
    {
        var value = JwsAlgorithms.Find(json.StringMember(name));
        _ = Read(name, "is not an algorithm of this server", (object?)value);
        return value;
    }

    // RFC 6749 §3.1.2: absolute, without fragment. Plain http only on the machine itself (RFC 8252 §8.3).
    public IReadOnlyList<string> RedirectUris(string name)
    {
        var uris = Strings(name) ?? [];
        if (!uris.All(IsRedirectUri))
        {
            Fail(name, "holds something other than absolute https URIs without fragment");
        }

        return uris;
    }

    /// <summary>An address that this server calls or sends browsers to: https alone.</summary>
    public string? HttpsUri(string name) =>
        Read(name, "is no https URL without fragment and user", json.StringMember(name) is { } text && IsWebUri(text, Uri.UriSchemeHttps) ? text : null);

    /// <summary>Pages for people, in each language. Plain http only on the machine itself.</summary>
    public void CheckPages(params ReadOnlySpan<string> names)
    {
        foreach (var member in json.EnumerateObject())
        {
            if (names.Contains(NameOf(member.Name)) && (member.Value.ValueKind != JsonValueKind.String || !IsPage(member.Value.GetString()!)))
            {
                Fail(member.Name, "is no https URL");
            }
        }
    }

    /// <summary>What people read is text, in each language.</summary>
    public void CheckTexts(params ReadOnlySpan<string> names)
    {
        foreach (var member in json.EnumerateObject())
        {
            if (names.Contains(NameOf(member.Name)) && member.Value.ValueKind != JsonValueKind.String)
            {
                Fail(member.Name, "is not a text");
            }
        }
    }

    public static bool IsPage(string text) =>
        IsWebUri(text, Uri.UriSchemeHttps) || (IsWebUri(text, Uri.UriSchemeHttp) && new Uri(text).IsLoopback);

    private static bool IsWebUri(string text, string scheme) => UriOf(text) is { } uri && uri.Scheme == scheme && IsHost(uri);

    private static bool IsRedirectUri(string text) => UriOf(text) is { } uri && uri.Scheme switch
    {
        "https" => IsHost(uri),
        "http" => IsHost(uri) && uri.IsLoopback,
        _ => !Forbidden.Contains(uri.Scheme),
    };

    // What goes into headers as it stands: nothing but characters of RFC 3986, no fragment, nobody's name and password.
    private static Uri? UriOf(string text) =>
        !text.AsSpan().ContainsAnyExcept(UriCharacters) && Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.UserInfo.Length == 0 ? uri : null;

    private static bool IsHost(Uri uri) => uri.HostNameType is UriHostNameType.Dns or UriHostNameType.IPv4 or UriHostNameType.IPv6;

    private static string NameOf(string member) => member.Split('#')[0];

    private T? Read<T>(string name, string fault, T? value)
        where T : class
    {
        if (value is null && json.Member(name) is not null)
        {
            Fail(name, fault);
        }

        return value;
    }
}
