namespace IdentityPlatform.Benchmarks.Servers;

/// <summary>How a program is started.</summary>
/// <param name="Program">The executable.</param>
/// <param name="Arguments">Its arguments.</param>
/// <param name="Directory">Where it runs.</param>
/// <param name="Environment">What its environment has beside ours.</param>
internal sealed record Launch(string Program, IReadOnlyList<string> Arguments, string Directory, IReadOnlyDictionary<string, string> Environment);
