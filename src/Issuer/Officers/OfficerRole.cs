namespace IdentityPlatform.Issuer.Officers;

/// <summary>What an officer of the issuer may do. One officer has one role: no role combines the two sides of a decision.</summary>
public enum OfficerRole
{
    /// <summary>Not one of ours.</summary>
    None,

    /// <summary>A: checks in, proofs, recommends; own centre's cases of the day.</summary>
    Operator,

    /// <summary>B: decides, never alone and never on a case that B proofed.</summary>
    Supervisor,

    /// <summary>Hears appeals; was neither A nor B of the case.</summary>
    AppealOfficer,

    /// <summary>Watches the program: counts, queues, health, keys. Opens no case and decides nothing.</summary>
    Administrator,
}

/// <summary>The words for roles in files, tokens and commands.</summary>
public static class OfficerRoles
{
    /// <summary>The word.</summary>
    public static string Word(this OfficerRole role) => role switch
    {
        OfficerRole.Operator => "operator",
        OfficerRole.Supervisor => "supervisor",
        OfficerRole.AppealOfficer => "appeal",
        OfficerRole.Administrator => "administrator",
        OfficerRole.None => "none",
        _ => throw new ArgumentOutOfRangeException(nameof(role)),
    };

    /// <summary>The role of a word; None when it is no role's.</summary>
    public static OfficerRole Find(string? word) => word switch
    {
        "operator" => OfficerRole.Operator,
        "supervisor" => OfficerRole.Supervisor,
        "appeal" => OfficerRole.AppealOfficer,
        "administrator" => OfficerRole.Administrator,
        _ => OfficerRole.None,
    };
}
