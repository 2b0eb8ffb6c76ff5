namespace IdentityPlatform.Issuer.Status;

/// <summary>An entry of a status list: it names one copy of one card, so it is not printed.</summary>
/// <param name="List">The number of the list.</param>
/// <param name="Index">The index in it.</param>
public readonly record struct StatusIndex(long List, int Index)
{
    /// <summary>Redacted.</summary>
    public override string ToString() => $"entry of list {List}";
}
