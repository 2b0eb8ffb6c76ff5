using IdentityPlatform.Hosting;

namespace IdentityPlatform.Issuer.Catalogue;

/// <summary>Reads files of <c>Deployment:Directory</c>.</summary>
internal static class DeploymentDirectory
{
    /// <summary>What a reader makes of the directory.</summary>
    /// <exception cref="SettingsException">The directory, or a file in it, is wrong.</exception>
    public static T Read<T>(IConfiguration configuration, Func<string, T> load)
    {
        const string key = "Deployment:Directory";
        try
        {
            return load(new SettingsReader(configuration).Directory(key));
        }
        catch (CatalogueException e)
        {
            throw new SettingsException(key, e.Message);
        }
    }
}
