namespace IdentityPlatform.Hosting;

/// <summary>A configuration value with which a server does not start. The message begins with the key and holds no secret.</summary>
public sealed class SettingsException : Exception
{
    public SettingsException()
    {
    }

    public SettingsException(string message)
        : base(message)
    {
    }

    public SettingsException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    public SettingsException(string key, string why)
        : base($"{key}: {why}") => Key = key;

    /// <summary>The configuration key, such as <c>Storage:Engine</c>.</summary>
    public string? Key { get; }
}
