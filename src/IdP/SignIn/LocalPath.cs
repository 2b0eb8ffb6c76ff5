namespace IdentityPlatform.IdP.SignIn;

/// <summary>A path on this server that a browser may be sent to. Built from what a page carried along, so that it can lead nowhere else.</summary>
public sealed class LocalPath
{
    /// <summary>Where a person goes who came from nowhere.</summary>
    public static readonly LocalPath Account = new("/account");

    private LocalPath(string value) => Value = value;

    /// <summary>The path and query.</summary>
    public string Value { get; }

    /// <summary>The path, or <see cref="Account"/> for anything that is not plainly one.</summary>
    public static LocalPath Of(string? text) => Find(text) ?? Account;

    /// <summary>The path, or null for anything that is not plainly one.</summary>
    public static LocalPath? Find(string? text)
    {
        // Browsers read "//host" and "/\host" as another host, and drop tabs and newlines before they read.
        var plain = text is { Length: > 0 and <= 2048 } && text[0] == '/' && (text.Length == 1 || (text[1] != '/' && text[1] != '\\'));
        return plain && text!.All(c => c is > ' ' and < (char)127 and not '\\') ? new(text!) : null;
    }

    /// <inheritdoc/>
    public override string ToString() => Value;
}
