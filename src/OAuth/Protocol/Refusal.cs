using System.Diagnostics.CodeAnalysis;

namespace IdentityPlatform.OAuth.Protocol;

/// <summary>Why a request is refused: our rule for the log, the code and the text that the specification gives the client. Holds no value of the request.</summary>
/// <param name="Rule">The rule that refused.</param>
/// <param name="Error">The registered error code.</param>
/// <param name="Description">What to mend, in English, ASCII.</param>
public sealed record Refusal(Rule Rule, string Error, string Description);

/// <summary>What was checked, or why it was refused.</summary>
/// <typeparam name="T">The checked type.</typeparam>
[SuppressMessage("Usage", "CA2225:Operator overloads have named alternates", Justification = "The two conversions are the constructors.")]
public readonly struct Checked<T>
    where T : class
{
    private readonly T? _value;
    private readonly Refusal? _refusal;

    private Checked(T? value, Refusal? refusal) => (_value, _refusal) = (value, refusal);

    public static implicit operator Checked<T>(T value) => new(value, null);

    public static implicit operator Checked<T>(Refusal refusal) => new(null, refusal);

    /// <summary>True with the refusal, or false with the value. A default is a refusal of <see cref="Rule.Unchecked"/>.</summary>
    public bool Refused([NotNullWhen(true)] out Refusal? refusal, [NotNullWhen(false)] out T? value)
    {
        value = _value;
        refusal = _value is null ? _refusal ?? new Refusal(Rule.Unchecked, OAuthErrors.InvalidRequest, "the request was not checked") : null;
        return value is null;
    }
}
