using System.Text.Json;
using IdentityPlatform.Formats;

namespace IdentityPlatform.OAuth.Tokens;

/// <summary>What a token is bound to: whoever uses it has to show that they hold it. Closed.</summary>
public abstract class TokenBinding
{
    private const string DpopPrefix = "dpop:";
    private const string CertificatePrefix = "x5t:";
    private const string NoneText = "none";

    private TokenBinding()
    {
    }

    /// <summary>Bound to nothing: a bearer token (RFC 6750).</summary>
    public static TokenBinding Unbound { get; } = new None();

    /// <summary><c>token_type</c>: only a DPoP-bound token is no bearer token (RFC 9449 §5, RFC 8705 §3).</summary>
    public string TokenType => this is Dpop ? "DPoP" : "Bearer";

    /// <summary>True when both are the same key, the same certificate, or both nothing.</summary>
    public bool IsSameAs(TokenBinding other) => ToText() == other.ToText();

    /// <summary>The form in the database.</summary>
    internal string ToText() => this switch
    {
        Dpop dpop => DpopPrefix + dpop.Thumbprint,
        Certificate certificate => CertificatePrefix + certificate.Thumbprint,
        _ => NoneText,
    };

    /// <summary>Reads <see cref="ToText"/>; null for anything else.</summary>
    internal static TokenBinding? FromText(string text) => text switch
    {
        NoneText => Unbound,
        _ when text.StartsWith(DpopPrefix, StringComparison.Ordinal) => new Dpop(text[DpopPrefix.Length..]),
        _ when text.StartsWith(CertificatePrefix, StringComparison.Ordinal) => new Certificate(text[CertificatePrefix.Length..]),
        _ => null,
    };

    /// <summary>Reads <c>cnf</c> of a token (RFC 7800 §3.1). Without the claim a token is unbound; one that is not understood is no binding at all: null.</summary>
    internal static TokenBinding? FromClaims(JsonElement claims)
    {
        if (claims.Member("cnf") is not { } confirmation)
        {
            return Unbound;
        }

        return (confirmation.StringMember("jkt"), confirmation.StringMember("x5t#S256")) switch
        {
            ({ } jkt, null) => new Dpop(jkt),
            (null, { } x5t) => new Certificate(x5t),
            _ => null,
        };
    }

    /// <summary>Writes <c>cnf</c>: <c>jkt</c> (RFC 9449 §6.1), <c>x5t#S256</c> (RFC 8705 §3.1), or no claim.</summary>
    internal void WriteTo(Utf8JsonWriter writer)
    {
        if (this is None)
        {
            return;
        }

        writer.WriteStartObject("cnf"u8);
        if (this is Dpop dpop)
        {
            writer.WriteString("jkt"u8, dpop.Thumbprint);
        }
        else if (this is Certificate certificate)
        {
            writer.WriteString("x5t#S256"u8, certificate.Thumbprint);
        }

        writer.WriteEndObject();
    }

    /// <summary>A DPoP key (RFC 9449).</summary>
    public sealed class Dpop(string thumbprint) : TokenBinding
    {
        /// <summary>The RFC 7638 thumbprint of the key.</summary>
        public string Thumbprint { get; } = thumbprint;

        public override string ToString() => "bound to a DPoP key";
    }

    /// <summary>A client certificate (RFC 8705 §3).</summary>
    public sealed class Certificate(string thumbprint) : TokenBinding
    {
        /// <summary>Base64url of the certificate's SHA-256.</summary>
        public string Thumbprint { get; } = thumbprint;

        public override string ToString() => "bound to a certificate";
    }

    /// <summary>Nothing.</summary>
    public sealed class None : TokenBinding
    {
        internal None()
        {
        }

        public override string ToString() => "bound to nothing";
    }
}
