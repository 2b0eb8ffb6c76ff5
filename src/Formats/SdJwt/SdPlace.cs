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

    public void Set(JsonProperty member) => _steps[Depth - 1] = new Step(member, null, 0);

    public void Set(string name) => _steps[Depth - 1] = new Step(default, name, 0);

    public void Set(int index) => _steps[Depth - 1] = new Step(null, null, index);

    public readonly ClaimPath Path()
    {
        var parts = new ClaimPathPart[Depth];
        for (var i = 0; i < parts.Length; i++)
        {
            parts[i] = _steps[i].Part();
        }

        return ClaimPath.From(parts);
    }

    private readonly record struct Step(JsonProperty? Member, string? Name, int Index)
    {
        public ClaimPathPart Part() => (Name ?? Member?.Name) is { } name ? ClaimPathPart.Member(name) : ClaimPathPart.Item(Index);
    }

    [InlineArray(StrictJson.MaxDepth)]
    private struct Steps
    {
        private Step _first;
    }
}
