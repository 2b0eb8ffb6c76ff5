namespace IdentityPlatform.Hosting;

/// <summary>The part of a command line that is configuration: <c>--KEY VALUE</c> or <c>--KEY=VALUE</c>, and nothing else.</summary>
internal static class ConfigurationArguments
{
    /// <summary>What is wrong with the arguments, or null. A misspelled verb would otherwise start the server.</summary>
    public static string? FindFault(IReadOnlyList<string> arguments)
    {
        for (var i = 0; i < arguments.Count; i++)
        {
            var argument = arguments[i];
            if (!argument.StartsWith("--", StringComparison.Ordinal) || argument.Length == 2)
            {
                return $"'{argument}' is neither a verb nor a setting (--KEY VALUE or --KEY=VALUE).";
            }

            if (!argument.Contains('=', StringComparison.Ordinal) && ++i == arguments.Count)
            {
                return $"{argument}: has no value.";
            }
        }

        return null;
    }
}
