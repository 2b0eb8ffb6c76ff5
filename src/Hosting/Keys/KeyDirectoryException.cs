namespace IdentityPlatform.Hosting.Keys;

/// <summary>A key file is missing, malformed or forbidden. The message names the file or key and holds no secret.</summary>
public sealed class KeyDirectoryException : Exception
{
    public KeyDirectoryException()
    {
    }

    public KeyDirectoryException(string message)
        : base(message)
    {
    }

    public KeyDirectoryException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
