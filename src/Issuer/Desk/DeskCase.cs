using IdentityPlatform.Formats;
using IdentityPlatform.Issuer.Catalogue;

namespace IdentityPlatform.Issuer.Desk;

/// <summary>A case as stored: the application, and what is encrypted beside it. Claims are null when they were erased.</summary>
public sealed class DeskCase
{
    public required Application Application { get; init; }

    public PersonClaims? Claims { get; init; }

    public ProofingRecord? Proofing { get; init; }

    /// <summary>The keyed hash of the document's number, for the search for doubles and nothing else.</summary>
    public string? DocumentHash { get; init; }

    /// <summary>Rises with every change; a change of an older version does not happen.</summary>
    public long Version { get; init; }

    public string Id => Application.Id;

    public string PersonId => Application.PersonId;

    public ApplicationState State => Application.State;

    /// <summary>True where the claims have the photograph with which a face can be compared.</summary>
    public bool HasPhotograph(CredentialType type) => type.Photograph is { Name: var name } && Claims?.Claims.StringMember(name) is not null;

    /// <summary>Redacted.</summary>
    public override string ToString() => $"case {Id}";
}

/// <summary>What an event brings with it beside the new state.</summary>
public sealed class CaseChange
{
    /// <summary>Nothing.</summary>
    public static CaseChange None { get; } = new();

    /// <summary>The claims as sent in now.</summary>
    public PersonClaims? Claims { get; init; }

    /// <summary>The proofing record as found now.</summary>
    public ProofingRecord? Proofing { get; init; }

    public string? DocumentHash { get; init; }

    /// <summary>Whom or where it is for, as a keyed hash.</summary>
    public string? Slot { get; init; }

    /// <summary>The decision and its verified assertion.</summary>
    public (DecisionDocument Document, string Assertion)? Decision { get; init; }

    /// <summary>Redacted.</summary>
    public override string ToString() => nameof(CaseChange);
}
