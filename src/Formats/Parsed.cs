using System.Diagnostics.CodeAnalysis;

namespace IdentityPlatform.Formats;

/// <summary>The rule of a wire format that an input broke.</summary>
public enum FormatRule
{
    /// <summary>Nothing was parsed: the value is a default.</summary>
    Unread,

    /// <summary>The input is larger than the caller allows.</summary>
    Size,

    /// <summary>Not base64url without padding (RFC 7515 §2).</summary>
    Base64Url,

    /// <summary>Not JSON (RFC 8259), doubled members or deeper than allowed.</summary>
    Json,

    /// <summary>Parts are missing, doubled or of the wrong type.</summary>
    Structure,

    /// <summary>A required member is missing or has the wrong type.</summary>
    Member,

    /// <summary>The algorithm is unknown, <c>none</c>, or not one that the caller allows.</summary>
    Algorithm,

    /// <summary>The key is malformed, too weak, off its curve or carries a private part.</summary>
    Key,

    /// <summary>The <c>typ</c> header is not the one that belongs here (RFC 8725 §3.11).</summary>
    Type,

    /// <summary>The signature does not verify.</summary>
    Signature,

    /// <summary>A digest occurs twice, or does not stand for what was disclosed exactly once (RFC 9901 §7.1, ISO/IEC 18013-5 §9.1.2.4).</summary>
    Digest,

    /// <summary>A disclosure has the wrong shape or a forbidden or clashing name (RFC 9901 §7.1).</summary>
    Disclosure,

    /// <summary>A compressed part is damaged or inflates beyond its bound.</summary>
    Compression,

    /// <summary>A message does not decrypt.</summary>
    Encryption,

    /// <summary>A certificate chain is malformed, out of order, or holds what does not belong in it (RFC 7515 §4.1.6, HAIP §6.1.1).</summary>
    Certificate,

    /// <summary>Not CBOR (RFC 8949), of indefinite length, with doubled keys, or deeper than allowed.</summary>
    Cbor,
}

/// <summary>Why an input was refused: the rule it broke, and a fact for a developer. Holds no claim value.</summary>
/// <param name="Rule">The rule that was broken.</param>
/// <param name="Fact">What to mend, in English, without any value from the input but member names.</param>
public sealed record FormatFailure(FormatRule Rule, string Fact);

/// <summary>What parsing gives: a value that cannot be wrong, or the failure that names its rule.</summary>
/// <typeparam name="T">The parsed type.</typeparam>
[SuppressMessage("Usage", "CA2225:Operator overloads have named alternates", Justification = "The two conversions are the constructors.")]
public readonly struct Parsed<T> : IEquatable<Parsed<T>>
    where T : class
{
    private static readonly FormatFailure Unread = new(FormatRule.Unread, "nothing was parsed");

    private readonly T? _value;
    private readonly FormatFailure? _failure;

    private Parsed(T? value, FormatFailure? failure) => (_value, _failure) = (value, failure);

    /// <summary>Wraps a parsed value.</summary>
    public static implicit operator Parsed<T>(T value) => new(value, null);

    /// <summary>Wraps a failure.</summary>
    public static implicit operator Parsed<T>(FormatFailure failure) => new(null, failure);

    /// <summary>Compares by content.</summary>
    public static bool operator ==(Parsed<T> left, Parsed<T> right) => left.Equals(right);

    /// <summary>Compares by content.</summary>
    public static bool operator !=(Parsed<T> left, Parsed<T> right) => !left.Equals(right);

    /// <summary>True with the value when parsing succeeded, false with the failure when it did not.</summary>
    public bool Succeeded([NotNullWhen(true)] out T? value, [NotNullWhen(false)] out FormatFailure? failure)
    {
        value = _value;
        failure = _value is null ? _failure ?? Unread : null;
        return value is not null;
    }

    /// <summary>True with the failure when parsing failed, false with the value when it succeeded.</summary>
    public bool Failed([NotNullWhen(true)] out FormatFailure? failure, [NotNullWhen(false)] out T? value) =>
        !Succeeded(out value, out failure);

    /// <summary>The value; for input that the program itself made.</summary>
    /// <exception cref="FormatException">Parsing failed.</exception>
    public T OrThrow() => _value ?? throw new FormatException($"{(_failure ?? Unread).Rule}: {(_failure ?? Unread).Fact}");

    /// <inheritdoc/>
    public bool Equals(Parsed<T> other) =>
        EqualityComparer<T?>.Default.Equals(_value, other._value) && Equals(_failure, other._failure);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Parsed<T> other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_value, _failure);
}
