using IdentityPlatform.Issuer.Desk;

namespace IdentityPlatform.Issuer.Officers;

/// <summary>An officer whose roster entry was verified on reading.</summary>
public sealed class Officer(RosterEntry entry, string signedEntry, string name)
{
    public string Id => Entry.OfficerId;

    public OfficerRole Role => Entry.Role;

    public string Centre => Entry.Centre;

    /// <summary>For greeting the officer, and for refusing them their relatives' cases.</summary>
    public string Name { get; } = name;

    public RosterEntry Entry { get; } = entry;

    /// <summary>The entry as signed, to be kept beside a decision.</summary>
    public string SignedEntry { get; } = signedEntry;

    public Actor.Officer AsActor() => new(Id, Role, Centre);

    /// <summary>Redacted.</summary>
    public override string ToString() => $"officer {Id}";
}
