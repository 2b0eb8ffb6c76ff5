namespace IdentityPlatform.Issuer.People;

/// <summary>A person, known by the pairwise subject that one provider gave to this issuer, and by nothing else.</summary>
public sealed class Person(string id, string issuer, string subject)
{
    /// <summary>The issuer's own id: random, shared with nobody.</summary>
    public string Id { get; } = id;

    /// <summary>The provider.</summary>
    public string Issuer { get; } = issuer;

    /// <summary>The pairwise subject at that provider.</summary>
    public string Subject { get; } = subject;

    /// <summary>Redacted.</summary>
    public override string ToString() => $"person {Id}";
}
