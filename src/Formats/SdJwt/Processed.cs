using System.Text.Json;

namespace IdentityPlatform.Formats.SdJwt;

/// <summary>A disclosure in its place.</summary>
internal sealed class Placed(ClaimPath path, Disclosure disclosure, Placed? parent)
{
    public ClaimPath Path => path;

    public Disclosure Disclosure => disclosure;

    public Placed? Parent => parent;
}

/// <summary>The claims as rebuilt, and each disclosure in its place.</summary>
internal sealed class Processed(JsonElement claims, List<Placed> placed)
{
    public JsonElement Claims => claims;

    public IReadOnlyList<Placed> Disclosed => placed;

    public IReadOnlyList<ClaimPath> Paths => [.. placed.Select(item => item.Path)];
}
