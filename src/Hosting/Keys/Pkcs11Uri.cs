namespace IdentityPlatform.Hosting.Keys;

/// <summary>Where a key lies (RFC 7512): the label of a token and of an object in it. Anything else, a PIN above all, has no place in a file.</summary>
internal sealed class Pkcs11Uri
{
    private const string Scheme = "pkcs11:";

    public Pkcs11Uri(string token, string label) => (Token, Label) = (token, label);

    public string Token { get; }

    public string Label { get; }

    /// <summary>The place that a text names, or null.</summary>
    public static Pkcs11Uri? Find(string? text)
    {
        if (text?.StartsWith(Scheme, StringComparison.Ordinal) is not true)
        {
            return null;
        }

        var parts = text[Scheme.Length..].Split(';').Select(part => part.Split('=', 2)).ToList();
        return parts is [["token", { Length: > 0 } token], ["object", { Length: > 0 } label]]
            ? new(Uri.UnescapeDataString(token), Uri.UnescapeDataString(label))
            : null;
    }

    public override string ToString() => $"{Scheme}token={Uri.EscapeDataString(Token)};object={Uri.EscapeDataString(Label)}";
}
