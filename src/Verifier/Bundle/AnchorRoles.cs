namespace IdentityPlatform.Verifier.Bundle;

/// <summary>The roles of anchors as the bundle spells them.</summary>
internal static class AnchorRoles
{
    public static string Name(AnchorRole role) => role switch
    {
        AnchorRole.Credentials => "credentials",
        AnchorRole.Status => "status",
        _ => throw new ArgumentOutOfRangeException(nameof(role)),
    };

    public static AnchorRole? Find(string name) => name switch
    {
        "credentials" => AnchorRole.Credentials,
        "status" => AnchorRole.Status,
        _ => null,
    };
}
