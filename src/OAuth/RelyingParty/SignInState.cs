using System.Security.Cryptography;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Jose;

namespace IdentityPlatform.OAuth.RelyingParty;

/// <summary>
/// What a relying service keeps between sending the browser away and its return: on the server, bound to the browser's
/// session, taken once. Holds the code verifier and the DPoP key, so it never travels.
/// </summary>
public sealed class SignInState
{
    private readonly byte[] _dpopKey;

    private SignInState(string state, string nonce, string codeVerifier, byte[] dpopKey) =>
        (State, Nonce, CodeVerifier, _dpopKey) = (state, nonce, codeVerifier, dpopKey);

    /// <summary>The <c>state</c> parameter: the key under which the relying service keeps this.</summary>
    public string State { get; }

    internal string Nonce { get; }

    internal string CodeVerifier { get; }

    /// <summary>Makes the secrets of one sign-in: 256 bits each (RFC 7636 §7.1, RFC 6749 §10.10).</summary>
    public static SignInState Create(FillRandom random)
    {
        var bytes = new byte[96];
        random(bytes);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return new(
            Base64UrlText.Encode(bytes.AsSpan(0, 32)), Base64UrlText.Encode(bytes.AsSpan(32, 32)), Base64UrlText.Encode(bytes.AsSpan(64)), key.ExportPkcs8PrivateKey());
    }

    /// <summary>Reads what <see cref="ToBytes"/> wrote.</summary>
    public static SignInState FromBytes(ReadOnlySpan<byte> bytes)
    {
        var json = StrictJson.ParseObject(bytes).OrThrow().Element;
        return new(
            json.StringMember("state")!, json.StringMember("nonce")!, json.StringMember("code_verifier")!, json.Member("dpop_key")!.Value.GetBytesFromBase64());
    }

    /// <summary>The state for the server's own one-time store.</summary>
    public byte[] ToBytes() => JsonText.Write(writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("state", State);
        writer.WriteString("nonce", Nonce);
        writer.WriteString("code_verifier", CodeVerifier);
        writer.WriteBase64String("dpop_key", _dpopKey);
        writer.WriteEndObject();
    });

    /// <summary>Redacted.</summary>
    public override string ToString() => "sign-in state";

    internal string CodeChallenge() => Base64UrlText.Encode(SHA256.HashData(System.Text.Encoding.ASCII.GetBytes(CodeVerifier)));

    internal SigningKey DpopKey()
    {
        var key = ECDsa.Create();
        key.ImportPkcs8PrivateKey(_dpopKey, out _);
        return SigningKey.From(key);
    }
}

/// <summary>Where to send the browser, and what to keep until it returns.</summary>
/// <param name="RedirectUrl">The provider's authorization endpoint with the pushed request.</param>
/// <param name="State">To be kept on the server.</param>
public sealed record SignInStart(string RedirectUrl, SignInState State);
