namespace IdentityPlatform.OAuth.Clients;

/// <summary>
/// What clients that register themselves may loosen, one by one: by <c>Registration:Allow</c> for all, by an invitation for
/// those that come with it. Nothing: FAPI 2.0 and what is stricter still.
/// </summary>
[Flags]
public enum RegistrationPermissions
{
    None = 0,

    /// <summary><c>secrets</c>: <c>client_secret_basic</c> and <c>client_secret_post</c>.</summary>
    Secrets = 1,

    /// <summary><c>public</c>: no authentication at all.</summary>
    Public = 2,

    /// <summary><c>bearer</c>: <c>"dpop_bound_access_tokens": false</c>.</summary>
    Bearer = 4,

    /// <summary><c>unpushed</c>: <c>"require_pushed_authorization_requests": false</c>.</summary>
    Unpushed = 8,

    /// <summary><c>without-pkce</c>: <c>"require_pkce": false</c>.</summary>
    WithoutPkce = 16,

    /// <summary><c>rs256</c>: RS256, wherever a client names an algorithm.</summary>
    Rs256 = 32,

    /// <summary><c>grants</c>: every grant type of the server, not only codes and refresh tokens.</summary>
    Grants = 64,

    /// <summary><c>native</c>: redirects into apps and to the machine itself (RFC 8252 §7).</summary>
    Native = 128,
}

/// <summary>The names of the permissions in settings, on the command line and in the database.</summary>
internal static class RegistrationPermissionNames
{
    private static readonly (string Name, RegistrationPermissions Permission)[] Table =
    [
        ("secrets", RegistrationPermissions.Secrets),
        ("public", RegistrationPermissions.Public),
        ("bearer", RegistrationPermissions.Bearer),
        ("unpushed", RegistrationPermissions.Unpushed),
        ("without-pkce", RegistrationPermissions.WithoutPkce),
        ("rs256", RegistrationPermissions.Rs256),
        ("grants", RegistrationPermissions.Grants),
        ("native", RegistrationPermissions.Native),
    ];

    public static string[] All => [.. Table.Select(entry => entry.Name)];

    /// <summary>The permissions of these names; null where one is unknown.</summary>
    public static RegistrationPermissions? Find(IEnumerable<string> names)
    {
        var all = RegistrationPermissions.None;
        foreach (var name in names)
        {
            var (found, permission) = Table.FirstOrDefault(entry => entry.Name == name);
            if (found is null)
            {
                return null;
            }

            all |= permission;
        }

        return all;
    }

    public static string Of(RegistrationPermissions permissions) =>
        string.Join(' ', Table.Where(entry => permissions.HasFlag(entry.Permission)).Select(entry => entry.Name));
}
