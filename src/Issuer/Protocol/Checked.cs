using System.Diagnostics.CodeAnalysis;

namespace IdentityPlatform.Issuer.Protocol;

/// <summary>What a step of the credential endpoint gives: a value that passed, or the failure. Closed.</summary>
[SuppressMessage("Usage", "CA2225:Operator overloads have named alternates", Justification = "The two conversions are the constructors.")]
public sealed class Checked<T>
    where T : class
{
    private readonly T? _value;
    private readonly CredentialFailure? _failure;

    private Checked(T? value, CredentialFailure? failure) => (_value, _failure) = (value, failure);

    public static implicit operator Checked<T>(T value) => new(value, null);

    public static implicit operator Checked<T>(CredentialFailure failure) => new(null, failure);

    /// <summary>True with the failure when a check failed, false with the value when all passed.</summary>
    public bool Failed([NotNullWhen(true)] out CredentialFailure? failure, [NotNullWhen(false)] out T? value)
    {
        (failure, value) = (_failure, _value);
        return failure is not null;
    }

    /// <summary>Takes one of the two ways.</summary>
    public TResult Match<TResult>(Func<T, TResult> passed, Func<CredentialFailure, TResult> failed) =>
        _failure is null ? passed(_value!) : failed(_failure);
}
