using System.Text;

namespace IdentityPlatform.OAuth.Protocol;

/// <summary>The client id and secret of an <c>Authorization: Basic</c> header (RFC 6749 §2.3.1). Holds a secret: redacted.</summary>
internal sealed class BasicCredentials
{
    private const string Scheme = "Basic ";

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private BasicCredentials(string clientId, string secret) => (ClientId, Secret) = (clientId, secret);

    public string ClientId { get; }

    public string Secret { get; }

    /// <summary>Reads a header's value; null for another scheme and for anything that is not exactly in this form.</summary>
    public static BasicCredentials? Parse(string header)
    {
        if (!header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) || Decode(header[Scheme.Length..].TrimStart(' ')) is not { } text)
        {
            return null;
        }

        // RFC 7617 §2: the first colon divides. Id and secret are form-encoded, so that neither holds one.
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        return colon > 0
            && RequestParameters.Decode(text[..colon]) is { } clientId
            && RequestParameters.Decode(text[(colon + 1)..]) is { Length: > 0 } secret
            ? new(clientId, secret)
            : null;
    }

    public override string ToString() => ClientId;

    private static string? Decode(string base64)
    {
        // The framework's decoder forgives white space: what was decoded must encode to the same text.
        var bytes = new byte[base64.Length];
        if (!Convert.TryFromBase64String(base64, bytes, out var length) || Convert.ToBase64String(bytes.AsSpan(0, length)) != base64)
        {
            return null;
        }

        try
        {
            return StrictUtf8.GetString(bytes.AsSpan(0, length));
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }
}
