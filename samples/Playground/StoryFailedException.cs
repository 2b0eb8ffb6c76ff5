namespace IdentityPlatform.Playground;

/// <summary>A step of the story did not hold; the message says what.</summary>
public sealed class StoryFailedException : Exception
{
    public StoryFailedException()
    {
    }

    public StoryFailedException(string message)
        : base(message)
    {
    }

    public StoryFailedException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
