using System.Security.Cryptography;
using IdentityPlatform.Formats.Cose;
using IdentityPlatform.Formats.Jose;

namespace IdentityPlatform.Formats.Printed;

/// <summary>
/// A credential on paper, for people without a smartphone: a QR code with a signed CWT (RFC 8392) of few claims and the hash of a
/// photograph. <b>Not bound to a holder</b>: who has a copy of the paper has the code, so whoever checks it compares the face with
/// a photograph that has this hash. This is the code as received: well formed, and not verified.
/// </summary>
public sealed class PrintedCode
{
    /// <summary>What the text of the QR code begins with.</summary>
    public const string Prefix = "PC1:";

    /// <summary>The <c>typ</c> header (16).</summary>
    public const string MediaType = "application/printed-code+cwt";

    /// <summary>The most letters that one QR code holds (version 40, alphanumeric).</summary>
    public const int MaxLetters = 4296;

    private const int PhotoHashBytes = 32;

    private readonly CborValue _claims;

    private PrintedCode(CoseSign1 message, CborValue claims) => (Message, _claims) = (message, claims);

    /// <summary>The signature; its certificates are in <see cref="CoseSign1.Certificates"/>.</summary>
    public CoseSign1 Message { get; }

    /// <summary>The type that the code names, before any signature was checked: it says which signer to look for, and no more.</summary>
    public string UnverifiedType => _claims.Member(PrintedClaims.Type)!.Text!;

    /// <summary>The issuer that the code names, before any signature was checked.</summary>
    public string UnverifiedIssuer => _claims.Member(PrintedClaims.Issuer)!.Text!;

    /// <summary>Parses the text of a QR code.</summary>
    public static Parsed<PrintedCode> Parse(string text)
    {
        if (text.Length > MaxLetters)
        {
            return new FormatFailure(FormatRule.Size, $"a printed code has at most {MaxLetters} letters");
        }

        if (!text.StartsWith(Prefix, StringComparison.Ordinal) || !Base45Text.TryDecode(text.AsSpan(Prefix.Length), out var bytes))
        {
            return new FormatFailure(FormatRule.Structure, $"a printed code is {Prefix} and Base45");
        }

        if (CoseSign1.Parse(bytes).Failed(out var failure, out var message))
        {
            return failure;
        }

        if (!message.IsTagged || message.UnverifiedPayload is not { } payload)
        {
            return new FormatFailure(FormatRule.Structure, "a printed code is a COSE_Sign1 with tag 18 and its payload");
        }

        if (message.Protected(CoseWriter.TypeLabel)?.Text != MediaType)
        {
            return new FormatFailure(FormatRule.Type, $"typ is not {MediaType}");
        }

        return StrictCbor.ParseMap(payload).Failed(out failure, out var claims) ? failure : Read(message, claims);
    }

    /// <summary>Verifies the signature; when it is valid, from whom and whose it is are the caller's checks.</summary>
    /// <param name="key">The key of a signer that the caller trusts for this type.</param>
    /// <param name="allowed">The algorithms that the caller allows.</param>
    public Parsed<VerifiedPrintedCode> Verify(VerificationKey key, params ReadOnlySpan<JwsAlgorithm> allowed) =>
        Message.Verify(key, allowed).Failed(out var failure, out _) ? failure : new VerifiedPrintedCode(this, _claims);

    /// <summary>Mints a code.</summary>
    /// <param name="key">The signer's key; its certificates go with the code.</param>
    /// <param name="content">What the code says.</param>
    /// <returns>The text of the QR code.</returns>
    /// <exception cref="ArgumentException">The code would be larger than a QR code holds, or its times are out of order.</exception>
    public static string Issue(SigningKey key, PrintedContent content)
    {
        if (content.ValidUntil <= content.ValidFrom)
        {
            throw new ArgumentException("The times are out of order.", nameof(content));
        }

        var text = Prefix + Base45Text.Encode(CoseWriter.Sign(key, content.Write(), MediaType));
        return text.Length <= MaxLetters ? text : throw new ArgumentException("One QR code does not hold this much.", nameof(content));
    }

    /// <summary>Redacted: claims are personal.</summary>
    public override string ToString() => "printed code";

    private static Parsed<PrintedCode> Read(CoseSign1 message, CborValue claims)
    {
        string? missing = null;
        foreach (var (label, fact, holds) in Rules)
        {
            missing ??= claims.Member(label) is { } claim && holds(claim) ? null : fact;
        }

        return missing is null ? new PrintedCode(message, claims) : new FormatFailure(FormatRule.Member, missing);
    }

    private static readonly (long Label, string Fact, Func<CborValue, bool> Holds)[] Rules =
    [
        (PrintedClaims.Issuer, "the issuer is missing or no text", claim => claim.Text?.Length > 0),
        (PrintedClaims.Type, "the type is missing or no text", claim => claim.Text?.Length > 0),
        (PrintedClaims.NotBefore, "nbf (5) is missing or no whole number", claim => claim.Kind == CborKind.Number),
        (PrintedClaims.Expires, "exp (4) is missing or no whole number", claim => claim.Kind == CborKind.Number),
        // So that no reader takes the paper for proof that its bearer is its holder.
        (PrintedClaims.Binding, "the code does not say that the face is to be compared", claim => claim.Text == PrintedClaims.CompareFace),
        (PrintedClaims.PhotoHash, "the hash of the photograph is missing or of another length", claim => claim.Bytes?.Length == PhotoHashBytes),
        (PrintedClaims.Claims, "the claims are missing or no map", claim => claim.Kind == CborKind.Map),
    ];
}

/// <summary>A printed code whose signature was verified. Only <see cref="PrintedCode.Verify"/> makes one. Still not bound to a holder: compare the face.</summary>
public sealed class VerifiedPrintedCode
{
    private readonly ReadOnlyMemory<byte> _photoHash;

    internal VerifiedPrintedCode(PrintedCode received, CborValue claims)
    {
        Received = received;
        (Issuer, Type) = (claims.Member(PrintedClaims.Issuer)!.Text!, claims.Member(PrintedClaims.Type)!.Text!);
        (NotBefore, ExpiresAt) = (claims.Member(PrintedClaims.NotBefore)!.Number!.Value, claims.Member(PrintedClaims.Expires)!.Number!.Value);
        (Status, Claims) = (claims.Member(PrintedClaims.Status), claims.Member(PrintedClaims.Claims)!);
        _photoHash = claims.Member(PrintedClaims.PhotoHash)!.Bytes!.Value;
    }

    /// <summary>What was received.</summary>
    public PrintedCode Received { get; }

    /// <summary>Who issued the code.</summary>
    public string Issuer { get; }

    /// <summary>Its type.</summary>
    public string Type { get; }

    /// <summary>From when it is valid, in Unix seconds.</summary>
    public long NotBefore { get; }

    /// <summary>Until when it is valid, in Unix seconds.</summary>
    public long ExpiresAt { get; }

    /// <summary>Its entry in a status list, or null; <see cref="Formats.Status.StatusReference"/> reads it.</summary>
    public CborValue? Status { get; }

    /// <summary>What it says: a map of names to values.</summary>
    public CborValue Claims { get; }

    /// <summary>True when this is the photograph with which the face of the bearer is to be compared: these very bytes.</summary>
    public bool IsPhotograph(ReadOnlySpan<byte> jpeg) => CryptographicOperations.FixedTimeEquals(SHA256.HashData(jpeg), _photoHash.Span);

    /// <summary>Redacted: claims are personal.</summary>
    public override string ToString() => $"printed {Type}";
}
