using System.Runtime.CompilerServices;
using System.Text.Json;

namespace IdentityPlatform.Formats.SdJwt;

/// <summary>Where a value stands, from the top. Names become strings only on the path of something disclosed.</summary>
internal struct SdPlace
{
    private Steps _steps;

    /// <summary>How many objects and arrays are open.</summary>
    public int Depth { get; private set; }

    /// <summary>Goes into an object or array; false where that is too deep.</summary>
    public bool TryEnter() => ++Depth <= StrictJson.MaxDepth;

    public void Leave() => Depth--;

    public void Set(JsonProperty member) => _steps[Depth - 1] = new() { Member = member };

    public void Set(string name) => _steps[Depth - 1] = new() { Part = ClaimPathPart.Member(name) };

    public void Set(int index) => _steps[Depth - 1] = new() { Index = index };

    public ClaimPath Path()
    {
        var parts = new ClaimPathPart[Depth];
        for (var i = 0; i < parts.Length; i++)
        {
            parts[i] = _steps[i].Part ??= _steps[i].Member is { } member ? ClaimPathPart.Member(member.Name) : ClaimPathPart.Item(_steps[i].Index);
        }

        return ClaimPath.From(parts);
    }

    private struct Step
    {
        public JsonProperty? Member;
        public int Index;

        // What has been made of it: all paths through this place share it.
        public ClaimPathPart? Part;
    }

    [InlineArray(StrictJson.MaxDepth)]
    private struct Steps
    {
        private Step _first;
    }
}
