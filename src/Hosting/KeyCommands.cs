using System.CommandLine;

namespace IdentityPlatform.Hosting;

/// <summary>The verbs <c>keys create</c>, <c>keys certify</c> and <c>keys rotate</c>.</summary>
internal static class KeyCommands
{
    public static Command Create(ServerProgram program) => new("keys", $"The keys of the {program.Name} server (Keys:Directory).");
}
