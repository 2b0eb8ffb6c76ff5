namespace IdentityPlatform.IdP.Accounts;

/// <summary>How surely the platform knows who an account's holder is: the <c>acr</c> ladder.</summary>
public enum Assurance
{
    /// <summary>What the person says, with a passkey.</summary>
    SelfDeclared = 0,

    /// <summary>Data checked against a document remotely.</summary>
    DocumentChecked = 1,

    /// <summary>Proofed in person by two officers: shown by a presented card, while that copy of the card is valid.</summary>
    InPerson = 2,
}

/// <summary>The ladder's names in tokens: <c>NS:acr:0</c> and up.</summary>
public sealed class AssuranceNames(string deploymentNamespace)
{
    /// <summary>All names, lowest first, for <c>acr_values_supported</c>. A level that nothing reaches today is not promised.</summary>
    public IReadOnlyList<string> Supported => [Of(Assurance.SelfDeclared), Of(Assurance.InPerson)];

    /// <summary>The <c>acr</c> value of a level.</summary>
    public string Of(Assurance level) => $"{deploymentNamespace}:acr:{(int)level:D}";

    /// <summary>The level that a name stands for, or null.</summary>
    public Assurance? Find(string name) =>
        Enum.GetValues<Assurance>().Where(level => Of(level) == name).Cast<Assurance?>().FirstOrDefault();
}
