using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Hosting;
using IdentityPlatform.Hosting.Keys;
using IdentityPlatform.Issuer.Catalogue;

namespace IdentityPlatform.Issuer.Patents;

/// <summary>
/// Who says what was paid: <c>Payments:Treasury</c> is its name, <c>Payments:Keys</c> names files with its public keys (JWK).
/// The keys are configuration and no table: whoever writes rows cannot become the treasury.
/// </summary>
public sealed class Treasury : IDisposable
{
    private Treasury(string name, IReadOnlyList<VerificationKey> keys) => (Name, Keys) = (name, keys);

    /// <summary>The <c>iss</c> of its facts.</summary>
    public string Name { get; }

    internal IReadOnlyList<VerificationKey> Keys { get; }

    /// <summary>A treasury with these keys.</summary>
    public static Treasury Of(string name, params IEnumerable<Jwk> keys) => new(name, [.. keys.Select(key => VerificationKey.Import(key).OrThrow())]);

    /// <summary>Reads the settings.</summary>
    /// <exception cref="SettingsException">Names the key.</exception>
    public static Treasury Read(IConfiguration configuration, Deployment deployment, bool development)
    {
        SettingsReader.RefuseUnknown(configuration, "Payments", "Treasury", "Keys");
        var keys = configuration.GetSection("Payments:Keys").GetChildren().Select(setting => Key(setting, development)).ToList();
        var paid = deployment.Types.Any(type => type.IsPaid);
        if (paid != (keys.Count > 0))
        {
            throw new SettingsException("Payments:Keys", paid
                ? "is missing: a credential type lasts as long as it is paid for, and somebody has to say what was paid."
                : "names keys, and no credential type of this deployment is paid for.");
        }

        return Of(paid ? new SettingsReader(configuration).Required("Payments:Treasury") : "", keys);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var key in Keys)
        {
            key.Dispose();
        }
    }

    private static Jwk Key(IConfigurationSection setting, bool development)
    {
        try
        {
            var key = Jwk.Parse(StrictJson.ParseObject(File.ReadAllBytes(setting.Value ?? "")).OrThrow().Element).OrThrow();
            return development || !ExampleKeys.Contains(key)
                ? key
                : throw new SettingsException(setting.Path, $"'{setting.Value}' is a key of keys.example, which everybody has.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or FormatException)
        {
            throw new SettingsException(setting.Path, $"'{setting.Value}' holds no public key.");
        }
    }
}
